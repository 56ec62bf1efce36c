import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { LinesChart } from "../../charts/lines.js";
import { kMostBands } from "../../charts/variants.js";
import { formatCount, formatLevel, formatPart, formatShare } from "../../format.js";
import { kFewestPlaybacks, positionPoints } from "../../traffic_model.js";
import { Answer } from "../parts/answered.js";
import { Explain } from "../parts/explain.js";
import { Numbers } from "../parts/lazy.js";
import { ChartFigure, VariantLegend } from "../parts/legend.js";
import { Figure, ScrollingTable } from "../parts/table.js";

/** @typedef {import("../../types/report.js").Traffic} Traffic */

/** @typedef {{controls: import("../../controls.js").Controls, change: import("../../controls.js").Change}} State */

/**
 * How listeners take what they get, from track to track.
 * @param {{traffic: import("../../traffic.js").TrafficAsked, control: string} & State} props
 */
export function PositionsOf({ traffic, control, ...state }) {
  return html`<article class="metric" data-positions>
    <h3>Track by track</h3>
    <${Answer} asked=${traffic} waiting="Going through the playbacks">${(/** @type {import("../../traffic_model.js").TrafficAnswer} */ answer) =>
      html`<${Curves} traffic=${answer.traffic} level=${formatLevel(answer.confidence_level)} control=${control} ...${state} />`}<//>
  </article>`;
}

/** @param {number} share */
const percent = (share) => formatShare(share, 0);
/** @type {import("../../charts/lines.js").LineView} */
const kPositionView = { label: "position in the session", tick: percent, labelled: true };

/** @param {{traffic: Traffic, level: string, control: string} & State} props level: of the intervals */
function Curves({ traffic, level, control, ...state }) {
  const variants = useMemo(() => traffic.variants.map(({ variant }) => variant), [traffic]);
  const skipped = useMemo(() => positionPoints(traffic, "skipped"), [traffic]);
  const listened = useMemo(() => positionPoints(traffic, "listened"), [traffic]);
  if (skipped.length === 0) return html`<p class="minor">Too little of what was recommended has been played yet.</p>`;
  const threshold = formatShare(traffic.skip_threshold, 0);
  return html`<p class="minor">A track counts as skipped when less than ${threshold} of it is heard. The curves begin
      at position 1: the first track, at 0, is the listener's own choice. Where
      fewer than ${kFewestPlaybacks} tracks were played, only the table has the numbers.
      ${variants.length <= kMostBands && ` Bands: ${level} intervals, with each listener as one cluster.`}</p>
    <${VariantLegend} variants=${variants} control=${control} />
    <div class="small-charts two">
      <${ChartFigure} title="Share of tracks skipped" term="skipped">
        <${LinesChart} points=${skipped} variants=${variants} view=${kPositionView} title="Share of tracks skipped by position"
          description=${inWords(traffic, "skipped", "skipped at position")} />
      <//>
      <${ChartFigure} title="Mean fraction heard" term="listened">
        <${LinesChart} points=${listened} variants=${variants} view=${kPositionView} title="Mean fraction heard by position"
          description=${inWords(traffic, "listened", "heard at position")} />
      <//>
    </div>
    <${Numbers} id="positions.numbers" ...${state}><${PositionTable} traffic=${traffic} level=${level} /><//>`;
}

/** @param {Traffic} traffic @param {"skipped" | "listened"} what @param {string} words */
function inWords({ variants }, what, words) {
  return variants.map(({ variant, positions }) => {
    const drawn = positions.filter(({ position, playbacks }) => position > 0 && playbacks >= kFewestPlaybacks);
    const [first, last] = [drawn[0], drawn.at(-1)];
    if (!first || !last) return `${variant}: too little was played.`;
    const said = (/** @type {import("../../types/report.js").Position} */ one) =>
      `${formatPart(one[what], one[`${what}_standard_error`])} ${words} ${one.position}`;
    return `${variant}: ${said(first)}, ${said(last)}.`;
  }).join(" ");
}

/** @param {{traffic: Traffic, level: string}} props */
function PositionTable({ traffic: { variants }, level }) {
  const title = "Playbacks by their position in the session";
  return html`<${ScrollingTable} label=${title}>
    <caption class="visually-hidden">${title}</caption>
    <thead><tr><th scope="col">Variant</th><th scope="col" class="number">Position</th>
      <th scope="col" class="number">Playbacks</th>
      <th scope="col" class="number"><${Explain} term="skipped">Skipped<//><span class="minor">${level} interval</span></th>
      <th scope="col" class="number"><${Explain} term="listened">Heard<//><span class="minor">${level} interval</span></th></tr></thead>
    <tbody>${variants.flatMap(({ variant, positions }) => positions.filter(({ playbacks }) => playbacks > 0).map((one) => html`
      <tr key=${`${variant} ${one.position}`} data-variant=${variant} data-position=${one.position}>
        <th scope="row">${variant}</th><td class="number">${one.position}</td>
        <td class="number"><${Figure} field="playbacks" value=${one.playbacks} text=${formatCount(one.playbacks)} /></td>
        <${FractionCell} field="skipped" value=${one.skipped} error=${one.skipped_standard_error}
          interval=${one.skipped_interval ?? null} />
        <${FractionCell} field="listened" value=${one.listened} error=${one.listened_standard_error}
          interval=${one.listened_interval ?? null} />
      </tr>`))}</tbody>
  <//>`;
}

/** @param {{field: string, value: number | null, error: number | null, interval: [number, number] | null}} props */
function FractionCell({ field, value, error, interval }) {
  return html`<td class="number"><${Figure} field=${field} value=${value} text=${formatPart(value, error)} />
    ${interval && html`<span class="interval minor">${formatPart(interval[0], error)} to ${formatPart(interval[1], error)}</span>`}
  </td>`;
}
