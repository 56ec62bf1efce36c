import { html } from "htm/preact";
import { formatCount, formatPlural, formatTime } from "../../format.js";
import { Explain } from "../parts/explain.js";
import { ScrollingTable } from "../parts/table.js";

/** @typedef {import("../../types/report.js").Run} Run */

/** Who logged the data, by which clock, out of what. @param {{report: import("../../types/report.js").Report}} props */
export function ProvenanceSection({ report: { provenance, experiment } }) {
  if (!provenance) return null;
  const { program, runs, earlier_runs, files, earlier_files } = provenance;
  if (runs.length === 0 && program === "") return null;
  return html`<section class="provenance" aria-labelledby="provenance">
    <div class="with-mark"><h2 id="provenance">Where the data come from</h2><${Explain} term="provenance" experiment=${experiment} /></div>
    ${runs.length > 0 && html`<${RunTable} runs=${runs} />`}
    ${files.length > 0 && html`<${FileTable} files=${files} />`}
    <p class="minor">
      ${earlier_files > 0 && `${formatPlural(earlier_files, "earlier file")} left out. `}
      ${runs.length === 0 && "Nobody recorded who logged these data. "}
      ${earlier_runs > 0 && `${formatPlural(earlier_runs, "earlier run")} left out. `}
      ${program && `Analysed by crossfade ${program}.`}
    </p>
  </section>`;
}

/** Newest first. @param {{runs: Run[]}} props */
function RunTable({ runs }) {
  return html`<${ScrollingTable} label="Runs">
    <caption class="visually-hidden">Runs</caption>
    <thead><tr><th scope="col">Since</th><th scope="col">Listeners</th><th scope="col">Command</th>
      <th scope="col">Program</th><th scope="col">Configuration</th></tr></thead>
    <tbody>${[...runs].reverse().map((run) => html`<tr>
      <th scope="row">${formatTime(run.since)}</th>
      <td>${run.clock === "real" ? "real" : `simulated${run.simulation ? `: ${simulationWords(run.simulation)}` : ""}`}
        ${run.alone !== undefined && `, in ${run.alone} alone`}</td>
      <td><code>${run.command}</code></td><td><code>${run.program}</code></td><td><code>${run.configuration}</code></td>
    </tr>`)}</tbody>
  <//>`;
}

/** Newest first. @param {{files: import("../../types/report.js").ServedFile[]}} props */
function FileTable({ files }) {
  return html`<${ScrollingTable} label="Files that recommenders served from">
    <caption class="visually-hidden">Files that recommenders served from</caption>
    <thead><tr><th scope="col">Since</th><th scope="col">Recommender</th><th scope="col">File</th><th scope="col">Checksum</th></tr></thead>
    <tbody>${[...files].reverse().map(({ since, recommender, file, checksum }) => html`<tr>
      <th scope="row">${formatTime(since)}</th><td>${recommender}</td><td><code>${file}</code></td><td><code>${checksum}</code></td>
    </tr>`)}</tbody>
  <//>`;
}

/** @param {NonNullable<Run["simulation"]>} simulation */
const simulationWords = ({ world, seed, sessions, days, listeners }) =>
  `${formatPlural(sessions, "session")} of ${formatCount(listeners)} listeners in ${formatPlural(days, "day")}, seed ${seed}, in the world `
    + `${world.name} (${world.kind}, seed ${world.seed}, checksum ${world.checksum})`;
