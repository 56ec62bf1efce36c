import { html } from "htm/preact";
import { fetchExperiments } from "../api.js";
import { formatCount, formatDate, formatPlural, kNone } from "../format.js";
import { totalUnits } from "../report.js";
import { useResource } from "../resource.js";
import { experimentPath } from "../router.js";
import { Badge, StatusBadge } from "./badges.js";
import { Failed, Heading, Loading, Notice } from "./states.js";
import { ToneIcon } from "./icons.js";
import { verdictWords } from "../words.js";

/** @typedef {import("../report.js").ExperimentSummary} ExperimentSummary */

/** All experiments, in the order of the configuration. */
export function OverviewView() {
  const [resource, reload] = useResource("experiments", fetchExperiments);
  if (resource.state === "loading") return html`<${Loading} what="the experiments" />`;
  if (resource.state === "failed")
    return html`<${Failed} error=${resource.error} what="the experiments" reload=${reload} />`;
  if (resource.value.length === 0) return html`<${NoExperiments} />`;
  return html`
    <${Heading} title="Experiments" />
    <${ExperimentTable} experiments=${resource.value} />
    ${resource.value.every(({ units }) => totalUnits(units) === 0) && html`<${HowToSimulate} />`}
  `;
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

function HowToSimulate() {
  return html`<section class="notice">
    <h2>Nobody has been in an experiment yet</h2>
    <p>Let simulated listeners play: <code>crossfade simulate</code>, with the same <code>--store</code> as this server.
      Real listeners count from their first <code>POST /next</code>.</p>
  </section>`;
}

// Narrow screens restack the table as cards by CSS, which takes the table's meaning from assistive technology unless
// the roles say it again.
/** @param {{experiments: ExperimentSummary[]}} props */
function ExperimentTable({ experiments }) {
  return html`<table class="experiments" role="table" aria-label="Experiments">
    <thead role="rowgroup">
      <tr role="row">
        ${["Experiment", "Status", "Units", "Health", "Verdict"].map(
          (title) => html`<th role="columnheader" scope="col" class=${title === "Units" ? "number" : ""}>${title}</th>`,
        )}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${experiments.map((experiment) =>
        html`<${ExperimentRow} key=${experiment.experiment} experiment=${experiment} />`)}
    </tbody>
  </table>`;
}

/** @param {{experiment: ExperimentSummary}} props */
function ExperimentRow({ experiment }) {
  const { experiment: key, status, owner, hypothesis, units, data_through, decision } = experiment;
  const { title, tone } = verdictWords(decision.verdict);
  return html`<tr role="row">
    <th role="rowheader" scope="row">
      <a class="experiment-link" href=${experimentPath(key)}>${key}</a>
      ${hypothesis && html`<span class="hypothesis">${hypothesis}</span>`}
      ${owner && html`<span class="minor">Owner: ${owner}</span>`}
    </th>
    <td role="cell" data-label="Status"><div><${StatusBadge} status=${status} />
      ${data_through && html`<span class="minor">data to ${formatDate(data_through)}</span>`}</div></td>
    <td role="cell" data-label="Units" class="number"><div>${formatCount(totalUnits(units))}
      <span class="minor">${formatPlural(Object.keys(units).length, "variant")}</span></div></td>
    <td role="cell" data-label="Health"><${HealthWord} experiment=${experiment} /></td>
    <td role="cell" data-label="Verdict" class="verdict-cell"><div><${Badge} tone=${tone}>${title}<//>
      <span class="summary">${decision.summary || decision.reasons[0] || kNone}</span></div></td>
  </tr>`;
}

/** @param {{experiment: ExperimentSummary}} props */
function HealthWord({ experiment: { units, srm_mismatch } }) {
  if (totalUnits(units) === 0) return html`<span class="minor">no units yet</span>`;
  return srm_mismatch
    ? html`<span class="health-word tone-alarm"><${ToneIcon} tone="alarm" /> Sample ratio mismatch</span>`
    : html`<span class="health-word tone-good"><${ToneIcon} tone="good" /> Split as planned</span>`;
}
