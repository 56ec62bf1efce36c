import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { fetchReport, hasAnswer, resultsPath } from "../../api.js";
import { HistogramChart } from "../../charts/histogram.js";
import { QuantilesChart } from "../../charts/quantiles.js";
import { styleOf } from "../../charts/variants.js";
import { resultsQuery } from "../../controls.js";
import { quantileName, quantileRows, sessionBins, timeBins } from "../../distributions_model.js";
import {
  formatCount, formatEffect, formatInterval, formatLevel, formatMean, formatP, formatPart,
} from "../../format.js";
import { kSectionPause, usePaced } from "../../paced.js";
import { useResource } from "../../resource.js";
import { reasonWords } from "../../words.js";
import { Answer } from "../parts/answered.js";
import { LazySection, Numbers } from "../parts/lazy.js";
import { ChartFigure } from "../parts/legend.js";
import { PositionsOf } from "./positions.js";
import { Figure, IntervalFigure, ScrollingTable } from "../parts/table.js";

/** @typedef {import("../../types/report.js").Report} Report */
/** @typedef {import("../../controls.js").Controls} Controls */
/** @typedef {import("../../controls.js").Change} Change */
/** @typedef {import("../../types/report.js").Distributions} Distributions */
/** @typedef {import("../../distributions_model.js").Bin} Bin */
/** @typedef {import("../../distributions_model.js").QuantileRow} QuantileRow */

/** @param {Controls} controls */
const distributionsQuery = (controls) => resultsQuery(controls, { distributions: "true" });

/**
 * Not only whether the mean moves, but which sessions do. Asked of the server when the section is opened.
 * @param {{report: Report, controls: Controls, change: Change,
 *   traffic: import("../../traffic.js").TrafficAsked | null}} props
 */
export function DistributionsSection({ report, controls, change, traffic }) {
  if (!hasAnswer(resultsPath(report.experiment, distributionsQuery(controls)))) return null;
  return html`<${LazySection} id="distributions" title="Distributions" controls=${controls} change=${change}>
    <${Sessions} report=${report} controls=${controls} change=${change} />
    ${traffic && html`<${PositionsOf} traffic=${traffic} control=${report.control} controls=${controls} change=${change} />`}
  <//>`;
}

/** @param {{report: Report, controls: Controls, change: Change}} props */
function Sessions({ report, controls, change }) {
  const { experiment, data_through } = report;
  const query = distributionsQuery(controls);
  const through = usePaced(data_through ?? "", kSectionPause);
  const asked = useResource(`${experiment}${query}`, (signal) => fetchReport(experiment, query, signal),
    { group: experiment, version: through });
  return html`<${Answer} asked=${asked} waiting="Going through the sessions">${(/** @type {Report} */ answer) =>
    html`<${Variants} report=${answer} controls=${controls} change=${change} />`}<//>`;
}

/** @param {{report: Report, controls: Controls, change: Change}} props report: with the distributions */
function Variants({ report: { control, distributions, confidence_level }, controls, change }) {
  if (!distributions) return html`<p class="minor">The server does not say how sessions are distributed.</p>`;
  const names = distributions.session_time.variants.map(({ variant }) => variant);
  const treatments = names.filter((name) => name !== control);
  if (treatments.length === 0) return html`<p class="minor">Only one variant was seen, so there is nothing to compare.</p>`;
  const level = formatLevel(confidence_level);
  return html`<p class="minor">Grey ground: ${control}; line: the treatment; dashed: the means; the last bar of a histogram holds all above it, too. The difference by
      quantile shows where in the distribution the effect sits: the treatment's quantiles minus those of ${control}, with their
      ${` ${level}`} intervals; filled where the interval leaves 0 out.</p>
    ${treatments.map((variant) => html`<${VariantDistributions} key=${variant} variant=${variant} control=${control}
      names=${names} distributions=${distributions} level=${level} controls=${controls} change=${change} />`)}`;
}

const kTimeView = { label: "time of a session, track lengths", counted: false };
const kSessionsView = { label: "sessions of a listener", counted: true };

/**
 * @param {{variant: string, control: string, names: string[], distributions: Distributions, level: string,
 *   controls: Controls, change: Change}} props
 */
function VariantDistributions({ variant, control, names, distributions, level, controls, change }) {
  const { session_time: time, sessions_per_unit: perUnit } = distributions;
  const { colour } = styleOf(variant, names);
  const times = useMemo(() => timeBins(time, control, variant), [time, control, variant]);
  const quantiles = useMemo(() => quantileRows(time, control, variant), [time, control, variant]);
  const sessions = useMemo(() => sessionBins(perUnit, control, variant), [perUnit, control, variant]);
  const timeMeans = useMemo(() => meansOf(time.variants, control, variant), [time, control, variant]);
  const sessionMeans = useMemo(() => meansOf(perUnit.variants, control, variant), [perUnit, control, variant]);
  const chart = { colour };
  return html`<article class="metric distributions" data-distributions=${variant}>
    <h3>${variant} <span class="minor">against ${control}</span></h3>
    <div class="small-charts">
      <${ChartFigure} title="Session time, share of sessions" term="time_distribution">
        <${HistogramChart} ...${chart} bins=${times} means=${timeMeans} view=${kTimeView}
          title="Session time, ${variant} against ${control}" description=${inWords(timeMeans, "session", variant, control)} />
      <//>
      <${ChartFigure} title="Difference by quantile, track lengths" term="quantile_effect">
        <${Quantiles} rows=${quantiles} ...${chart} title="Quantile differences of session time, ${variant} − ${control}" />
      <//>
      <${ChartFigure} title="Share of listeners by sessions"
        term="sessions_distribution">
        <${HistogramChart} ...${chart} bins=${sessions} means=${sessionMeans} view=${kSessionsView}
          title="Sessions of a listener, ${variant} against ${control}"
          description=${inWords(sessionMeans, "listener", variant, control)} />
      <//>
    </div>
    <${Numbers} id=${`distributions.${encodeURIComponent(variant)}`} controls=${controls} change=${change}>
      <${QuantileTable} rows=${quantiles} variant=${variant} control=${control} level=${level} />
      <${BinTable} bins=${times} kind="time" title="Sessions by their time, in track lengths" first="Time" count="Sessions"
        variant=${variant} control=${control} />
      <${BinTable} bins=${sessions} kind="sessions" title="Listeners by their number of sessions" first="Sessions"
        count="Listeners" variant=${variant} control=${control} />
    <//>
  </article>`;
}

/** @param {{variant: string, mean: number | null}[]} variants @param {string} control @param {string} treatment */
function meansOf(variants, control, treatment) {
  const meanOf = (/** @type {string} */ name) => variants.find(({ variant }) => variant === name)?.mean ?? null;
  return { control: meanOf(control), treatment: meanOf(treatment) };
}

/**
 * @param {{control: number | null, treatment: number | null}} means @param {string} each
 * @param {string} variant @param {string} control
 */
const inWords = (means, each, variant, control) =>
  `Mean of a ${each}: ${variant} ${formatMean(means.treatment, null)}, ${control} ${formatMean(means.control, null)}.`;

/** @param {{rows: QuantileRow[], colour: string, title: string}} props */
function Quantiles({ rows, colour, title }) {
  if (rows.every(({ effect }) => effect === null))
    return html`<p class="minor">No quantile can be compared: ${reasonWords(rows[0]?.reason)}.</p>`;
  const description = rows.map(({ label, effect, interval }) =>
    `${label}: ${formatEffect(effect, interval)}, interval ${formatInterval(interval)}.`).join(" ");
  return html`<${QuantilesChart} rows=${rows} colour=${colour} label="quantile of session time" title=${title}
    description=${description} />`;
}

/** @param {{rows: QuantileRow[], variant: string, control: string, level: string}} props */
function QuantileTable({ rows, variant, control, level }) {
  const title = "Quantiles of session time, in track lengths";
  return html`<h4>${title}</h4><${ScrollingTable} label="${title}, ${variant}">
    <caption class="visually-hidden">${title}, ${variant} against ${control}</caption>
    <thead><tr><th scope="col">Quantile</th><th scope="col" class="number">${control}</th>
      <th scope="col" class="number">${variant}</th>
      <th scope="col" class="number">Difference<span class="minor">${level} interval</span></th>
      <th scope="col" class="number">p</th></tr></thead>
    <tbody>${rows.map((row) => html`<tr key=${row.level} data-level=${row.level}>
      <th scope="row">${quantileName(row.level)}</th>
      <td class="number"><${Figure} field="control" value=${row.control} text=${formatMean(row.control, row.standard_error)} /></td>
      <td class="number"><${Figure} field="treatment" value=${row.treatment}
        text=${formatMean(row.treatment, row.standard_error)} /></td>
      <td class="number">${row.effect === null ? html`<span class="minor">${reasonWords(row.reason)}</span>` : html`
        <${Figure} field="effect" value=${row.effect} text=${formatEffect(row.effect, row.interval)} />
        <${IntervalFigure} field="interval" value=${row.interval} text=${formatInterval(row.interval)} />`}</td>
      <td class="number"><${Figure} field="p_value" value=${row.p_value} text=${formatP(row.p_value)} /></td>
    </tr>`)}</tbody>
  <//>`;
}

/**
 * @param {{bins: Bin[], kind: string, title: string, first: string, count: string, variant: string, control: string}} props
 */
function BinTable({ bins, kind, title, first, count, variant, control }) {
  return html`<h4>${title}</h4><${ScrollingTable} label="${title}, ${variant}">
    <caption class="visually-hidden">${title}, ${variant} against ${control}</caption>
    <thead>
      <tr><th scope="col">${first}</th>
        <th scope="col" class="number">${control}<span class="minor">${count.toLowerCase()}</span></th>
        <th scope="col" class="number">Share</th>
        <th scope="col" class="number">${variant}<span class="minor">${count.toLowerCase()}</span></th>
        <th scope="col" class="number">Share</th></tr>
    </thead>
    <tbody>${bins.map(({ label, from, control: one, treatment: other }) => html`
      <tr key=${from} data-bin=${kind} data-from=${from}>
        <th scope="row">${label}</th>
        <${PartCells} part=${one} who="control" /><${PartCells} part=${other} who="treatment" />
      </tr>`)}</tbody>
  <//>`;
}

/** @param {{part: import("../../distributions_model.js").Part, who: string}} props */
function PartCells({ part, who }) {
  return html`<td class="number"><${Figure} field="${who}_n" value=${part.n} text=${formatCount(part.n)} /></td>
    <td class="number"><${Figure} field="${who}_share" value=${part.share}
      text=${formatPart(part.share, part.standardError)} /></td>`;
}

