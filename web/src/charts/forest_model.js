// What a forest plot shows, as values: no drawing here, so that it can be tested without a browser.

import { formatEffect, formatInterval, formatLift, formatLiftInterval, formatShare } from "../format.js";
import { readingOf } from "../report.js";
import { kReadingWords, reasonWords } from "../words.js";

/** @typedef {import("../types/report.js").Interval} Interval */
/** @typedef {import("../types/report.js").Comparison} Comparison */
/** @typedef {import("../controls.js").IntervalKind} IntervalKind */

/**
 * @typedef {object} ForestView What is drawn of a comparison.
 * @property {"lift" | "effect"} scale
 * @property {Set<IntervalKind>} intervals beside the one that decides, which is always drawn
 */

/**
 * @typedef {object} Beside An interval that does not decide.
 * @property {IntervalKind} kind
 * @property {string} label
 * @property {number | null} value
 * @property {[number, number]} interval
 * @property {string} text
 */

/**
 * @typedef {object} ForestRow
 * @property {string} variant
 * @property {number | null} value a lift (a fraction), or an effect: of what decides, else of a single look
 * @property {[number, number] | null} interval drawn; a bound that is infinite ends at the axis
 * @property {string} label what decides, as the analysis names it; "" where nothing does
 * @property {Beside[]} beside thin ones
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

/** @type {Record<IntervalKind, string>} */
const kBesideWords = { fixed: "single look", always: "always-valid", cuped: "CUPED" };

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
 * The numbers that are shown first of a comparison: those that decide, else those of a single look.
 * @param {Comparison} comparison @param {"lift" | "effect"} scale
 * @returns {{value: number | null, interval: Interval | null, label: string}}
 */
export function shownOf(comparison, scale) {
  const decides = comparison.deciding?.by ? comparison.deciding : null;
  const { [scale]: value, [intervalName(scale)]: interval } = decides ?? comparison;
  return { value, interval, label: decides?.label ?? "" };
}

/**
 * The other intervals, as far as they are asked for.
 * @param {Comparison} comparison @param {ForestView} view
 * @returns {{kind: IntervalKind, value: number | null, interval: Interval}[]}
 */
function besideOf(comparison, { scale, intervals }) {
  const name = intervalName(scale);
  const { always_valid, cuped, deciding } = comparison;
  const by = deciding?.by ?? "single_look";
  /** @type {[IntervalKind, boolean, number | null, Interval | null | undefined][]} */
  const all = [
    ["fixed", by !== "single_look", comparison[scale], comparison[name]],
    ["always", by !== "always_valid", null, always_valid?.[name]],
    ["cuped", by !== "cuped" && (cuped?.[scale] ?? null) !== null, cuped?.[scale] ?? null, cuped?.[name]],
  ];
  return all.flatMap(([kind, other, value, interval]) => (other && interval && intervals.has(kind) ? [{ kind, value, interval }] : []));
}

/**
 * @param {Comparison[]} comparisons @param {number | null} limit @param {ForestView} view
 * @returns {[number, number]}
 */
function domainOf(comparisons, limit, view) {
  const values = comparisons.flatMap((comparison) => {
    const { value, interval } = shownOf(comparison, view.scale);
    return [value, ...(interval ?? []), ...besideOf(comparison, view).flatMap((one) => [one.value, ...one.interval])];
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
  const { value, interval, label } = shownOf(comparison, view.scale);
  const lift = view.scale === "lift";
  const bounds = lift ? formatLiftInterval : formatInterval;
  return {
    variant,
    value,
    interval: interval && within(interval, domain),
    label,
    beside: besideOf(comparison, view).map((one) => ({
      ...one, label: kBesideWords[one.kind], interval: within(one.interval, domain), text: bounds(one.interval),
    })),
    reading: readingOf(comparison, direction),
    valueText: lift ? formatLift(value, interval) : formatEffect(value, interval),
    intervalText: bounds(interval),
    problem: interval === null ? reasonWords(comparison.deciding?.reason ?? reason) : "",
  };
}

/**
 * @param {Interval} interval @param {[number, number]} domain
 * @returns {[number, number]}
 */
const within = (interval, domain) => [interval[0] ?? domain[0], interval[1] ?? domain[1]];

/** @param {ForestRow} row @param {"lift" | "effect"} scale */
function inWords({ variant, valueText, intervalText, label, reading, problem }, scale) {
  if (problem) return `${variant}: no interval, ${problem}.`;
  return `${variant}: ${scale} ${valueText}, ${label ? `${label}, ` : ""}interval ${intervalText}, ${kReadingWords[reading]}.`;
}

/** Text at a tick of the axis. @param {number} lift */
export function tickText(lift) {
  const percent = Number((lift * 100).toFixed(4));
  const decimals = (String(percent).split(".")[1] ?? "").length;
  return `${percent > 0 ? "+" : ""}${formatShare(percent / 100, decimals)}`;
}
