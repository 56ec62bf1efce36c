// What the chart over time shows, as values.

/**
 * @typedef {object} Timeline As `GET /api/v1/experiments/KEY/timeline` gives it.
 * @property {string} control
 * @property {string} metric
 * @property {string} unit
 * @property {number} confidence_level
 * @property {{until: string, units: Record<string, number>, comparisons: import("../report.js").Comparison[]}[]} points
 * @property {{at: string, data_through: string, units: number}[]} looks
 */

/**
 * @typedef {object} TimelineRow
 * @property {Date} until
 * @property {number} units in control and treatment
 * @property {number} value a lift (a fraction), or an effect
 * @property {[number, number] | null} interval of a single look; none where a bound is infinite
 * @property {[number, number] | null} always
 */

/** @param {import("../report.js").Interval | null | undefined} interval @returns {[number, number] | null} */
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
