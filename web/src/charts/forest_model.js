// What a forest plot shows, as values: no drawing here, so that it can be tested without a browser.

import { formatEffect, formatInterval, formatLift, formatLiftInterval, formatShare } from "../format.js";
import { readingOf } from "../report.js";
import { kReadingWords, reasonWords } from "../words.js";

/** @typedef {import("../types/report.js").Interval} Interval */
/** @typedef {import("../types/report.js").Comparison} Comparison */

/**
 * @typedef {object} ForestView What is drawn of a comparison.
 * @property {"lift" | "effect"} scale
 * @property {Set<import("../controls.js").IntervalKind>} intervals
 */

/**
 * @typedef {object} ForestRow
 * @property {string} variant
 * @property {number | null} value a lift (a fraction), or an effect
 * @property {[number, number] | null} interval drawn; a bound that is infinite ends at the axis
 * @property {[number, number] | null} alwaysValid
 * @property {{value: number, interval: [number, number]} | null} cuped
 * @property {import("../report.js").Reading} reading
 * @property {string} valueText
 * @property {string} intervalText
 * @property {string} problem why there is no interval; "" where there is one
 */

/**
 * @typedef {object} Forest
 * @property {ForestRow[]} rows
 * @property {[number, number]} domain of the values; always holds 0 and the margin
 * @property {number | null} limit the lift beyond which a guardrail fails; not where effects are drawn
 * @property {boolean} limitAbove is the bad side above the limit?
 * @property {"lift" | "effect"} scale
 * @property {string} description all of it in words
 */

/** @type {ForestView} */
export const kWholeView = { scale: "lift", intervals: new Set(["fixed", "always", "cuped"]) };

/**
 * Null where no comparison has a value: there is nothing to draw.
 * @param {import("../types/report.js").Metric} metric @param {ForestView} [view]
 * @returns {Forest | null}
 */
export function forestOf(metric, view = kWholeView) {
  const { comparisons, direction, margin = null } = metric;
  if (comparisons.every((comparison) => comparison[view.scale] === null)) return null;
  const limitAbove = direction === "decrease";
  const limit = margin === null || view.scale === "effect" ? null : limitAbove ? margin : -margin;
  const domain = domainOf(comparisons, limit, view);
  const rows = comparisons.map((comparison) => rowOf(comparison, direction, domain, view));
  const description = rows.map((row) => inWords(row, view.scale)).join(" ");
  return { rows, domain, limit, limitAbove, scale: view.scale, description };
}

/** @param {"lift" | "effect"} scale @returns {"lift_interval" | "interval"} */
const intervalName = (scale) => (scale === "lift" ? "lift_interval" : "interval");

/**
 * What is to be drawn of a comparison.
 * @param {Comparison} comparison @param {ForestView} view
 */
function partsOf(comparison, { scale, intervals }) {
  const name = intervalName(scale);
  const { always_valid, cuped } = comparison;
  return {
    value: comparison[scale],
    interval: intervals.has("fixed") ? comparison[name] : null,
    always: (intervals.has("always") && always_valid?.[name]) || null,
    cuped: intervals.has("cuped") && cuped && cuped[scale] !== null && cuped[name]
      ? { value: cuped[scale], interval: cuped[name] } : null,
  };
}

/**
 * @param {Comparison[]} comparisons @param {number | null} limit @param {ForestView} view
 * @returns {[number, number]}
 */
function domainOf(comparisons, limit, view) {
  const values = comparisons.flatMap((comparison) => {
    const { value, interval, always, cuped } = partsOf(comparison, view);
    return [value, ...(interval ?? []), ...(always ?? []), ...(cuped?.interval ?? [])];
  });
  const finite = [0, limit, ...values].filter((value) => value !== null);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const padding = (high - low || 0.02) * 0.05;
  return [low - padding, high + padding];
}

/**
 * @param {Comparison} comparison @param {import("../types/report.js").Metric["direction"]} direction
 * @param {[number, number]} domain @param {ForestView} view
 * @returns {ForestRow}
 */
function rowOf(comparison, direction, domain, view) {
  const { variant, reason } = comparison;
  const { value, interval, always, cuped } = partsOf(comparison, view);
  const whole = comparison[intervalName(view.scale)];
  const lift = view.scale === "lift";
  return {
    variant,
    value,
    interval: within(interval, domain),
    alwaysValid: within(always, domain),
    cuped: cuped && { value: cuped.value, interval: /** @type {[number, number]} */ (within(cuped.interval, domain)) },
    reading: readingOf(comparison, direction),
    valueText: lift ? formatLift(value, whole) : formatEffect(value, whole),
    intervalText: lift ? formatLiftInterval(whole) : formatInterval(whole),
    problem: whole === null ? reasonWords(reason) : "",
  };
}

/**
 * @param {Interval | null} interval @param {[number, number]} domain
 * @returns {[number, number] | null}
 */
const within = (interval, domain) => interval && [interval[0] ?? domain[0], interval[1] ?? domain[1]];

/** @param {ForestRow} row @param {"lift" | "effect"} scale */
function inWords({ variant, valueText, intervalText, reading, problem }, scale) {
  if (problem) return `${variant}: no interval, ${problem}.`;
  return `${variant}: ${scale} ${valueText}, interval ${intervalText}, ${kReadingWords[reading]}.`;
}

/** Text at a tick of the axis. @param {number} lift */
export function tickText(lift) {
  const percent = Number((lift * 100).toFixed(4));
  const decimals = (String(percent).split(".")[1] ?? "").length;
  return `${percent > 0 ? "+" : ""}${formatShare(percent / 100, decimals)}`;
}
