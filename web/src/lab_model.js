// What the page asks of a server that plays with simulated listeners.

/** @typedef {import("./types/lab.js").Lab} Lab */

/** @typedef {"listeners" | "sessions" | "days" | "seed"} Field */

/** @type {Field[]} */
export const kFields = ["listeners", "sessions", "days", "seed"];

/** What is in the form at first. @param {number} listeners of the world @returns {Record<Field, string>} */
export const defaultsOf = (listeners) => ({ listeners: String(listeners), sessions: "20000", days: "14", seed: "1" });

/** The request; an empty field is left to the server. @param {string} experiment @param {Record<Field, string>} values */
export function wantedOf(experiment, values) {
  const filled = kFields.filter((field) => values[field].trim() !== "");
  return { experiment, ...Object.fromEntries(filled.map((field) => [field, Number(values[field])])) };
}

/** Which field a complaint is about: the one that it names first. @param {string} message @returns {Field | null} */
export function fieldOf(message) {
  const words = message.toLowerCase().match(/[a-z]+/g) ?? [];
  const found = words.find((word) => kFields.some((field) => field === word));
  return kFields.find((field) => field === found) ?? null;
}

/** @param {Lab} lab */
export const isSimulating = (lab) => lab.enabled && lab.simulation?.state === "running";

/**
 * What of the lab's simulation changes an experiment: another text where there are new data. "" nothing
 * @param {Lab | null} lab @param {string} experiment
 */
export function simulationOf(lab, experiment) {
  const simulation = lab?.enabled ? lab.simulation : null;
  return simulation?.experiment === experiment ? `${simulation.id} ${simulation.state}` : "";
}
