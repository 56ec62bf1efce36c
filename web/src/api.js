// The only place that asks the server.

/** @typedef {import("./report.js").Report} Report */
/** @typedef {import("./report.js").ExperimentSummary} ExperimentSummary */

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

/**
 * Throws ApiError, or the AbortError of `signal`.
 * @param {string} path @param {AbortSignal} signal @returns {Promise<unknown>}
 */
async function get(path, signal) {
  const headers = { Accept: "application/json" };
  const response = await fetch(path, { headers, signal }).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "The server does not answer.");
  });
  if (!response.ok) throw new ApiError(response.status, await problemOf(response));
  return response.json().catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new ApiError(response.status, "The server's answer is not JSON.");
  });
}

/** @param {AbortSignal} signal @returns {Promise<ExperimentSummary[]>} */
export async function fetchExperiments(signal) {
  const answer = /** @type {{experiments: ExperimentSummary[]}} */ (await get("/api/v1/experiments", signal));
  return answer.experiments;
}

/** @param {string} key @param {AbortSignal} signal @returns {Promise<Report>} */
export async function fetchReport(key, signal) {
  return /** @type {Report} */ (await get(`/api/v1/experiments/${encodeURIComponent(key)}/results`, signal));
}
