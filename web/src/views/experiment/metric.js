import { html } from "htm/preact";
import { ForestChart } from "../../charts/forest.js";
import { shownOf } from "../../charts/forest_model.js";
import {
  formatChance, formatCount, formatEffect, formatInterval, formatLevel, formatLift, formatLiftInterval, formatLoss, formatMean,
  formatP, formatShare, formatStatistic,
} from "../../format.js";
import { isGuarded, notMeasured, readingOf, standardErrorOfMean } from "../../report.js";
import { Explain } from "../parts/explain.js";
import { kAdjustmentWords, kDirectionWords, kLiftMethodWords, kReadingWords, kRoleWords, metricTitle, reasonWords } from "../../words.js";
import { Figure, IntervalFigure, ScrollingTable } from "../parts/table.js";

/** @typedef {import("../../types/report.js").Report} Report */
/** @typedef {import("../../types/report.js").Metric} Metric */
/** @typedef {import("../../types/report.js").Comparison} Comparison */

/**
 * One metric: what it is, the chart of its effects, and the same numbers as a table.
 * @param {{metric: Metric, report: Report, controls: import("../../controls.js").Controls}} props
 */
export function MetricSection({ metric, report, controls }) {
  const { metric: name, role, comparisons } = metric;
  const title = metricTitle(name);
  const { scale } = controls;
  const nothing = comparisons.every((comparison) => comparison[scale] === null);
  return html`<article class="metric role-${role}" aria-labelledby="metric-${name}" data-metric=${name}>
    <header>
      <h3 id="metric-${name}">${title} <span class="tag role">${kRoleWords[role] ?? role}</span>
        ${role !== "guardrail" && isGuarded(metric) && html` <span class="tag">${kRoleWords.guardrail}</span>`}</h3>
      <${Definition} metric=${metric} />
    </header>
    ${nothing
      ? html`<p class="nothing"><${Nothing} metric=${metric} scale=${scale} /></p>`
      : html`<${ForestChart} metric=${metric} title=${title} control=${report.control} view=${controls} />`}
    ${!notMeasured(metric) && html`<${MetricTable} metric=${metric} report=${report} title=${title} />`}
  </article>`;
}

/** @param {{metric: Metric}} props */
function Definition({ metric }) {
  const { metric: name, definition, direction, note, sql } = metric;
  const worst = isGuarded(metric) && marginOf(metric);
  return html`<p class="minor"><code>${name}</code> ${definition}; ${kDirectionWords[direction] ?? direction}.
    ${worst && html` <strong>Must not get worse by more than ${worst}.</strong>`}
    ${note && !notMeasured(metric) && ` Note: ${note}.`}</p>
    ${sql && html`<details class="sql"><summary>SQL</summary><pre><code class="sql">${sql}</code></pre></details>`}`;
}

/** Why there is no chart. @param {{metric: Metric, scale: "lift" | "effect"}} props */
function Nothing({ metric, scale }) {
  if (notMeasured(metric)) return "Not measured: no unit has a value.";
  const [first] = metric.comparisons;
  if (!first) return "Only one variant was seen, so there is nothing to compare.";
  if (first.reason === "withheld") return "Effects are withheld: the experiment is invalid.";
  const other = scale === "lift" && first.effect !== null ? " Effects can be shown absolute." : "";
  return `No ${scale} to show: ${reasonWords(first.reason)}.${other}`;
}

/** At which decisions are made, whatever level is shown. @param {Report} report */
const decisionLevel = ({ plan, configured_confidence_level }) => formatLevel(plan ? 1 - plan.alpha : configured_confidence_level);

/** The loss that is allowed. @param {{margin?: number | null}} metric */
const marginOf = ({ margin = null }) => (margin === null ? "" : formatLevel(margin));

/** @param {{metric: Metric, report: Report, title: string}} props */
function MetricTable({ metric, report, title }) {
  const { variants, comparisons, unit, adjustment } = metric;
  const level = formatLevel(report.confidence_level);
  const adjusted = adjustment !== "none";
  const always = comparisons.some(({ always_valid }) => always_valid);
  const guarded = comparisons.some(({ guardrail }) => guardrail);
  const cuped = comparisons.some((comparison) => comparison.cuped);
  const regression = comparisons.some((comparison) => comparison.cuped?.method === "regression");
  const bayesian = comparisons.some((comparison) => comparison.bayesian);
  const detectable = comparisons.some(({ mde }) => mde);
  const boundary = comparisons.some(({ group_sequential }) => group_sequential);
  const decided = comparisons.some(({ deciding }) => deciding?.by);
  const parts = { adjusted, boundary, always, guarded, cuped, bayesian, detectable };
  const explain = (/** @type {string} */ term, /** @type {string} */ words) => html`<${Explain} term=${term}
    experiment=${report.experiment} sql=${["n", "mean"].includes(term) ? metric.sql : undefined}>${words}<//>`;
  const columns = [
    [explain("n", "Units"), ""],
    [explain("mean", "Mean"), unit],
    [explain("effect", "Effect"), `${decided ? "as lift" : `${level} interval`}, ${unit}`],
    [explain("lift", "Lift"), html`${decided && html`${explain("deciding_lift", "what decides")}; below: `}${level} interval of a${" "}
      ${explain("single_look", "single look")}, ${explain("lift_method", kLiftMethodWords[report.lift_method] ?? report.lift_method)}`],
    adjusted
      ? [explain(adjustment === "holm" ? "adjusted_holm" : "adjusted_bh", "Adjusted p"),
        html`${kAdjustmentWords[adjustment] ?? adjustment}; below: ${explain("p_value", "p alone")}`]
      : [explain("p_value", "p"), "not adjusted"],
    ...(boundary ? [[explain("group_sequential", "Group sequential"), "lift, interval, z and boundary"]] : []),
    ...(always ? [[explain("always_valid", "Always valid"),
      `${decisionLevel(report)} lift interval, adjusted p`]] : []),
    ...(cuped ? [[explain("cuped", regression ? "Regression" : "CUPED"), html`lift interval, adjusted p, ${explain("variance_reduction", "variance")}`]] : []),
    ...(bayesian ? [[explain("chance_to_win", "Chance to win"), explain("expected_loss", "expected loss")]] : []),
    ...(detectable ? [[explain("mde", "Detectable"), "lift, with this precision"]] : []),
    ...(guarded ? [[explain("guardrail_p", "Guardrail p"), "loss beyond the margin"]] : []),
  ];
  return html`<${ScrollingTable} label="${title}, table">
    <caption class="visually-hidden">${title}: each variant, compared with ${report.control}</caption>
    <thead>
      <tr>
        <th scope="col">Variant</th>
        ${columns.map(([name, detail]) => html`<th scope="col" class="number">${name}
          ${detail && html`<span class="minor">${detail}</span>`}</th>`)}
        <th scope="col">${explain("result", "Result")}</th>
      </tr>
    </thead>
    <tbody>
      ${variants.map((summary) => {
        const comparison = comparisons.find(({ variant }) => variant === summary.variant);
        return html`<tr key=${summary.variant} data-variant=${summary.variant}>
          <th scope="row">${summary.variant}</th>
          <td class="number"><${Figure} field="n" value=${summary.n} text=${formatCount(summary.n)} /></td>
          <td class="number"><${Mean} summary=${summary} /></td>
          ${comparison
            ? html`<${ComparisonCells} comparison=${comparison} metric=${metric} ...${parts} />`
            : html`<td class="minor baseline" colspan=${columns.length - 1}>
                ${summary.variant === report.control ? "control" : "not compared"}</td>`}
        </tr>`;
      })}
    </tbody>
  <//>`;
}

/** @param {{summary: import("../../types/report.js").VariantSummary}} props */
function Mean({ summary }) {
  const { mean, reason } = summary;
  if (mean === null) return html`<span class="minor">${reasonWords(reason)}</span>`;
  return html`<${Figure} field="mean" value=${mean} text=${formatMean(mean, standardErrorOfMean(summary))} />`;
}

/**
 * What the verdict goes by stands first, and out, with its name; a single look below it.
 * @param {{comparison: Comparison, scale: "lift" | "effect"}} props
 */
function EffectCell({ comparison, scale }) {
  const lift = scale === "lift";
  const { [scale]: single, [lift ? "lift_interval" : "interval"]: singleInterval } = comparison;
  const { value, interval, label } = shownOf(comparison, scale);
  const number = lift ? formatLift : formatEffect;
  const bounds = lift ? formatLiftInterval : formatInterval;
  const field = lift ? "lift_interval" : "interval";
  const looked = html`<${Figure} field=${scale} value=${single} text=${number(single, singleInterval)} />
    <${IntervalFigure} field=${field} value=${singleInterval} text=${bounds(singleInterval)} />`;
  if (!label) return html`<td class="number ${lift ? "strong" : ""}">${looked}</td>`;
  return html`<td class="number decides">
    <div class="strong"><${Figure} field="deciding_${scale}" value=${value} text=${number(value, interval)} />
      <${IntervalFigure} field="deciding_${field}" value=${interval} text=${bounds(interval)} /></div>
    ${lift && html`<span class="minor" data-field="deciding_label">${label}</span>`}
    <div class="minor single-look">${lift && html`<span>single look</span> `}${looked}</div>
  </td>`;
}

/**
 * @param {{comparison: Comparison, metric: Metric, adjusted: boolean, boundary: boolean, always: boolean,
 *   guarded: boolean, cuped: boolean, bayesian: boolean, detectable: boolean}} props which columns there are
 */
function ComparisonCells({ comparison, metric, adjusted, boundary, always, guarded, cuped, bayesian, detectable }) {
  const { p_value, adjusted_p_value, always_valid, guardrail } = comparison;
  const sequence = always_valid?.lift_interval ?? null;
  const sequenceP = always_valid?.adjusted_p_value ?? null;
  const guardrailP = guardrail?.p_value ?? null;
  return html`
    <${EffectCell} comparison=${comparison} scale="effect" />
    <${EffectCell} comparison=${comparison} scale="lift" />
    <td class="number">
      ${adjusted && html`<${Figure} field="adjusted_p_value" value=${adjusted_p_value} text=${formatP(adjusted_p_value)} />`}
      <span class=${adjusted ? "minor" : ""}><${Figure} field="p_value" value=${p_value} text=${formatP(p_value)} /></span>
    </td>
    ${boundary && html`<${BoundaryCell} look=${comparison.group_sequential} />`}
    ${always && html`<td class="number">
      <${IntervalFigure} field="always_valid_lift_interval" value=${sequence} text=${formatLiftInterval(sequence)} />
      <${Figure} field="always_valid_p_value" value=${sequenceP} text=${formatP(sequenceP)} />
    </td>`}
    ${cuped && html`<${CupedCell} cuped=${comparison.cuped} adjusted=${adjusted} />`}
    ${bayesian && html`<${BayesianCell} bayesian=${comparison.bayesian} />`}
    ${detectable && html`<td class="number">
      <${Figure} field="mde" value=${comparison.mde?.achieved ?? null}
        text=${formatShare(comparison.mde?.achieved ?? null)} />
    </td>`}
    ${guarded && html`<td class="number">
      <${Figure} field="guardrail_p_value" value=${guardrailP} text=${formatP(guardrailP)} />
    </td>`}
    <td class="result"><${Result} comparison=${comparison} metric=${metric} /></td>
  `;
}

/** @param {{look: import("../../types/report.js").GroupSequential | undefined}} props */
function BoundaryCell({ look }) {
  const { bound = null, statistic = null, crossed = false, lift = null, lift_interval = null, reason } = look ?? {};
  if (bound === null || statistic === null) return html`<td class="number minor">${reasonWords(reason)}</td>`;
  return html`<td class="number">
    <${Figure} field="group_sequential_lift" value=${lift} text=${formatLift(lift, lift_interval)} />
    <${IntervalFigure} field="group_sequential_lift_interval" value=${lift_interval} text=${formatLiftInterval(lift_interval)} />
    <span class="minor">z <${Figure} field="statistic" value=${statistic} text=${formatStatistic(statistic)} /></span>
    <span class="minor">${crossed ? "beyond" : "within"} ±<${Figure} field="bound" value=${bound} text=${formatStatistic(bound)} /></span>
  </td>`;
}

/** @param {{cuped: import("../../types/report.js").Cuped | undefined, adjusted: boolean}} props */
function CupedCell({ cuped, adjusted }) {
  const { lift = null, lift_interval = null, variance_reduction = null, reason } = cuped ?? {};
  const p = (adjusted ? cuped?.adjusted_p_value : cuped?.p_value) ?? null;
  if (lift === null && p === null) return html`<td class="number minor">${reasonWords(reason)}</td>`;
  return html`<td class="number">
    <${Figure} field="cuped_lift" value=${lift} text=${formatLift(lift, lift_interval)} />
    <${IntervalFigure} field="cuped_lift_interval" value=${lift_interval} text=${formatLiftInterval(lift_interval)} />
    <${Figure} field="cuped_p_value" value=${p} text=${formatP(p)} />
    ${variance_reduction !== null && html`<span class="minor">variance${" "}<${Figure} field="variance_reduction"
      value=${variance_reduction} text=${varianceWords(variance_reduction)} /></span>`}
  </td>`;
}

/** How it changed. @param {number} reduction a fraction */
const varianceWords = (reduction) =>
  (Math.abs(reduction) < 0.005 ? "unchanged" : `${reduction > 0 ? "−" : "+"}${formatShare(Math.abs(reduction), 0)}`);

/** Below it the prior is not about such an experiment, as in platform/analysis/render/sections.cpp. */
const kConflict = 0.01;

/** @param {{bayesian: import("../../types/report.js").Bayesian | undefined}} props */
function BayesianCell({ bayesian }) {
  const { chance_to_win = null, expected_loss = null, prior_conflict = null, reason } = bayesian ?? {};
  if (chance_to_win === null) return html`<td class="number minor">${reasonWords(reason)}</td>`;
  return html`<td class="number">
    <${Figure} field="chance_to_win" value=${chance_to_win} text=${formatChance(chance_to_win)} />
    <span class="minor"><${Figure} field="expected_loss" value=${expected_loss} text=${formatLoss(expected_loss)} /></span>
    ${prior_conflict !== null && prior_conflict < kConflict && html`<span class="minor">the data surprise the prior</span>`}
  </td>`;
}

/** @param {{comparison: Comparison, metric: Metric}} props */
function Result({ comparison, metric }) {
  const { guardrail, reason, lift_interval } = comparison;
  const reading = readingOf(comparison, metric.direction);
  const words = reading !== "unknown" ? kReadingWords[reading] : reason === "withheld" ? "withheld" : reasonWords(reason);
  const said = reading === "unknown" && guardrail?.reason === reason;
  return html`
    <span class="reading reading-${reading}">${words}</span>
    ${reading !== "unknown" && lift_interval === null && html`<span class="minor">lift: ${reasonWords(reason)}</span>`}
    ${guardrail && !said && html`<span class="minor">${guardrailWords(guardrail, marginOf(metric))}</span>`}
  `;
}

/** @param {import("../../types/report.js").Guardrail} guardrail @param {string} margin in percent */
function guardrailWords({ failed, harmed, non_inferior, p_value, reason }, margin) {
  if (failed || harmed) return `Loss above ${margin}: shown`;
  if (non_inferior) return `Loss within ${margin}: shown`;
  return `Loss within ${margin}: ${p_value === null ? reasonWords(reason) : "not shown yet"}`;
}
