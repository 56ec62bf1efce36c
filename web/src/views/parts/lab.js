import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../../api.js";
import { formatCount, formatDate, formatMean, formatPlural } from "../../format.js";
import { defaultsOf, fieldOf, kFields, wantedOf } from "../../lab_model.js";
import { experimentPath } from "../../router.js";
import { Figure } from "./table.js";

/** @typedef {import("../../lab_model.js").Field} Field */
/** @typedef {import("../../types/lab.js").Simulation} Simulation */
/** @typedef {ReturnType<typeof import("../../lab.js").useLab>} LabState */

/** Says that nothing here is about real people. @param {{listeners: number}} props */
export function LabNote({ listeners }) {
  return html`<p class="lab-note"><span class="tag">Lab</span> This server plays with ${formatCount(listeners)} simulated
    listeners only: open an experiment to simulate them.</p>`;
}

/**
 * Lets simulated listeners play. Once they do, the focus, whose button has gone, is on what tells of it. `seen`: has
 * anybody been in the experiment?
 * @param {{experiment: string, state: LabState, seen: boolean}} props
 */
export function SimulateSection({ experiment, state: { lab, start, cancel }, seen }) {
  const section = useRef(/** @type {HTMLElement | null} */ (null));
  const started = useRef(false);
  useEffect(() => {
    const told = started.current && section.current?.querySelector("[data-simulation]");
    if (!(told instanceof HTMLElement)) return;
    started.current = false;
    told.focus();
  });
  if (!lab) return null;
  const startHere = async (/** @type {Record<string, unknown>} */ wanted) => {
    await start(wanted);
    started.current = true;
  };
  const { simulation } = lab;
  const here = simulation?.experiment === experiment;
  return html`<section class="simulate" aria-labelledby="simulate" ref=${section}>
    <h2 id="simulate">Simulate <span class="tag">lab</span></h2>
    ${!lab.experiments.includes(experiment)
      ? html`<p class="minor">This experiment cannot be simulated: it is not in the configuration of this server.</p>`
      : simulation?.state === "running"
        ? !here && html`<p>A simulation is running in${" "}
            <a href=${experimentPath(simulation.experiment)}>${simulation.experiment}</a>; the next one can start when it
            has ended.</p>`
        : html`<${SimulationForm} experiment=${experiment} listeners=${lab.listeners} start=${startHere}
            seen=${seen} />`}
    ${simulation && here && html`<${SimulationState} simulation=${simulation} cancel=${cancel} />`}
  </section>`;
}

/** @type {Record<Field, {label: string, hint: string}>} */
const kLabels = {
  listeners: { label: "Listeners", hint: "" },  // depends on the world
  sessions: { label: "Sessions", hint: "of all listeners together" },
  days: { label: "Days", hint: "that they are spread over" },
  seed: { label: "Seed", hint: "the same gives the same sessions" },
};

/** @param {{experiment: string, listeners: number, start: LabState["start"], seen: boolean}} props */
function SimulationForm({ experiment, listeners, start, seen }) {
  const [values, setValues] = useState(() => defaultsOf(listeners));
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const [asking, setAsking] = useState(false);
  const wrong = error instanceof ApiError && error.status === 400 ? fieldOf(error.message) : null;
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setAsking(true);
    setError(null);
    try {
      await start(wantedOf(experiment, values));
    } catch (fault) {
      setError(/** @type {Error} */ (fault));
    }
    setAsking(false);
  };
  const change = (/** @type {Field} */ field) => (/** @type {Event} */ event) =>
    setValues({ ...values, [field]: /** @type {HTMLInputElement} */ (event.currentTarget).value });
  return html`<form class="controls" aria-label="Simulate" novalidate onSubmit=${submit}>
    ${kFields.map((field) => html`<${NumberField} key=${field} field=${field} value=${values[field]} onInput=${change(field)}
      hint=${field === "listeners" ? `1 to ${formatCount(listeners)}` : kLabels[field].hint}
      problem=${wrong === field && error ? error.message : ""} />`)}
    <button type="submit" disabled=${asking}>Start</button>
    ${error && wrong === null && html`<p class="field-problem" role="alert">${error.message}</p>`}
    ${seen && html`<p class="minor">A further simulation adds its sessions to those that are there.</p>`}
  </form>`;
}

/** @param {{field: Field, value: string, onInput: (event: Event) => void, hint: string, problem: string}} props */
function NumberField({ field, value, onInput, hint, problem }) {
  const { label } = kLabels[field];
  const about = `simulate-${field}-about`;
  return html`<div class="field"><label>${label}
    <input type="number" name=${field} min=${field === "seed" ? 0 : 1} step="1" value=${value} onInput=${onInput}
      aria-invalid=${problem ? "true" : undefined} aria-describedby=${about} /></label>
    ${problem ? html`<span id=${about} class="field-problem" role="alert">${problem}</span>`
      : html`<span id=${about} class="minor">${hint}</span>`}
  </div>`;
}

/** @param {{simulation: Simulation, cancel: LabState["cancel"]}} props */
function SimulationState({ simulation, cancel }) {
  const { state, complete, sessions, error } = simulation;
  const [problem, setProblem] = useState("");
  useEffect(() => setProblem(""), [state]);
  const count = html`<${Figure} field="complete" value=${complete} text=${formatCount(complete)} /> of
    ${` ${formatPlural(sessions, "session")}`}`;
  if (state === "running")
    return html`<div class="simulation" data-simulation="running" tabindex="-1">
      <p role="status" class="visually-hidden">The simulation is running.</p>
      <label>${count}<progress max=${sessions} value=${complete}></progress></label>
      <p class="minor">The report follows while they play.</p>
      <button type="button" class="secondary outline" onClick=${() => cancel().catch((fault) => setProblem(fault.message))}>Cancel</button>
      ${problem && html`<p class="field-problem" role="alert">${problem}</p>`}
    </div>`;
  return html`<div class="simulation" data-simulation=${state} tabindex="-1">
    ${state === "failed" && html`<p role="alert" class="tone-bad"><strong>The simulation failed:</strong> ${error}</p>`}
    ${state === "cancelled" && html`<p role="status">Cancelled after ${count}; they count.</p>`}
    ${state === "done" && html`<p role="status"><strong>Done.</strong>${" "}<a href="#verdict">See what the report says now</a>.</p>`}
    <${Outcome} simulation=${simulation} />
  </div>`;
}

/** @param {{simulation: Simulation}} props */
function Outcome({ simulation: { summary, listeners, days, seed, start } }) {
  if (!summary) return null;
  const { sessions, mean_time, mean_time_error, mean_tracks, seconds } = summary;
  return html`<dl class="facts">
    <div><dt>Sessions</dt><dd><${Figure} field="sessions" value=${sessions} text=${formatCount(sessions)} /></dd></div>
    <div><dt>Mean session time</dt><dd><${Figure} field="mean_time" value=${mean_time}
      text=${formatMean(mean_time, mean_time_error)} /> ± <${Figure} field="mean_time_error" value=${mean_time_error}
      text=${formatMean(mean_time_error, mean_time_error)} /></dd></div>
    <div><dt>Mean tracks</dt><dd><${Figure} field="mean_tracks" value=${mean_tracks} text=${formatMean(mean_tracks, null)} /></dd></div>
    <div><dt>Played by</dt><dd>${formatPlural(listeners, "listener")} in ${formatPlural(days, "day")} from
      ${` ${formatDate(start)}`}, seed ${seed}</dd></div>
    <div><dt>Took</dt><dd>${formatMean(seconds, null)} s</dd></div>
  </dl>`;
}
