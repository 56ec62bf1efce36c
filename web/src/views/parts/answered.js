// Answers of the server that may lag behind what the reader has chosen since, or behind the data.

import { html } from "htm/preact";

/** @typedef {import("../../resource.js").Freshness} Freshness */

/**
 * What is shown of an answer; dimmed while it answers another question than the one that is asked. Its place in the
 * page is the same either way.
 * @param {{freshness: Freshness, children?: unknown}} props
 */
export function Dated({ freshness: { outdated, error }, children }) {
  return html`<div class=${outdated ? "dated outdated" : "dated"} aria-busy=${outdated && !error ? "true" : undefined}>${children}</div>`;
}

/** A question that has no answer. @param {{error: Error, reload: () => void, children?: unknown}} props */
export function Unanswered({ error, reload, children }) {
  return html`<p class="unanswered" role="alert">${children}${error.message}${" "}<${TryAgain} reload=${reload} /></p>`;
}

/** @param {{reload: () => void}} props */
export const TryAgain = ({ reload }) => html`<button type="button" class="link" onClick=${reload}>Try again</button>`;

/** Why what stands here is not what was asked for. @param {boolean} outdated */
const failureWords = (outdated) =>
  (outdated ? "What was chosen could not be loaded; what stands here is as it was before. "
    : "What stands here could not be brought up to date. ");

/**
 * What a section has asked the server for, as far as it is there. `children` draws the value.
 * @template T
 * @param {{asked: import("../../resource.js").Asked<T>, waiting: string, children?: (value: T) => unknown}} props
 */
export function Answer({ asked: [resource, reload, freshness], waiting, children }) {
  const { outdated, error } = freshness;
  if (resource.state === "loading") return html`<p class="minor" role="status">${waiting}</p>`;
  if (resource.state === "failed") return html`<${Unanswered} error=${resource.error} reload=${reload} />`;
  return html`
    <div class="updating" role="status">${outdated && !error && html`<span>Updating</span>`}</div>
    ${error && html`<${Unanswered} error=${error} reload=${reload}>${failureWords(outdated)}<//>`}
    <${Dated} freshness=${freshness}>${children?.(resource.value)}<//>`;
}

/**
 * The same of a whole view: stays in sight wherever the reader is, and moves nothing. A view that is asked for again
 * by itself says so elsewhere.
 * @param {{freshness: Freshness, reload: () => void}} props
 */
export function Updating({ freshness: { outdated, error, live }, reload }) {
  const failed = error && (outdated || !live);
  return html`<div class="updating" role="status">
    ${failed ? html`<span class="failed">${failureWords(outdated)}${error.message}${" "}<${TryAgain} reload=${reload} /></span>`
      : outdated && html`<span>Updating</span>`}
  </div>`;
}
