import { html } from "htm/preact";
import { Explain } from "./explain.js";
import { ToneIcon } from "./icons.js";

/**
 * One line of a list of checks, with what it means.
 * @param {{tone: "good" | "alarm" | "warning" | "neutral" | "waiting", term: string, experiment: string,
 *   children?: unknown}} props
 */
export function Check({ tone, term, experiment, children }) {
  return html`<li class="check" data-check=${term}>
    <span class="tone-${tone}"><${ToneIcon} tone=${tone} /></span>
    <span>${children} <${Explain} term=${term} experiment=${experiment} /></span>
  </li>`;
}
