import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { fetchReport } from "../../api.js";
import { ForestChart } from "../../charts/forest.js";
import { resultsQuery } from "../../controls.js";
import { formatCount, formatEffect, formatInterval, formatLift, formatLiftInterval, formatP, formatPlural, formatShare, pWords } from "../../format.js";
import { inOrderOfRole, kAlarm } from "../../report.js";
import { kSectionPause, usePaced } from "../../paced.js";
import { useResource } from "../../resource.js";
import { metricTitle, reasonWords } from "../../words.js";
import { Answer } from "../parts/answered.js";
import { Check } from "../parts/check.js";
import { Control } from "../parts/controls.js";
import { Explain } from "../parts/explain.js";
import { Figure, IntervalFigure, ScrollingTable } from "../parts/table.js";

/** @typedef {import("../../types/report.js").Report} Report */
/** @typedef {import("../../types/report.js").Metric} Metric */
/** @typedef {import("../../controls.js").Controls} Controls */

/**
 * Is the effect the same in every segment? Asked of the server once a dimension is chosen.
 * @param {{report: Report, controls: Controls, change: import("../../controls.js").Change}} props
 */
export function SegmentsSection({ report, controls, change }) {
  const { dimensions, metrics } = report;
  if (dimensions.length === 0) return null;
  const ordered = inOrderOfRole(metrics);
  const metric = ordered.some((one) => one.metric === controls.metric) ? controls.metric : ordered[0]?.metric;
  const valueOf = (/** @type {Event} */ event) => /** @type {HTMLSelectElement} */ (event.currentTarget).value;
  return html`<section class="segments ${dimensions.includes(controls.by) ? "" : "unchosen"}" aria-labelledby="segments">
    <h2 id="segments">Segments</h2>
    <form class="controls" aria-label="Segments" onSubmit=${(/** @type {Event} */ e) => e.preventDefault()}>
      <${Control} id="by" label="Split by" term="heterogeneity">
        <select id="by" name="by" value=${dimensions.includes(controls.by) ? controls.by : ""} onChange=${(/** @type {Event} */ e) => change({ by: valueOf(e) })}>
          <option value="">nothing</option>
          ${dimensions.map((name) => html`<option value=${name}>${name.replaceAll("_", " ")}</option>`)}
        </select>
      <//>
      <label>Metric
        <select name="metric" value=${metric} onChange=${(/** @type {Event} */ e) => change({ metric: valueOf(e) })}>
          ${ordered.map((one) => html`<option value=${one.metric}>${metricTitle(one.metric)}</option>`)}
        </select>
      </label>
    </form>
    ${dimensions.includes(controls.by)
      ? html`<${SplitMetric} report=${report} controls=${controls} name=${metric} />`
      : html`<p class="minor">Choose what to split the units by: something that was known before they were exposed.</p>`}
  </section>`;
}

/** @param {{report: Report, controls: Controls, name: string}} props */
function SplitMetric({ report, controls, name }) {
  const query = resultsQuery(controls, { by: controls.by });
  const through = usePaced(report.data_through ?? "", kSectionPause);
  const asked = useResource(`${report.experiment}${query}`, (signal) => fetchReport(report.experiment, query, signal),
    { group: `${report.experiment} ${controls.by}`, version: through });
  return html`<${Answer} asked=${asked} waiting="Splitting by ${controls.by}">${(/** @type {Report} */ answer) => {
    const metric = answer.metrics.find((one) => one.metric === name);
    const segments = metric?.segments?.find(({ dimension }) => dimension === controls.by);
    if (!metric || !segments) return html`<p class="minor">This metric cannot be split.</p>`;
    return html`<${SegmentsOf} metric=${metric} segments=${segments} report=${answer} controls=${controls}
      splits=${answer.health.segments?.filter(({ dimension }) => dimension === controls.by) ?? []} />`;
  }}<//>`;
}

/**
 * @param {{metric: Metric, segments: import("../../types/report.js").Segments, report: Report, controls: Controls,
 *   splits: import("../../types/report.js").SegmentSrm[]}} props
 */
function SegmentsOf({ metric, segments, report: { control, confidence_level }, controls, splits }) {
  const several = metric.comparisons.length > 1;
  const whole = useMemo(() => ({
    ...metric,
    comparisons: segments.levels.flatMap(({ level, comparisons }) =>
      comparisons.map((one) => ({
        ...one, variant: several ? `${level}: ${one.variant}` : level,
        significant: one.p_value !== null && one.p_value < 1 - confidence_level,  // nobody adjusts them
      }))),
  }), [metric, segments, confidence_level]);
  const title = `${metricTitle(metric.metric)} by ${segments.dimension}`;
  return html`
    <ul class="checks">${segments.heterogeneity.map((test) => html`<li class="check" key=${test.variant}>
      <span>${several ? html`<strong>${test.variant}:</strong> ` : ""}${heterogeneityWords(test, confidence_level)}${" "}
        <${Explain} term="heterogeneity" /></span></li>`)}<${SplitsCheck} splits=${splits} /></ul>
    ${leftOutWords(segments) && html`<p class="minor left-out">${leftOutWords(segments)}</p>`}
    <${ForestChart} metric=${whole} title=${title} control=${control} view=${controls} />
    <${ScrollingTable} label="${title}, table">
      <caption class="visually-hidden">${title}</caption>
      <thead><tr>
        <th scope="col">${segments.dimension.replaceAll("_", " ")}</th><th scope="col">Variant</th>
        <th scope="col" class="number"><${Explain} term="units_of_both">Units of both<//></th>
        <th scope="col" class="number"><${Explain} term="segment_effect">Effect<//></th>
        <th scope="col" class="number"><${Explain} term="lift">Lift<//></th>
        <th scope="col" class="number"><${Explain} term="p_value">p<//></th>
      </tr></thead>
      <tbody>${segments.levels.flatMap(({ level, variants, comparisons }) => comparisons.map((one) => html`
        <tr key=${`${level} ${one.variant}`} data-level=${level} data-variant=${one.variant}>
          <th scope="row">${level}</th><td>${one.variant}</td>
          <td class="number"><${Units} variants=${variants} variant=${one.variant} /></td>
          <td class="number"><${Figure} field="effect" value=${one.effect} text=${formatEffect(one.effect, one.interval)} />
            <${IntervalFigure} field="interval" value=${one.interval} text=${formatInterval(one.interval)} /></td>
          <td class="number">${one.lift === null ? html`<span class="minor">${reasonWords(one.reason)}</span>` : html`
            <${Figure} field="lift" value=${one.lift} text=${formatLift(one.lift, one.lift_interval)} />
            <${IntervalFigure} field="lift_interval" value=${one.lift_interval}
              text=${formatLiftInterval(one.lift_interval)} />`}</td>
          <td class="number"><${Figure} field="p_value" value=${one.p_value} text=${formatP(one.p_value)} /></td>
        </tr>`))}</tbody>
    <//>`;
}

/** Of the control and the treatment. @param {{variants: import("../../types/report.js").VariantSummary[], variant: string}} props */
function Units({ variants, variant }) {
  const n = (variants[0]?.n ?? 0) + (variants.find((one) => one.variant === variant)?.n ?? 0);
  return html`<${Figure} field="n" value=${n} text=${formatCount(n)} />`;
}

/** Units that are in no segment, and why; "" where there are none. @param {import("../../types/report.js").Segments} segments */
function leftOutWords({ dimension, left_out: { without_value, several_values } }) {
  const name = dimension.replaceAll("_", " ");
  const parts = [
    without_value > 0 && `${formatPlural(without_value, "unit")} without a ${name}`,
    several_values > 0 && `${formatPlural(several_values, "unit")} with several values of ${name}`,
  ].filter(Boolean);
  return parts.length > 0 ? `Left out: ${parts.join(", ")}.` : "";
}

/** @param {import("../../types/report.js").Segments["heterogeneity"][number]} test @param {number} level of confidence */
function heterogeneityWords({ adjusted_p_value, p_value, i_squared, reason }, level) {
  if (p_value === null) return `Whether the effect differs between segments cannot be tested: ${reasonWords(reason)}.`;
  const p = adjusted_p_value ?? p_value;
  const numbers = `Cochran's Q, ${pWords(p)}, adjusted for the dimensions shown (Holm); I² ${formatShare(i_squared, 0)}`;
  return `${p < 1 - level ? "The effect differs" : "No sign that the effect differs"} between segments (${numbers}).`;
}

/** Is every segment split as the weights say? @param {{splits: import("../../types/report.js").SegmentSrm[]}} props */
function SplitsCheck({ splits }) {
  const tested = splits.filter(({ p_value }) => p_value !== null);
  if (tested.length === 0) return null;
  const props = { term: "segment_srm", experiment: "" };
  const least = tested.reduce((low, one) => (Number(one.p_value) < Number(low.p_value) ? one : low));
  const numbers = html`<span class="minor">least ${pWords(least.p_value)} (${least.level}; times ${tested.length},
    alarm below ${kAlarm})</span>`;
  const broken = tested.filter(({ mismatch }) => mismatch).map(({ level }) => level);
  return broken.length > 0
    ? html`<${Check} ...${props} tone="alarm"><strong>Sample ratio mismatch</strong> in ${broken.join(", ")}: something chooses who
        is counted there. ${numbers}<//>`
    : html`<${Check} ...${props} tone="good">Every segment is split as planned. ${numbers}<//>`;
}
