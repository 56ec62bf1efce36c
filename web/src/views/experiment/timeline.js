import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { fetchTimeline, hasAnswer, timelinePath } from "../../api.js";
import { TimelineChart } from "../../charts/timeline.js";
import { timelineAxis, timelineRows } from "../../charts/timeline_model.js";
import { resultsQuery } from "../../controls.js";
import {
  formatCount, formatEffect, formatInterval, formatLevel, formatLift, formatLiftInterval, formatPlural, formatTime,
} from "../../format.js";
import { kSectionPause, usePaced } from "../../paced.js";
import { useResource } from "../../resource.js";
import { metricTitle } from "../../words.js";
import { Answer } from "../parts/answered.js";
import { Explain } from "../parts/explain.js";
import { LazySection } from "../parts/lazy.js";
import { Figure, IntervalFigure, ScrollingTable } from "../parts/table.js";

/** @typedef {import("../../types/report.js").Report} Report */
/** @typedef {import("../../controls.js").Controls} Controls */
/** @typedef {import("../../types/report.js").Timeline} Timeline */

/**
 * How the effect on the primary metric came about. Asked of the server when the section is opened.
 * @param {{report: Report, controls: Controls, change: import("../../controls.js").Change}} props
 */
export function TimelineSection({ report, controls, change }) {
  if (!hasAnswer(timelinePath(report.experiment, ""))) return null;  // a table knows no days
  return html`<${LazySection} id="timeline" title="Over time" controls=${controls} change=${change}>
    <${OverTime} report=${report} controls=${controls} />
  <//>`;
}

/** @param {Report} report */
const hasCuped = ({ metrics }) => metrics.some(({ comparisons }) => comparisons.some(({ cuped }) => cuped));

/** @param {{report: Report, controls: Controls}} props */
function OverTime({ report, controls }) {
  const query = resultsQuery(controls);
  const through = usePaced(report.data_through ?? "", kSectionPause);
  const asked = useResource(`${report.experiment}${query}`, (signal) => fetchTimeline(report.experiment, query, signal),
    { group: report.experiment, version: through });
  return html`<${Answer} asked=${asked} waiting="Going through the days">${(/** @type {Timeline} */ timeline) =>
    html`<${Variants} report=${report} timeline=${timeline} scale=${controls.scale} />`}<//>`;
}

/** @param {{report: Report, timeline: Timeline, scale: "lift" | "effect"}} props */
function Variants({ report, timeline, scale }) {
  const variants = timeline.points.at(-1)?.comparisons.map(({ variant }) => variant) ?? [];
  if (variants.length === 0) return html`<p class="minor">There is nothing to compare yet.</p>`;
  const parts = [
    `What the report said of ${metricTitle(timeline.metric).toLowerCase()} at the end of each day (UTC), all data until then`,
    `dark band: ${formatLevel(timeline.confidence_level)} interval of a single look`,
    `light band: always-valid interval${hasCuped(report) ? " (after CUPED)" : ""}`,
    timeline.looks.length > 0 ? `dashed: the data of ${formatPlural(timeline.looks.length, "recorded look")}` : "",
  ];
  return html`<p class="minor">${parts.filter(Boolean).join("; ")}.</p>
    ${variants.map((variant) => html`<${VariantOverTime} key=${variant} variant=${variant} timeline=${timeline}
      scale=${scale} />`)}`;
}

/** @param {{timeline: Timeline, variant: string, scale: "lift" | "effect"}} props */
function VariantOverTime({ timeline, variant, scale }) {
  const rows = useMemo(() => timelineRows(timeline, variant, scale), [timeline, variant, scale]);
  const { domain, beyond } = useMemo(() => timelineAxis(rows), [rows]);
  const looks = useMemo(() => timeline.looks.map(({ data_through }) => new Date(data_through)), [timeline]);
  const title = `${metricTitle(timeline.metric)}, ${variant}: ${scale} over time`;
  const number = scale === "lift" ? formatLift : formatEffect;
  const bounds = scale === "lift" ? formatLiftInterval : formatInterval;
  const last = rows.at(-1);
  const cut = beyondWords(beyond);
  const description = last
    ? `At the end ${number(last.value, last.interval)}, interval ${bounds(last.interval)}. ${cut}`.trim() : "No day has a value.";
  return html`<article class="metric" data-timeline=${variant}>
    <h3>${variant}</h3>
    ${rows.length > 0 && html`<${TimelineChart} rows=${rows} domain=${domain} looks=${looks} scale=${scale} title=${title}
      description=${description} />`}
    ${cut && html`<p class="minor">${cut}</p>`}
    <${ScrollingTable} label=${`${title}, table`}>
      <caption class="visually-hidden">${title}</caption>
      <thead><tr><th scope="col"><${Explain} term="over_time">Until<//></th><th scope="col" class="number"><${Explain} term="units_of_both">Units of both<//></th>
        <th scope="col" class="number"><${Explain} term=${scale}>${scale === "lift" ? "Lift" : "Effect"}<//>
          ${scale === "effect" && html`<span class="minor">${timeline.unit}</span>`}</th>
        <th scope="col" class="number"><${Explain} term="always_valid">Always valid<//></th></tr></thead>
      <tbody>${rows.map(({ until, units, value, interval, always }) => html`
        <tr key=${until.toISOString()} data-until=${until.toISOString()}>
          <th scope="row">${formatTime(until.toISOString())}</th>
          <td class="number">${formatCount(units)}</td>
          <td class="number"><${Figure} field=${scale} value=${value} text=${number(value, interval)} />
            <${IntervalFigure} field="interval" value=${interval} text=${bounds(interval)} /></td>
          <td class="number"><${IntervalFigure} field="always_valid" value=${always} text=${bounds(always)} /></td>
        </tr>`)}</tbody>
    <//>
  </article>`;
}

/** @param {import("../../charts/timeline_model.js").TimelineRow[]} beyond whose light band leaves the chart */
function beyondWords(beyond) {
  const last = beyond.at(-1);
  if (!last) return "";
  return `Until ${formatTime(last.until.toISOString())}, the always-valid interval reaches beyond the chart; the table has all of it.`;
}
