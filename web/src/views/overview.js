import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { fetchExperiments } from "../api.js";
import { LiftLines } from "../charts/lift_lines.js";
import { isShared } from "../embedded.js";
import {
  formatCount, formatDate, formatLift, formatLiftInterval, formatPlural, formatShare, kNone,
} from "../format.js";
import { useLab } from "../lab.js";
import { usePainted } from "../painted.js";
import { chosen, kOrders, queryOf, wantedOf } from "../overview_model.js";
import { totalUnits } from "../report.js";
import { useResource } from "../resource.js";
import { experimentPath, useQuery } from "../router.js";
import { Badge, StatusBadge } from "./parts/badges.js";
import { DecidedNote } from "./parts/decided.js";
import { Live } from "./parts/controls.js";
import { Explain } from "./parts/explain.js";
import { Failed, Heading, Loading, Notice, Snapshot } from "./parts/states.js";
import { ToneIcon } from "./parts/icons.js";
import { LabNote } from "./parts/lab.js";
import { cautiousTone, reasonWords, sentence, verdictWords } from "../words.js";
import { Figure, IntervalFigure } from "./parts/table.js";

/** @typedef {import("../types/report.js").ExperimentSummary} ExperimentSummary */

// Where none is running, one may be started.
const follows = () => !isShared;

/** All experiments that the reader looks for. */
export function OverviewView() {
  const [query, setQuery] = useQuery();
  const wanted = useMemo(() => wantedOf(query), [query]);
  const [resource, reload, freshness] = useResource("experiments", fetchExperiments, { live: follows });
  const { lab } = useLab();
  if (resource.state === "loading") return html`<${Loading} what="the experiments" />`;
  if (resource.state === "failed")
    return html`<${Failed} error=${resource.error} what="the experiments" reload=${reload} />`;
  const all = resource.value;
  if (all.length === 0) return html`<${NoExperiments} />`;
  const shown = chosen(all, wanted);
  const change = (/** @type {Partial<import("../overview_model.js").Wanted>} */ changes) =>
    setQuery((now) => queryOf({ ...wantedOf(now), ...changes }));
  return html`
    <${Heading} title="Experiments" />
    <${Snapshot} />
    ${lab && html`<${LabNote} listeners=${lab.listeners} />`}
    ${all.length > 1 && html`<${Search} wanted=${wanted} change=${change} all=${all} shown=${shown.length} />`}
    ${freshness.live && html`<p class="minor followed"><${Live} freshness=${freshness} /></p>`}
    ${shown.length === 0
      ? html`<p class="notice">None of ${formatPlural(all.length, "experiment")} fits.${" "}
          <button type="button" class="link" onClick=${() => setQuery(() => new URLSearchParams())}>Show all</button></p>`
      : html`<${ExperimentTable} experiments=${shown} />`}
    ${all.every(({ units }) => totalUnits(units) === 0) && html`<${HowToSimulate} isLab=${lab !== null} />`}
  `;
}

/**
 * @param {{wanted: import("../overview_model.js").Wanted, all: ExperimentSummary[], shown: number,
 *   change: (changes: Partial<import("../overview_model.js").Wanted>) => void}} props
 */
function Search({ wanted, change, all, shown }) {
  const valueOf = (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.currentTarget).value;
  return html`<form class="controls" role="search" onSubmit=${(/** @type {Event} */ e) => e.preventDefault()}>
    <label>Search
      <input type="search" name="text" value=${wanted.text} onInput=${(/** @type {Event} */ e) => change({ text: valueOf(e) })} />
    </label>
    <label>Status
      <select name="status" value=${wanted.status} onChange=${(/** @type {Event} */ e) => change({ status: valueOf(e) })}>
        <option value="">all</option>
        ${[...new Set(all.map(({ status }) => status))].map((status) => html`<option value=${status}>${status}</option>`)}
      </select>
    </label>
    <label>Order
      <select name="order" value=${wanted.order} onChange=${(/** @type {Event} */ e) => change({ order: valueOf(e) })}>
        ${Object.entries(kOrders).map(([order, { words }]) => html`<option value=${order}>${words}</option>`)}
      </select>
    </label>
    <span class="minor" role="status">${shown} of ${formatPlural(all.length, "experiment")}</span>
  </form>`;
}

function NoExperiments() {
  return html`<${Notice} title="No experiments yet">
    <p>Neither <code>experiments.yaml</code> nor the store knows one. Next:</p>
    <ol>
      <li>Write an experiment under <code>experiments:</code> in <code>experiments.yaml</code>.</li>
      <li>Check it: <code>crossfade validate</code></li>
      <li>Let simulated listeners play through it: <code>crossfade simulate</code></li>
    </ol>
  <//>`;
}

/** @param {{isLab: boolean}} props */
function HowToSimulate({ isLab }) {
  return html`<section class="notice">
    <h2>Nobody has been in an experiment yet</h2>
    ${isLab ? html`<p>Open one that is running, and start a simulation there.</p>` : html`<p>Let simulated listeners play: <code>crossfade simulate</code>, with the same <code>--store</code> as this server.
      Real listeners count from their first <code>POST /next</code>.</p>`}
  </section>`;
}

const kFirstRows = 20;  // fill a window; the others follow when these are painted

const kColumns = [
  ["Experiment", ""], ["Status", ""], ["Units", "units"], ["Health", "srm"], ["Primary metric", "deciding_lift"], ["Verdict", "verdict"],
];

// Narrow screens restack the table as cards by CSS, which takes the table's meaning from assistive technology unless
// the roles say it again.
/** @param {{experiments: ExperimentSummary[]}} props */
function ExperimentTable({ experiments }) {
  const painted = usePainted();
  return html`<table class="experiments" role="table" aria-label="Experiments">
    <thead role="rowgroup">
      <tr role="row">
        ${kColumns.map(([title, term]) => html`<th role="columnheader" scope="col" class=${title === "Units" ? "number" : ""}>
          ${term ? html`<${Explain} term=${term}>${title}<//>` : title}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${(painted ? experiments : experiments.slice(0, kFirstRows)).map((experiment) =>
        html`<${ExperimentRow} key=${experiment.experiment} experiment=${experiment} />`)}
    </tbody>
  </table>
  ${!painted && experiments.length > kFirstRows && html`<${Loading} what="the others" />`}`;
}

/** @param {{experiment: ExperimentSummary}} props */
function ExperimentRow({ experiment }) {
  const { experiment: key, status, owner, hypothesis, decided, units, data_through, decision, primary } = experiment;
  const { title, tone } = verdictWords(decision.verdict, status, totalUnits(units));
  const { caution } = decision;
  const reason = decision.summary || decision.reasons[0];
  return html`<tr role="row">
    <th role="rowheader" scope="row">
      <a class="experiment-link" href=${experimentPath(key)}>${key}</a>
      ${hypothesis && html`<span class="hypothesis">${hypothesis}</span>`}
      ${owner && html`<span class="minor">Owner: ${owner}</span>`}
    </th>
    <td role="cell" data-label="Status"><div><${StatusBadge} status=${status} />
      ${data_through && html`<span class="minor">${formatPlural(experiment.days, "day")}, to ${formatDate(data_through)}</span>`}
      <${DecidedNote} status=${status} decided=${decided} />
    </div></td>
    <td role="cell" data-label="Units" class="number"><div>${formatCount(totalUnits(units))}
      <span class="minor">${formatPlural(Object.keys(units).length, "variant")}</span>
      <${Progress} plan=${experiment.plan} experiment=${key} /></div></td>
    <td role="cell" data-label="Health"><${HealthWord} experiment=${experiment} /></td>
    <td role="cell" data-label="Primary metric" class="lift-cell"><${PrimaryLift} primary=${primary} verdict=${decision.verdict} /></td>
    <td role="cell" data-label="Verdict" class="verdict-cell"><div><${Badge} tone=${cautiousTone(tone, experiment.grade)}>${title}<//>
      ${caution && html`<span class="caution">${caution}</span>`}
      <span class="summary">${reason ? sentence(reason, primary ? [primary.metric] : []) : kNone}</span></div></td>
  </tr>`;
}

/** @param {{plan: ExperimentSummary["plan"], experiment: string}} props */
function Progress({ plan, experiment }) {
  if (!plan) return null;
  const share = formatShare(plan.information_fraction, 0);
  const left = plan.complete ? "plan complete"
    : plan.days_left === null ? `${share} of the plan` : `${share}, ${formatPlural(Math.ceil(plan.days_left), "day")} left`;
  return html`<progress max="1" value=${plan.information_fraction} aria-label="Plan of ${experiment}"></progress>
    <span class="minor">${left}</span>`;
}

/** @param {{primary: ExperimentSummary["primary"], verdict: string}} props */
function PrimaryLift({ primary, verdict }) {
  if (verdict === "INVALID") return html`<span class="minor">not shown: it would mean nothing</span>`;
  if (!primary || primary.comparisons.every(({ lift }) => lift === null))
    return html`<span class="minor">${primary?.comparisons[0]?.reason ? reasonWords(primary.comparisons[0].reason) : kNone}</span>`;
  return html`<div><${LiftLines} primary=${primary} />
    <ul class="lifts">${primary.comparisons.map(({ variant, deciding: { lift, lift_interval, label } }) => html`<li key=${variant}>
      <span class="minor">${variant}</span>${" "}<${Figure} field="lift" value=${lift} text=${formatLift(lift, lift_interval)} />
      ${" "}<${IntervalFigure} field="lift_interval" value=${lift_interval} text=${formatLiftInterval(lift_interval)} />
      ${label && html`${" "}<span class="minor" data-field="deciding_label">${label}</span>`}
    </li>`)}</ul></div>`;
}

/** @param {{experiment: ExperimentSummary}} props */
function HealthWord({ experiment: { units, srm_mismatch, srm_p_value, grade, warnings } }) {
  if (srm_mismatch)
    return html`<span class="health-word tone-alarm"><${ToneIcon} tone="alarm" /> Sample ratio mismatch</span>`;
  if (grade !== "ok") {
    const tone = grade === "serious" ? "alarm" : "warning";
    return html`<span class="health-word tone-${tone}"><${ToneIcon} tone=${tone} /> ${formatPlural(warnings, "warning")}${
      grade === "serious" && ", serious"}</span>`;
  }
  if (totalUnits(units) === 0) return html`<span class="minor">no units yet</span>`;
  return srm_p_value === null
    ? html`<span class="minor">split not tested</span>`
    : html`<span class="health-word tone-good"><${ToneIcon} tone="good" /> Split as planned</span>`;
}
