import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { fetchReport, hasAnswer, resultsPath } from "../../api.js";
import { DaysChart } from "../../charts/days.js";
import { resultsQuery } from "../../controls.js";
import { formatCount, formatEffect, formatInterval, formatLevel, pWords } from "../../format.js";
import { kSectionPause, usePaced } from "../../paced.js";
import { useResource } from "../../resource.js";
import { metricTitle, reasonWords } from "../../words.js";
import { Answer } from "../parts/answered.js";
import { Explain } from "../parts/explain.js";
import { LazySection } from "../parts/lazy.js";
import { Figure, IntervalFigure, ScrollingTable } from "../parts/table.js";

/** @typedef {import("../../types/report.js").Report} Report */
/** @typedef {import("../../types/report.js").EffectByDay} EffectByDay */

const kFewestUnits = 30;  // a day of fewer would stretch the axis and say nothing

/**
 * Does the effect wear off? Asked of the server when the section is opened.
 * @param {{report: Report, controls: import("../../controls.js").Controls, change: import("../../controls.js").Change}} props
 */
export function DaysSection({ report, controls, change }) {
  if (!hasAnswer(resultsPath(report.experiment, resultsQuery(controls, { by_day: "true" })))) return null;
  return html`<${LazySection} id="days" title="Effect by days since exposure" controls=${controls} change=${change}>
    <${ByDay} report=${report} controls=${controls} />
  <//>`;
}

/** @param {{report: Report, controls: import("../../controls.js").Controls}} props */
function ByDay({ report, controls }) {
  const query = resultsQuery(controls, { by_day: "true" });
  const through = usePaced(report.data_through ?? "", kSectionPause);
  const asked = useResource(`${report.experiment}${query}`, (signal) => fetchReport(report.experiment, query, signal),
    { group: report.experiment, version: through });
  return html`<${Answer} asked=${asked} waiting="Counting days">${daysOfReport}<//>`;
}

/** @param {Report} report with the effect by day */
function daysOfReport({ metrics, confidence_level }) {
  const primary = metrics.find(({ role }) => role === "primary") ?? metrics[0];
  if (!primary?.by_day) return html`<p class="minor">The primary metric has no effect by day.</p>`;
  return primary.by_day.map((effect) => html`<${DaysOf} key=${effect.variant} effect=${effect}
    metric=${metricTitle(primary.metric)} unit=${primary.unit} level=${confidence_level} />`);
}

/** What is drawn; without an interval the point alone. @param {EffectByDay["days"]} days */
const rowsOf = (days) => days.flatMap(({ day, n, effect, interval }) => (effect === null || n < kFewestUnits ? []
  : [{ day, effect, lower: interval?.[0] ?? effect, upper: interval?.[1] ?? effect }]));

/** @param {{effect: EffectByDay, metric: string, unit: string, level: number}} props */
function DaysOf({ effect, metric, unit, level }) {
  const { variant, days, slope, slope_standard_error: error, p_value, reason } = effect;
  const rows = useMemo(() => rowsOf(days), [days]);
  const trend = slope === null || p_value === null
    ? `No trend can be told: ${reasonWords(reason)}.`
    : `${p_value < 1 - level ? "The effect changes" : "No sign that the effect changes"} with the days:
       ${formatEffect(slope, error === null ? null : [slope - error, slope + error])} ${unit} a day, ${pWords(p_value)}.`;
  const counted = days.reduce((end, { n }, i) => (n > 0 ? i + 1 : end), 0);  // nobody has got any further yet
  const title = `${metric}, ${variant}: effect by days since exposure`;
  return html`<article class="metric" data-days=${variant}>
    <h3>${variant}</h3>
    <p>${trend} <${Explain} term="slope" /></p>
    ${days.some(({ n }) => n > 0 && n < kFewestUnits) && html`<p class="minor">Days of fewer than ${kFewestUnits} units are
      in the table only.</p>`}
    ${rows.length > 0 && html`<${DaysChart} rows=${rows} title=${title} description=${trend} />`}
    <${ScrollingTable} label=${`${title}, table`}>
      <caption class="visually-hidden">${title}</caption>
      <thead><tr><th scope="col">Day</th><th scope="col" class="number"><${Explain} term="units_of_both">Units of both<//></th>
        <th scope="col" class="number"><${Explain} term="by_day">Effect<//><span class="minor">${formatLevel(level)} interval, ${unit}</span></th></tr></thead>
      <tbody>${days.slice(0, counted).map(({ day, n, effect: value, interval = null }) => html`
        <tr key=${day} data-day=${day}><th scope="row">${day}</th>
          <td class="number"><${Figure} field="n" value=${n} text=${formatCount(n)} /></td>
          <td class="number"><${Figure} field="effect" value=${value} text=${formatEffect(value, interval)} />
            ${interval && html`<${IntervalFigure} field="interval" value=${interval} text=${formatInterval(interval)} />`}</td></tr>`)}</tbody>
    <//>
  </article>`;
}
