import { html } from "htm/preact";
import { formatPlural, formatTime } from "../../format.js";
import { Check } from "../parts/check.js";
import { goToConfiguration } from "./configuration.js";

const kMostShown = 3;

/**
 * Was the experiment changed while it ran?
 * @param {{changes: import("../../types/report.js").ConfigurationChange[] | undefined, experiment: string,
 *   change: import("../../controls.js").Change}} props
 */
export function ChangesCheck({ changes, experiment, change }) {
  if (!changes) return null;
  const props = { term: "configuration_changes", experiment };
  if (changes.length === 0)
    return html`<${Check} ...${props} tone="good">The experiment was not changed while it ran.<//>`;
  const shown = changes.slice(-kMostShown);
  const said = shown.map(({ at, changes: what }) => `${formatTime(at)}: ${what.join("; ")}`);
  const more = changes.length - shown.length;
  return html`<${Check} ...${props} tone="warning">Changed ${formatPlural(changes.length, "time")} while it ran. ${said.join(". ")}.
    ${more > 0 && ` ${formatPlural(more, "earlier change")} besides.`}${" "}
    <button type="button" class="link" onClick=${() => goToConfiguration(change)}>See the configurations</button><//>`;
}
