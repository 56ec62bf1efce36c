import { html } from "htm/preact";
import { verdictWords } from "../words.js";
import { Explain } from "./explain.js";
import { ToneIcon } from "./icons.js";

/** What to do, and why. @param {{decision: import("../report.js").Decision, status: string}} props */
export function VerdictSection({ decision: { verdict, variant, summary, reasons }, status }) {
  const { title, tone } = verdictWords(verdict, status);
  const [first, ...others] = summary ? [summary, ...reasons.filter((reason) => !saidBy(summary, reason))] : reasons;
  return html`<section class="verdict tone-${tone}" aria-labelledby="verdict">
    <div class="with-mark"><h2 id="verdict"><${ToneIcon} tone=${tone} /><span class="visually-hidden">Verdict: </span>${title}
      ${variant ? html` <span class="verdict-variant">${variant}</span>` : ""}</h2>
      <${Explain} term="verdict" /></div>
    ${first && html`<p class="verdict-summary">${first}</p>`}
    ${others.length > 0 && html`<ul>${others.map((reason) => html`<li>${reason}</li>`)}</ul>`}
  </section>`;
}

// The summary begins with the deciding reason's words, and ends otherwise.
/** @param {string} summary @param {string} reason */
const saidBy = (summary, reason) => summary.startsWith(reason.replace(/\.$/, ""));
