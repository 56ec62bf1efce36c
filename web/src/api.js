// The only place that asks the server.

import { embedded } from "./embedded.js";

/** @typedef {import("./types/report.js").Report} Report */
/** @typedef {import("./types/report.js").ExperimentSummary} ExperimentSummary */

export class ApiError extends Error {
  /** @param {number} status of HTTP; 0: no answer @param {string} message for people */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// Errors are problem+json (RFC 9457); a proxy in between may answer with anything.
/** @param {Response} response */
async function problemOf(response) {
  const problem = await response.json().catch(() => null);
  const said = problem?.detail ?? problem?.title ?? problem?.message;
  return typeof said === "string" ? said : `The server answered ${response.status} ${response.statusText}`.trim();
}

/** @param {string} path @returns {unknown} */
function fromFile(path) {
  if (embedded && Object.hasOwn(embedded, path)) return embedded[path];
  throw new ApiError(404, "This is not in the file that was shared.");
}

// The latest answers, by path: while the server says that nothing has changed, the same object is given again.
const kMostHeld = 32;
/** @type {Map<string, {etag: string, value: unknown}>} */
const held = new Map();

/** @param {string} path @param {string | null} etag @param {unknown} value */
function hold(path, etag, value) {
  held.delete(path);
  if (etag) held.set(path, { etag, value });
  for (const oldest of held.keys()) {
    if (held.size <= kMostHeld) return;
    held.delete(oldest);
  }
}

/** @param {Response} response @returns {Promise<unknown>} */
async function jsonOf(response) {
  if (!response.ok) throw new ApiError(response.status, await problemOf(response));
  return response.json().catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new ApiError(response.status, "The server's answer is not JSON.");
  });
}

/** @param {string} path @param {RequestInit} options */
const request = (path, options) => fetch(path, options).catch((error) => {
  if (error.name === "AbortError") throw error;
  throw new ApiError(0, "The server does not answer.");
});

/** @type {{path: string, response: Promise<Response>} | null} */
let early = null;
let hasAsked = false;

/** Asks for what a view will ask for first, unless the views were faster. @param {string} path */
export function askEarly(path) {
  if (hasAsked) return;
  early = { path, response: request(path, { headers: { Accept: "application/json" } }) };
  early.response.catch(() => {});  // told to whoever asks for it
}

/** The answer that is on its way; once. What the first views do not take is old when others ask. @param {string} path */
function takeEarly(path) {
  if (!hasAsked) setTimeout(() => { early = null; });
  hasAsked = true;
  if (early?.path !== path) return null;
  const { response } = early;
  early = null;
  return response;
}

/**
 * Throws ApiError, or the AbortError of `signal`.
 * @param {string} path @param {AbortSignal} signal @returns {Promise<unknown>}
 */
async function get(path, signal) {
  if (embedded) return fromFile(path);
  const before = held.get(path);
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json", ...(before && { "If-None-Match": before.etag }) };
  const response = await (takeEarly(path) ?? request(path, { headers, signal }));
  signal.throwIfAborted();  // what was asked for early has no signal of its own
  if (response.status === 304 && before) {
    hold(path, before.etag, before.value);  // asked for again, so the last to be dropped
    return before.value;
  }
  const value = await jsonOf(response);
  signal.throwIfAborted();
  hold(path, response.headers.get("ETag"), value);
  return value;
}

export const kExperimentsPath = "/api/v1/experiments";

/** @param {AbortSignal} signal @returns {Promise<ExperimentSummary[]>} */
export async function fetchExperiments(signal) {
  const answer = /** @type {{experiments: ExperimentSummary[]}} */ (await get(kExperimentsPath, signal));
  return answer.experiments;  // the same list while the answer is the same
}

/** Where the results are. @param {string} key @param {string} query "" or "?..." */
export const resultsPath = (key, query) => `/api/v1/experiments/${encodeURIComponent(key)}/results${query}`;

/** @param {string} key @param {string} query @param {AbortSignal} signal @returns {Promise<Report>} */
export async function fetchReport(key, query, signal) {
  return /** @type {Report} */ (await get(resultsPath(key, query), signal));
}

/** Tells the server that somebody looks at these results. Throws ApiError. @param {string} key */
export async function recordLook(key) {
  const path = `/api/v1/experiments/${encodeURIComponent(key)}/looks`;
  const response = await request(path, { method: "POST" });
  if (!response.ok) throw new ApiError(response.status, await problemOf(response));
}

/** @param {string} key @param {string} query */
export const timelinePath = (key, query) => `/api/v1/experiments/${encodeURIComponent(key)}/timeline${query}`;

/** @param {string} key @param {string} query @param {AbortSignal} signal */
export async function fetchTimeline(key, query, signal) {
  return /** @type {import("./types/report.js").Timeline} */ (await get(timelinePath(key, query), signal));
}

/** Is there anybody to ask for this? Of a file that was shared: does it hold the answer? @param {string} path */
export const hasAnswer = (path) => embedded === null || Object.hasOwn(embedded, path);

/** @param {string} key */
export const configurationsPath = (key) => `/api/v1/experiments/${encodeURIComponent(key)}/configurations`;

/** @param {string} key @param {AbortSignal} signal */
export async function fetchConfigurations(key, signal) {
  return /** @type {import("./types/configurations.js").Configurations} */ (await get(configurationsPath(key), signal));
}

/** What is known of a unit. @param {string} unit @param {number} sessions at most @param {AbortSignal} signal */
export async function fetchUnit(unit, sessions, signal) {
  const path = `/api/v1/units/${encodeURIComponent(unit)}?sessions=${sessions}`;
  return /** @type {import("./types/unit.js").UnitHistory} */ (await get(path, signal));
}

/** @typedef {import("./types/lab.js").Lab} Lab */

/** @param {AbortSignal} signal */
export async function fetchLab(signal) {
  return /** @type {Lab} */ (await get("/api/v1/lab", signal));
}

const kSimulation = "/api/v1/lab/simulation";

/** Throws ApiError; of status 400 it says which field is wrong. @param {Record<string, unknown>} wanted */
export async function startSimulation(wanted) {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  const response = await request(kSimulation, { method: "POST", headers, body: JSON.stringify(wanted) });
  return /** @type {Lab} */ (await jsonOf(response));
}

/** Throws ApiError. */
export async function cancelSimulation() {
  const response = await request(kSimulation, { method: "DELETE", headers: { Accept: "application/json" } });
  return /** @type {Lab} */ (await jsonOf(response));
}
