import { html } from "htm/preact";
import { formatCount, formatPlural, formatShare, formatTime } from "../../format.js";
import { kModeWords } from "../../words.js";
import { Explain } from "../parts/explain.js";

/** How far the plan is, and what guarantee is left. @param {{plan: import("../../types/report.js").PlanProgress,
 *   experiment: string}} props */
export function PlanSection({ plan, experiment }) {
  const { mode, planned_units, planned_looks, size, units, information_fraction, looks, days_left, as_of } = plan;
  const facts = [
    planned_units === null ? `${formatCount(units)} units` : `${formatCount(units)} of ${formatCount(planned_units)} units`,
    looks.length > 0 && mode === "group_sequential"
      ? `look ${looks.length}${planned_looks === null ? "" : ` of ${planned_looks}`}` : "",
    days_left === null ? "" : plan.complete ? "complete" : `about ${formatPlural(Math.ceil(days_left), "day")} left`,
  ];
  return html`<section class="plan" aria-labelledby="plan">
    <div class="with-mark"><h2 id="plan">Plan</h2><${Explain} term="plan" experiment=${experiment} /></div>
    <p><strong>${kModeWords[mode] ?? mode}</strong>: ${facts.filter(Boolean).join(", ")}.</p>
    <progress max="1" value=${information_fraction} aria-label="Share of the planned information"></progress>
    <p class="minor">${formatShare(information_fraction, 0)} of${" "}
      <${Explain} term="information">the planned information<//>. ${plan.guarantee}${as_of && ` The verdict is that of the last recorded look, at data through ${formatTime(as_of)}.`}${size && ` ${size.words}`}</p>
  </section>`;
}
