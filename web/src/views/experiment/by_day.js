import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { LinesChart } from "../../charts/lines.js";
import { formatCount, formatDate, formatMean, formatTime } from "../../format.js";
import { dayPoints, latencyError, latencyMeasured, wholeDays } from "../../traffic_model.js";
import { Answer } from "../parts/answered.js";
import { LazySection, Numbers } from "../parts/lazy.js";
import { ChartFigure, VariantLegend } from "../parts/legend.js";
import { Figure, ScrollingTable } from "../parts/table.js";

/** @typedef {import("../../types/report.js").Traffic} Traffic */
/** @typedef {import("../../types/report.js").TrafficDay} TrafficDay */

/**
 * What each variant served, day by day.
 * @param {{report: import("../../types/report.js").Report, controls: import("../../controls.js").Controls,
 *   change: import("../../controls.js").Change, traffic: import("../../traffic.js").TrafficAsked | null}} props
 */
export function ByDaySection({ report, controls, change, traffic }) {
  if (!traffic) return null;
  return html`<${LazySection} id="by-day" title="Traffic by day" controls=${controls} change=${change}>
    <${Answer} asked=${traffic} waiting="Going through the playbacks">${(/** @type {import("../../traffic_model.js").TrafficAnswer} */ answer) =>
      html`<${Days} traffic=${answer.traffic} report=${report} controls=${controls} change=${change} />`}<//>
  <//>`;
}

/** @typedef {{title: string, number: (day: TrafficDay) => number | null, unit?: string, term?: string}} Series */

/** @type {Series[]} */
const kCounts = [
  { title: "New listeners", number: (day) => day.new_units },
  { title: "Active listeners", number: (day) => day.active_units },
  { title: "Sessions", number: (day) => day.sessions },
  { title: "Requests", number: (day) => day.requests },
];
/** @type {Series[]} */
const kLatencies = [
  { title: "Mean latency", number: (day) => day.latency_ms.mean, unit: "ms", term: "latency" },
  { title: "95th percentile of latency", number: (day) => day.latency_ms.p95, unit: "ms", term: "latency" },
];

/**
 * @param {{traffic: Traffic, report: import("../../types/report.js").Report, controls: import("../../controls.js").Controls,
 *   change: import("../../controls.js").Change}} props
 */
function Days({ traffic, report: { control, data_through }, controls, change }) {
  const whole = useMemo(() => wholeDays(traffic, data_through), [traffic, data_through]);
  const variants = useMemo(() => traffic.variants.map(({ variant }) => variant), [traffic]);
  if ((traffic.variants[0]?.days.length ?? 0) === 0) return html`<p class="minor">There is no day with data yet.</p>`;
  const measured = latencyMeasured(traffic);
  return html`<article class="metric" data-traffic="days">
    <p class="minor">Days are UTC${whole !== traffic && `; the last one has data until ${formatTime(data_through)} only, and is in
      the table only`}. A listener is new on the day of the first exposure.
      ${!measured && html` <strong>Latency was not measured:</strong> no playback says how long its answer took.`}</p>
    <${VariantLegend} variants=${variants} control=${control} />
    <div class="small-charts ${measured ? "" : "two"}">${[...kCounts, ...(measured ? kLatencies : [])].map((series) => html`
      <${DayChart} key=${series.title} series=${series} traffic=${whole} variants=${variants} />`)}</div>
    <${Numbers} id="by-day.numbers" controls=${controls} change=${change}><${DayTable} traffic=${traffic} /><//>
  </article>`;
}

/** @type {import("../../charts/lines.js").LineView} */
const kDayView = { label: null };

/** @param {{series: Series, traffic: Traffic, variants: string[]}} props */
function DayChart({ series: { title, number, unit, term }, traffic, variants }) {
  const points = useMemo(() => dayPoints(traffic, number), [traffic, number]);
  const description = traffic.variants.map(({ variant, days }) => {
    const last = days.at(-1);
    const value = last ? number(last) : null;
    return value === null ? `${variant}: not measured on the last day.`
      : `${variant}: ${formatMean(value, null)}${unit ? ` ${unit}` : ""} on the last day.`;
  }).join(" ");
  return html`<${ChartFigure} title=${unit ? `${title}, ${unit}` : title} term=${term}>
    <${LinesChart} points=${points} variants=${variants} view=${kDayView} title="${title} by day" description=${description} />
  <//>`;
}

const kColumns = ["New", "Active", "Sessions", "Requests"];

/** @param {{traffic: Traffic}} props */
function DayTable({ traffic: { variants } }) {
  const title = "What each variant served, by day";
  return html`<${ScrollingTable} label=${title}>
    <caption class="visually-hidden">${title}</caption>
    <thead><tr><th scope="col">Day</th><th scope="col">Variant</th>
      ${kColumns.map((column) => html`<th scope="col" class="number">${column}</th>`)}
      <th scope="col" class="number">Mean latency<span class="minor">ms, ± standard error</span></th>
      <th scope="col" class="number">95th percentile<span class="minor">ms</span></th></tr></thead>
    <tbody>${(variants[0]?.days ?? []).flatMap(({ day }, i) => variants.map(({ variant, days }) => html`
      <${DayRow} key=${`${day} ${variant}`} variant=${variant} day=${days[i]} />`))}</tbody>
  <//>`;
}

/** @param {{variant: string, day: TrafficDay | undefined}} props */
function DayRow({ variant, day }) {
  if (!day) return null;
  const { latency_ms: latency } = day;
  const error = latencyError(latency);
  const count = (/** @type {"new_units" | "active_units" | "sessions" | "requests"} */ field) =>
    html`<td class="number"><${Figure} field=${field} value=${day[field]} text=${formatCount(day[field])} /></td>`;
  return html`<tr data-day=${day.day} data-variant=${variant}>
    <th scope="row">${formatDate(day.day)}</th><td>${variant}</td>
    ${count("new_units")}${count("active_units")}${count("sessions")}${count("requests")}
    <td class="number">${latency.n === 0 ? html`<span class="minor">not measured</span>` : html`
      <${Figure} field="latency" value=${latency.mean} text=${formatMean(latency.mean, error)} />
      ${error !== null && ` ± ${formatMean(error, error)}`}`}</td>
    <td class="number">${latency.n > 0 && html`
      <${Figure} field="p95" value=${latency.p95} text=${formatMean(latency.p95, null)} />`}</td>
  </tr>`;
}
