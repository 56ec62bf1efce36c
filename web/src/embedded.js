// A report that was shared as a file carries the server's answers in itself.

const element = typeof document === "undefined" ? null : document.getElementById("crossfade-data");

/** The answers by path, "/api/v1/experiments/KEY/results?by=x"; null on a page that has a server. */
export const embedded = element ? /** @type {Record<string, unknown>} */ (JSON.parse(element.textContent ?? "{}")) : null;

/** The experiment of a file that holds one only; "" otherwise. */
export const onlyExperiment = keyOfOnlyOne(/** @type {any} */ (embedded)?.["/api/v1/experiments"]?.experiments ?? []);

/** @param {{experiment: string}[]} experiments @returns {string} */
function keyOfOnlyOne([first, second]) {
  return first && !second ? first.experiment : "";
}

/** When the file was written, ISO 8601; null on a page that has a server. @type {string | null} */
export const written = /** @type {any} */ (embedded)?.written ?? null;

/** Is this page a file, without a server that could be asked for more? */
export const isShared = embedded !== null;
