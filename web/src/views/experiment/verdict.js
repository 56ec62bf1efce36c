import { html } from "htm/preact";
import { totalUnits } from "../../report.js";
import { sentence, verdictWords } from "../../words.js";
import { Explain } from "../parts/explain.js";
import { ToneIcon } from "../parts/icons.js";

/** What to do, and why. @param {{report: import("../../types/report.js").Report}} props */
export function VerdictSection({ report: { decision, status, units, metrics } }) {
  const { verdict, variant, summary, reasons } = decision;
  const names = metrics.map(({ metric }) => metric);
  const { title, tone, advice } = verdictWords(verdict, status, totalUnits(units));
  const [first, ...others] = summary ? [summary, ...reasons.filter((reason) => !saidBy(summary, reason))] : reasons;
  return html`<section class="verdict tone-${tone}" aria-labelledby="verdict">
    <div class="with-mark"><h2 id="verdict"><${ToneIcon} tone=${tone} /><span class="visually-hidden">Verdict: </span>${title}
      ${variant ? html` <span class="verdict-variant">${variant}</span>` : ""}</h2>
      <${Explain} term="verdict" /></div>
    ${first && html`<p class="verdict-summary">${sentence(first, names)}</p>`}
    ${advice && html`<p class="advice">${advice}</p>`}
    ${others.length > 0 && html`<ul>${others.map((reason) => html`<li>${sentence(reason, names)}</li>`)}</ul>`}
  </section>`;
}

// The summary begins with the deciding reason's words, and ends otherwise.
/** @param {string} summary @param {string} reason */
const saidBy = (summary, reason) => summary.startsWith(reason.replace(/\.$/, ""));
