import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { configurationsPath, fetchConfigurations, hasAnswer } from "../../api.js";
import { diffOf, folded, inForce, linesOf, pairOf } from "../../configurations.js";
import { formatPlural, formatTime } from "../../format.js";
import { useResource } from "../../resource.js";
import { Answer } from "../parts/answered.js";
import { LazySection } from "../parts/lazy.js";
import { ScrollingTable } from "../parts/table.js";

/** @typedef {import("../../controls.js").Controls} Controls */
/** @typedef {import("../../controls.js").Change} Change */
/** @typedef {import("../../types/configurations.js").StoredConfiguration} StoredConfiguration */
/** @typedef {import("../../configurations.js").DiffLine} DiffLine */

const kSection = "configuration";

/** Opens the section and leads there. @param {Change} change */
export function goToConfiguration(change) {
  change((now) => ({ open: new Set([...now.open, kSection]) }));
  document.getElementById(kSection)?.scrollIntoView();
}

/**
 * The configuration as it was, and what differs between versions. Asked of the server when the section is opened; not
 * there in a file that was shared without it.
 * @param {{report: import("../../types/report.js").Report, controls: Controls, change: Change}} props
 */
export function ConfigurationSection({ report, controls, change }) {
  if (!hasAnswer(configurationsPath(report.experiment))) return null;
  return html`<${LazySection} id=${kSection} title="Configuration" controls=${controls} change=${change}>
    <${Versions} report=${report} controls=${controls} change=${change} />
  <//>`;
}

/** @param {{report: import("../../types/report.js").Report, controls: Controls, change: Change}} props */
function Versions({ report: { experiment, data_through, until }, controls, change }) {
  const asked = useResource(experiment, (signal) => fetchConfigurations(experiment, signal), { version: data_through ?? "" });
  return html`<${Answer} asked=${asked} waiting="Reading the configurations">${
    (/** @type {import("../../types/configurations.js").Configurations} */ { configurations }) =>
      html`<${Recorded} configurations=${configurations} controls=${{ ...controls, at: until ?? controls.at }} change=${change} />`}<//>`;
}

/** @param {{configurations: StoredConfiguration[], controls: Controls, change: Change}} props */
function Recorded({ configurations, controls, change }) {
  if (configurations.length === 0)
    return html`<p>The store has recorded no configuration: its data were imported, not served or simulated here.</p>`;
  const pair = pairOf(configurations, controls);
  const choose = (/** @type {number} */ position) =>
    change({ config: position === inForce(configurations, controls.at) ? "" : String(position + 1) });
  return html`
    <${VersionTable} configurations=${configurations} chosen=${pair.chosen} choose=${choose} />
    <${VersionChoice} configurations=${configurations} pair=${pair} controls=${controls} change=${change} choose=${choose} />
    <${Difference} configurations=${configurations} chosen=${pair.chosen} before=${pair.before} />`;
}

/** @param {StoredConfiguration[]} configurations @param {number} i */
const nameOf = (configurations, i) =>
  `${i + 1}: since ${formatTime(configurations[i]?.since ?? null)}${configurations[i]?.current ? ", current" : ""}`;

/** Newest first. @param {{configurations: StoredConfiguration[], chosen: number, choose: (i: number) => void}} props */
function VersionTable({ configurations, chosen, choose }) {
  const first = configurations.findIndex(({ changes }) => changes.includes("added"));
  return html`<${ScrollingTable} label="Configurations">
    <caption class="visually-hidden">Configurations</caption>
    <thead><tr><th scope="col">Number</th><th scope="col">Since</th><th scope="col">Checksum</th>
      <th scope="col">In this experiment</th></tr></thead>
    <tbody>${configurations.map(({ since, checksum, current, changes }, i) => html`
      <tr key=${i} data-configuration=${i + 1} aria-current=${i === chosen ? "true" : undefined}>
        <th scope="row"><button type="button" class="link" onClick=${() => choose(i)}
          aria-label="Show configuration ${i + 1}">${i + 1}</button>${current && html` <span class="tag">current</span>`}</th>
        <td>${formatTime(since)}</td><td><code>${checksum}</code></td>
        <td class="changes">${changes.length === 0
          ? html`<span class="minor">${i < first ? "not in it yet" : "nothing changed"}</span>` : changes.map((one) => html`<span>${one}</span>`)}</td>
      </tr>`).reverse()}</tbody>
  <//>`;
}

/**
 * @param {{configurations: StoredConfiguration[], pair: {chosen: number, before: number}, controls: Controls,
 *   change: Change, choose: (i: number) => void}} props
 */
function VersionChoice({ configurations, pair, controls, change, choose }) {
  const valueOf = (/** @type {Event} */ event) => /** @type {HTMLSelectElement} */ (event.currentTarget).value;
  const options = configurations.map((_, i) => html`<option value=${String(i + 1)}>${nameOf(configurations, i)}</option>`);
  const against = pair.before >= 0 && controls.against !== "none" && controls.against !== "" ? String(pair.before + 1)
    : controls.against === "none" ? "none" : "";
  return html`<form class="controls" aria-label="Configurations" onSubmit=${(/** @type {Event} */ e) => e.preventDefault()}>
    <label>Configuration
      <select name="config" value=${String(pair.chosen + 1)}
        onChange=${(/** @type {Event} */ e) => choose(Number(valueOf(e)) - 1)}>${options}</select>
    </label>
    <label>Compared with
      <select name="against" value=${against} onChange=${(/** @type {Event} */ e) => change({ against: valueOf(e) })}>
        <option value="">the one before</option>
        <option value="none">none: the whole text</option>
        ${options}
      </select>
    </label>
  </form>`;
}

/** @param {{configurations: StoredConfiguration[], chosen: number, before: number}} props before: -1 for none */
function Difference({ configurations, chosen, before }) {
  const text = configurations[chosen]?.text ?? "";
  const earlier = configurations[before]?.text;
  const lines = useMemo(() => (earlier === undefined ? textOnly(text) : diffOf(earlier, text)), [text, earlier]);
  const title = earlier === undefined ? `Configuration ${chosen + 1}` : `From configuration ${before + 1} to ${chosen + 1}`;
  if (lines === null)
    return html`<p>${title}: the texts differ in too much to be compared. Choose “none” to read them one by one.</p>`;
  const count = (/** @type {string} */ kind) => lines.filter((line) => line.kind === kind).length;
  if (earlier !== undefined && count("same") === lines.length)
    return html`<p>${title}: the texts are the same.</p>`;
  return html`
    <h3>${title}</h3>
    ${earlier !== undefined && html`<p class="minor">${formatPlural(count("added"), "line")} added (+),
      ${` ${formatPlural(count("removed"), "line")} removed (−)`}.</p>`}
    <div class="table-frame diff" role="region" aria-label=${title} tabindex="0">
      <table><tbody>${(earlier === undefined ? lines : folded(lines)).map((line) => (line.kind === "gap"
        ? html`<tr class="gap"><td></td><td></td><td></td><td class="minor">${formatPlural(line.lines, "line")} the same</td></tr>`
        : html`<${Line} line=${line} />`))}</tbody></table>
    </div>`;
}

/** @param {string} text @returns {DiffLine[]} */
const textOnly = (text) => linesOf(text).map((line, i) => ({ kind: "same", before: null, after: i + 1, text: line }));

const kSigns = { added: ["+", "added"], removed: ["−", "removed"], same: ["", ""] };

/** @param {{line: DiffLine}} props */
function Line({ line: { kind, before, after, text } }) {
  const [sign, word] = kSigns[kind];
  const tag = kind === "added" ? "ins" : kind === "removed" ? "del" : "span";
  return html`<tr class=${kind}><td class="line-number">${before}</td><td class="line-number">${after}</td>
    <td class="sign">${sign && html`<span aria-hidden="true">${sign}</span><span class="visually-hidden">${word}</span>`}</td>
    <td><${tag} class="line">${text}<//></td></tr>`;
}
