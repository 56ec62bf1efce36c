// What a forest plot shows, as values: no drawing here, so that it can be tested without a browser.

import { formatLift, formatLiftInterval, formatShare } from "../format.js";
import { readingOf } from "../report.js";
import { kReadingWords, reasonWords } from "../words.js";

/**
 * @typedef {object} ForestRow
 * @property {string} variant
 * @property {number | null} lift a fraction
 * @property {[number, number] | null} interval drawn; a bound that is infinite ends at the axis
 * @property {[number, number] | null} alwaysValid
 * @property {import("../report.js").Reading} reading
 * @property {string} liftText
 * @property {string} intervalText
 * @property {string} problem why there is no interval; "" where there is one
 */

/**
 * @typedef {object} Forest
 * @property {ForestRow[]} rows
 * @property {[number, number]} domain of the lift; always holds 0 and the margin
 * @property {number | null} limit the lift beyond which a guardrail fails
 * @property {boolean} limitAbove is the bad side above the limit?
 * @property {string} description all of it in words
 */

/**
 * Null where no comparison has a lift: there is nothing to draw.
 * @param {import("../report.js").Metric} metric
 * @returns {Forest | null}
 */
export function forestOf(metric) {
  const { comparisons, direction, margin = null } = metric;
  if (comparisons.every(({ lift }) => lift === null)) return null;
  const limitAbove = direction === "decrease";
  const limit = margin === null ? null : limitAbove ? margin : -margin;
  const domain = domainOf(comparisons, limit);
  const rows = comparisons.map((comparison) => rowOf(comparison, direction, domain));
  return { rows, domain, limit, limitAbove, description: rows.map(inWords).join(" ") };
}

/**
 * @param {import("../report.js").Comparison[]} comparisons @param {number | null} limit
 * @returns {[number, number]}
 */
function domainOf(comparisons, limit) {
  const values = comparisons.flatMap(({ lift, lift_interval, always_valid }) => [
    lift, ...(lift_interval ?? []), ...(always_valid?.lift_interval ?? []),
  ]);
  const finite = [0, limit, ...values].filter((value) => value !== null);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const padding = (high - low || 0.02) * 0.05;
  return [low - padding, high + padding];
}

/**
 * @param {import("../report.js").Comparison} comparison @param {import("../report.js").Metric["direction"]} direction
 * @param {[number, number]} domain
 * @returns {ForestRow}
 */
function rowOf(comparison, direction, domain) {
  const { variant, lift, lift_interval, always_valid, reason } = comparison;
  return {
    variant,
    lift,
    interval: within(lift_interval, domain),
    alwaysValid: within(always_valid?.lift_interval ?? null, domain),
    reading: readingOf(comparison, direction),
    liftText: formatLift(lift, lift_interval),
    intervalText: formatLiftInterval(lift_interval),
    problem: lift_interval === null ? reasonWords(reason) : "",
  };
}

/**
 * @param {import("../report.js").Interval | null} interval @param {[number, number]} domain
 * @returns {[number, number] | null}
 */
const within = (interval, domain) => interval && [interval[0] ?? domain[0], interval[1] ?? domain[1]];

/** @param {ForestRow} row */
function inWords({ variant, liftText, intervalText, reading, problem }) {
  if (problem) return `${variant}: no interval, ${problem}.`;
  return `${variant}: lift ${liftText}, interval ${intervalText}, ${kReadingWords[reading]}.`;
}

/** Text at a tick of the axis. @param {number} lift */
export function tickText(lift) {
  const percent = Number((lift * 100).toPrecision(6));
  const decimals = Math.min(4, (String(percent).split(".")[1] ?? "").length);
  return `${percent > 0 ? "+" : ""}${formatShare(lift, decimals)}`;
}
