import { html } from "htm/preact";
import { resultsPath } from "../../api.js";
import { isDay, kIntervals, kLevels, resultsQuery } from "../../controls.js";
import { isShared } from "../../embedded.js";
import { formatLevel } from "../../format.js";
import { Explain } from "./explain.js";

/** @typedef {import("../../controls.js").Controls} Controls */

/** @type {Record<import("../../controls.js").IntervalKind, string>} */
const kIntervalWords = { fixed: "Single look", always: "Always valid", cuped: "CUPED" };

/** @type {Record<import("../../controls.js").IntervalKind, string>} */
const kIntervalTerms = { fixed: "single_look", always: "always_valid", cuped: "cuped" };

/** A control with its name, and what it does. @param {{id: string, label: string, term: string, children?: unknown}} props */
export function Control({ id, label, term, children }) {
  return html`<div class="control"><span class="with-mark"><label for=${id}>${label}</label><${Explain} term=${term} /></span>
    ${children}</div>`;
}

/**
 * What is shown, and how; of a shared file, what needs no server. `configured`: the level where none is
 * chosen, as far as it is known; `kinds`: the intervals that this report has.
 * @param {{controls: Controls, change: import("../../controls.js").Change, configured: number | null,
 *   kinds: Set<import("../../controls.js").IntervalKind>}} props
 */
export function ControlBar({ controls, change, configured, kinds }) {
  const { level, scale, intervals, at } = controls;
  /** @param {import("../../controls.js").IntervalKind} kind */
  const toggle = (kind) => {
    const next = new Set(intervals);
    if (!next.delete(kind)) next.add(kind);
    change({ intervals: next });
  };
  const valueOf = (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.currentTarget).value;
  const choose = (/** @type {string} */ day) => {  // also called while a year is being typed
    if (day === "" || isDay(day)) change({ at: day });
  };
  return html`<form class="controls" aria-label="What is shown" onSubmit=${(/** @type {Event} */ e) => e.preventDefault()}>
    ${!isShared && html`<${Control} id="level" label="Confidence" term="confidence">
      <select id="level" name="level" value=${level} onChange=${(/** @type {Event} */ e) => change({ level: valueOf(e) })}>
        <option value="">${configured === null ? "as configured" : `${formatLevel(configured)} (configured)`}</option>
        ${kLevels.map((value) => html`<option value=${value}>${formatLevel(Number(value))}</option>`)}
      </select>
    <//>`}
    <${Control} id="scale" label="Effects" term="scale">
      <select id="scale" name="scale" value=${scale}
        onChange=${(/** @type {Event} */ e) => change({ scale: valueOf(e) === "effect" ? "effect" : "lift" })}>
        <option value="lift">relative (lift)</option>
        <option value="effect">absolute</option>
      </select>
    <//>
    ${!isShared && html`<${Control} id="at" label="Data before" term="as_of">
      <input type="date" id="at" name="at" value=${at} onChange=${(/** @type {Event} */ e) => choose(valueOf(e))} />
    <//>`}
    <fieldset>
      <legend>Intervals</legend>
      ${kIntervals.filter((kind) => kinds.has(kind)).map((kind) => html`<span class="with-mark"><label>
        <input type="checkbox" name=${kind} checked=${intervals.has(kind)} onChange=${() => toggle(kind)} />
        ${kIntervalWords[kind]}</label><${Explain} term=${kIntervalTerms[kind]} /></span>`)}
    </fieldset>
  </form>`;
}

/** The same numbers as files. @param {{experiment: string, controls: Controls}} props */
export function Downloads({ experiment, controls }) {
  const path = (/** @type {string} */ format) => resultsPath(experiment, resultsQuery(controls, { format }));
  return html`<p class="downloads minor">Download:${" "}
    <a href=${path("csv")} download>CSV</a>${" · "}
    <a href=${path("json")} download="${experiment}.json">JSON</a>${" · "}
    <a href=${path("markdown")} download>Markdown</a></p>`;
}

const kClock = new Intl.DateTimeFormat("en", { timeStyle: "medium", hourCycle: "h23", timeZone: "UTC" });

/** What follows the experiment, and why it cannot. @param {{freshness: import("../../resource.js").Freshness}} props */
export function Live({ freshness: { changed, error } }) {
  if (error) return html`<span class="live failing" role="status">${error.message.replace(/\.$/, "")}; trying again</span>`;
  return html`<span class="live">live${changed && html`, <span class="minor">changed ${kClock.format(changed)} UTC</span>`}
  </span>`;
}
