import { html } from "htm/preact";
import { cautionOf, totalUnits } from "../../report.js";
import { cautiousTone, sentence, verdictWords } from "../../words.js";
import { Explain } from "../parts/explain.js";
import { DecidedNote } from "../parts/decided.js";
import { ToneIcon } from "../parts/icons.js";

/**
 * What to do, and why; and what is to be looked at first.
 * @param {{report: import("../../types/report.js").Report, traffic: import("../../traffic.js").TrafficAsked | null}} props
 */
export function VerdictSection({ report, traffic }) {
  const { decision, decided, status, units, metrics } = report;
  const [served] = traffic ?? [];
  const { grade, caution } = cautionOf(report, served?.state === "ready" ? served.value : null);
  const { verdict, variant, summary, reasons } = decision;
  const names = metrics.map(({ metric }) => metric);
  const { title, tone: calm, advice } = verdictWords(verdict, status, totalUnits(units));
  const tone = cautiousTone(calm, grade);
  const [first, ...others] = summary ? [summary, ...reasons.filter((reason) => !saidBy(summary, reason))] : reasons;
  return html`<section class="verdict tone-${tone}" aria-labelledby="verdict">
    <div class="with-mark"><h2 id="verdict"><${ToneIcon} tone=${tone} /><span class="visually-hidden">Verdict: </span>${title}
      ${variant ? html` <span class="verdict-variant">${variant}</span>` : ""}${caution
        ? html`<span class="caution"> – <button type="button" class="link"
          onClick=${() => document.getElementById("health")?.scrollIntoView()}>${caution}</button></span>` : ""}</h2>
      <${Explain} term="verdict" /></div>
    ${first && html`<p class="verdict-summary">${sentence(first, names)}</p>`}
    <${DecidedNote} status=${status} decided=${decided} />
    ${advice && html`<p class="advice">${caution && "Look at the warnings first. "}${advice}</p>`}
    ${others.length > 0 && html`<ul>${others.map((reason) => html`<li>${sentence(reason, names)}</li>`)}</ul>`}
  </section>`;
}

// The summary begins with the deciding reason's words, and ends otherwise.
/** @param {string} summary @param {string} reason */
const saidBy = (summary, reason) => summary.startsWith(reason.replace(/\.$/, ""));
