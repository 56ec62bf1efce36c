import { html } from "htm/preact";
import { formatEffect, formatInterval, formatP } from "../../format.js";
import { metricTitle } from "../../words.js";
import { experimentPath } from "../../router.js";
import { Explain } from "../parts/explain.js";
import { Figure, IntervalFigure, ScrollingTable } from "../parts/table.js";

/**
 * Do other running experiments change the effect? Those that share no units with this one are not shown.
 * @param {{report: import("../../types/report.js").Report}} props
 */
export function OverlapSection({ report: { interactions = [], health } }) {
  const shared = interactions.filter(({ estimate }) => estimate !== null);
  if (shared.length === 0) return null;
  const primary = metricTitle(health.primary_defined.metric).toLowerCase();
  return html`<section aria-labelledby="overlap">
    <h2 id="overlap">Overlap</h2>
    <p class="minor">How much the effect on ${primary} changes for units that are in a treatment of another running
      experiment, too. Adjusted p: Holm, over all rows. Assignment p: whether the two assignments are independent.</p>
    <${ScrollingTable} label="Interactions with other experiments">
      <caption class="visually-hidden">Interactions with other experiments</caption>
      <thead><tr>
        <th scope="col">Other experiment</th><th scope="col">Its variant</th><th scope="col">This variant</th>
        <th scope="col" class="number"><${Explain} term="interaction">Change of the effect<//></th>
        <th scope="col" class="number"><${Explain} term="adjusted_holm">Adjusted p<//></th>
        <th scope="col" class="number"><${Explain} term="assignment">Assignment p<//></th>
      </tr></thead>
      <tbody>${shared.map((one) => html`<tr key=${`${one.experiment} ${one.variant} ${one.other_variant}`}
          data-other=${one.experiment}>
        <th scope="row"><a href=${experimentPath(one.experiment)}>${one.experiment}</a></th>
        <td>${one.other_variant}</td><td>${one.variant}</td>
        <td class="number">
          <${Figure} field="estimate" value=${one.estimate} text=${formatEffect(one.estimate, one.interval)} />
          <${IntervalFigure} field="interval" value=${one.interval} text=${formatInterval(one.interval)} /></td>
        <td class="number"><${Figure} field="adjusted_p_value" value=${one.adjusted_p_value}
          text=${formatP(one.adjusted_p_value)} /></td>
        <td class="number"><${Figure} field="assignment_p_value" value=${one.assignment_p_value}
          text=${formatP(one.assignment_p_value)} /></td>
      </tr>`)}</tbody>
    <//>
  </section>`;
}
