// What the chart over time shows, as values.

/** @typedef {import("../types/report.js").Timeline} Timeline */

/**
 * @typedef {object} TimelineRow
 * @property {Date} until
 * @property {number} units in control and treatment
 * @property {number} value a lift (a fraction), or an effect
 * @property {[number, number] | null} interval of a single look; none where a bound is infinite
 * @property {[number, number] | null} always
 */

/** @param {import("../types/report.js").Interval | null | undefined} interval @returns {[number, number] | null} */
const finite = (interval) =>
  interval && interval[0] !== null && interval[1] !== null ? [interval[0], interval[1]] : null;

/**
 * The points at which a variant could be compared.
 * @param {Timeline} timeline @param {string} variant @param {"lift" | "effect"} scale @returns {TimelineRow[]}
 */
export function timelineRows({ points, control }, variant, scale) {
  const name = scale === "lift" ? "lift_interval" : "interval";
  return points.flatMap(({ until, units, comparisons }) => {
    const comparison = comparisons.find((one) => one.variant === variant);
    const value = comparison?.[scale] ?? null;
    if (!comparison || value === null) return [];
    return [{
      until: new Date(until), units: (units[control] ?? 0) + (units[variant] ?? 0), value,
      interval: finite(comparison[name]), always: finite(comparison.always_valid?.[name]),
    }];
  });
}

const kMostStretched = 2;  // times what else the axis holds

/**
 * What the vertical axis holds: 0, all values and their intervals of a single look, and the always-valid intervals; those
 * of the earlier half only where they do not press all others together. `beyond`: the rows whose always-valid interval
 * goes further, which must be said where they are drawn.
 * @param {TimelineRow[]} rows @returns {{domain: [number, number], beyond: TimelineRow[]}}
 */
export function timelineAxis(rows) {
  const half = Math.floor(rows.length / 2);
  const least = [0, ...rows.flatMap(({ value, interval }) => [value, ...(interval ?? [])]), ...alwaysOf(rows.slice(half))];
  const all = [...least, ...alwaysOf(rows.slice(0, half))];
  const held = spanOf(all) > kMostStretched * spanOf(least) ? least : all;
  const padding = (spanOf(held) || 0.02) * 0.04;
  const [low, high] = [Math.min(...held) - padding, Math.max(...held) + padding];
  return { domain: [low, high], beyond: rows.filter(({ always }) => always && (always[0] < low || always[1] > high)) };
}

/** @param {TimelineRow[]} rows */
const alwaysOf = (rows) => rows.flatMap(({ always }) => always ?? []);

/** @param {number[]} values */
const spanOf = (values) => Math.max(...values) - Math.min(...values);
