// The configurations that an experiment ran under, and what differs between two of them, line by line.

import { diffLines } from "diff/lib/diff/line.js";

/** @typedef {import("./types/configurations.js").StoredConfiguration} StoredConfiguration */

/**
 * A line of a difference. `before`, `after`: its number in either text, from 1; null where it is not there.
 * @typedef {{kind: "same" | "added" | "removed", before: number | null, after: number | null, text: string}} DiffLine
 */

/** Lines that are left out, as they are the same. @typedef {{kind: "gap", lines: number}} Gap */

const kContext = 3;  // lines that are shown around a change
const kLongest = 2000;  // ms

/**
 * Null: they differ so much that the difference is not worth its time.
 * @param {string} before @param {string} after @returns {DiffLine[] | null}
 */
export function diffOf(before, after) {
  const parts = diffLines(before, after, { timeout: kLongest });
  if (!parts) return null;
  let [left, right] = [0, 0];
  return parts.flatMap(({ value, added, removed }) => linesOf(value).map((text) => {
    /** @type {DiffLine} */
    const line = {
      kind: added ? "added" : removed ? "removed" : "same", text,
      before: added ? null : ++left, after: removed ? null : ++right,
    };
    return line;
  }));
}

/** Without the empty one behind the last line's end. @param {string} text */
export const linesOf = (text) => text.replace(/\n$/, "").split("\n");

/** Long runs of what is the same are folded. @param {DiffLine[]} lines @returns {(DiffLine | Gap)[]} */
export function folded(lines) {
  const near = lines.map(() => false);
  lines.forEach(({ kind }, i) => {
    if (kind !== "same") near.fill(true, Math.max(0, i - kContext), i + kContext + 1);
  });
  /** @type {(DiffLine | Gap)[]} */
  const shown = [];
  lines.forEach((line, i) => {
    const last = shown.at(-1);
    if (near[i]) shown.push(line);
    else if (last?.kind === "gap") last.lines += 1;
    else shown.push({ kind: "gap", lines: 1 });
  });
  return shown;
}

/**
 * The position of the one that was in force when the data ended: the newest, or, where only data from before the day `at`
 * are shown, the last that is older.
 * @param {StoredConfiguration[]} configurations not empty @param {string} at a day or a time, or ""
 */
export function inForce(configurations, at) {
  const newest = configurations.length - 1;
  if (!at) return newest;
  const later = configurations.findIndex(({ since }) => Date.parse(since) >= Date.parse(at));
  return later < 0 ? newest : Math.max(0, later - 1);
}

/**
 * Which configuration is shown, and against which, as positions; -1: none.
 * @param {StoredConfiguration[]} configurations not empty
 * @param {{config: string, against: string, at: string}} wanted numbers from 1, or "" for the one in force at `at` and
 *   the one before; against "none": the text alone
 */
export function pairOf(configurations, { config, against, at }) {
  const known = (/** @type {string} */ number) => Number(number) >= 1 && Number(number) <= configurations.length;
  const chosen = known(config) ? Number(config) - 1 : inForce(configurations, at);
  if (against === "none") return { chosen, before: -1 };
  return { chosen, before: known(against) ? Number(against) - 1 : chosen - 1 };
}
