import { html } from "htm/preact";
import { formatCount, formatDate, formatMean, formatP, formatShare, formatStatistic } from "../../format.js";
import { kAlarm } from "../../report.js";
import { Explain } from "../parts/explain.js";
import { Figure, ScrollingTable } from "../parts/table.js";

/** @typedef {NonNullable<import("../../types/report.js").Health["split"]>} SplitSearch */

/**
 * Where a split that is not the configured one comes from: by day of first exposure and by segment, worst first.
 * @param {{split: SplitSearch | undefined, experiment: string}} props
 */
export function SplitSection({ split, experiment }) {
  const [worst] = split?.parts ?? [];
  if (!split || !worst) return null;
  const title = "Where the split is not as configured";
  return html`<section class="split" aria-labelledby="split">
    <h3 id="split">${title} <${Explain} term="split" experiment=${experiment} /></h3>
    <p>${worst.p_value < kAlarm ? `Look first at ${worst.text}.`
      : "No day and no segment stands out: what fails does so for all units alike."}
      ${split.since && ` Units first seen before ${formatDate(split.since)} are split as configured.`}</p>
    <${ScrollingTable} label=${title}>
      <caption class="visually-hidden">${title}</caption>
      <thead><tr><th scope="col">Units</th>
        ${split.variants.map((variant) => html`<th scope="col" class="number">${variant}<span class="minor">seen, of expected</span></th>`)}
        <th scope="col" class="number">Chi-square<span class="minor">share of the dimension's</span></th>
        <th scope="col" class="number">p<span class="minor">for all parts</span></th>
        <th scope="col" class="number">p of all others</th>
        <th scope="col">Since</th></tr></thead>
      <tbody>${split.parts.map((part) => html`<tr key=${`${part.dimension} ${part.level}`} data-part=${`${part.dimension}=${part.level}`}>
        <th scope="row">${part.dimension === "first_day" ? `first seen ${formatDate(part.level)}` : `${part.dimension} = ${part.level}`}</th>
        ${split.variants.map((variant, i) => html`<td key=${variant} class="number">
          <${Figure} field="observed" value=${part.observed[i] ?? null} text=${formatCount(part.observed[i] ?? 0)} />
          <span class="minor">of <${Figure} field="expected" value=${part.expected[i] ?? null} text=${formatMean(Math.round(part.expected[i] ?? 0), null)} /></span></td>`)}
        <td class="number"><${Figure} field="statistic" value=${part.statistic} text=${formatStatistic(part.statistic)} />
          <span class="minor"><${Figure} field="contribution" value=${part.contribution} text=${formatShare(part.contribution, 0)} /></span></td>
        <td class="number"><${Figure} field="p_value" value=${part.p_value} text=${formatP(part.p_value)} /></td>
        <td class="number"><${Figure} field="p_value_without" value=${part.p_value_without} text=${formatP(part.p_value_without)} /></td>
        <td>${part.since && formatDate(part.since)}</td>
      </tr>`)}</tbody>
    <//>
  </section>`;
}
