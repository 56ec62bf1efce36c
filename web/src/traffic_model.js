// What the variants served, and the rows that are shown.

/** @typedef {import("./types/report.js").Latency} Latency */
/** @typedef {import("./types/report.js").TrafficDay} TrafficDay */
/** @typedef {import("./types/report.js").Traffic} Traffic */

/**
 * With the level of the intervals, and what the health is once it is known who answered.
 * @typedef {{traffic: Traffic, confidence_level: number, health: import("./types/report.js").Health,
 *   decision: import("./types/report.js").Decision}} TrafficAnswer
 */

/** Above it, a variant is not what its name says. */
export const kMuchFallback = 0.1;
/** Above it, the warning is a serious one. */
export const kMostlyFallback = 0.5;

/** Variants of which a fallback answers much, most first. @param {Traffic} traffic */
export function muchFallback({ variants }) {
  return variants.filter(({ fallback_share }) => (fallback_share ?? 0) > kMuchFallback)
    .sort((a, b) => (b.fallback_share ?? 0) - (a.fallback_share ?? 0));
}

/** Days between the first and the last one of an experiment on which nobody in it had a session. @param {Traffic} traffic */
export function silentDays({ variants }) {
  const days = variants[0]?.days ?? [];
  return days.slice(1, -1).map(({ day }, i) => ({ day, sessions: variants.reduce((sum, one) => sum + (one.days[i + 1]?.sessions ?? 0), 0) }))
    .filter(({ sessions }) => sessions === 0).map(({ day }) => day);
}

/** @typedef {{variant: string, x: number | Date, y: number, lower: number, upper: number}} Point */

/** Where fewer tracks were played, a point of a curve would say more than is known. */
export const kFewestPlaybacks = 30;

/**
 * How what was recommended is taken, by position; the listener's own choice at position 0 is something else.
 * @param {Traffic} traffic @param {"skipped" | "listened"} what @returns {Point[]}
 */
export function positionPoints({ variants }, what) {
  return variants.flatMap(({ variant, positions }) => positions.flatMap((one) => {
    const value = one[what];
    if (value === null || one.position === 0 || one.playbacks < kFewestPlaybacks) return [];
    const [lower, upper] = one[`${what}_interval`] ?? [value, value];
    return [{ variant, x: one.position, y: value, lower, upper }];
  }));
}

/**
 * One number of each day and variant; days that have none are left out.
 * @param {Traffic} traffic @param {(day: TrafficDay) => number | null} number @returns {Point[]}
 */
export function dayPoints({ variants }, number) {
  return variants.flatMap(({ variant, days }) => days.flatMap((one) => {
    const value = number(one);
    return value === null ? [] : [{ variant, x: new Date(`${one.day}T00:00:00Z`), y: value, lower: value, upper: value }];
  }));
}

const kHour = 3_600_000;  // ms
const kDay = 24 * kHour;

/**
 * Without the last day where the data end more than an hour before it does: a curve would fall at its end for no other
 * reason. Two days are left at least.
 * @param {Traffic} traffic @param {string | null} dataThrough
 */
export function wholeDays(traffic, dataThrough) {
  const days = traffic.variants[0]?.days ?? [];
  const last = days.at(-1);
  if (!last || !dataThrough || days.length < 3) return traffic;
  if (Date.parse(dataThrough) >= Date.parse(`${last.day}T00:00:00Z`) + kDay - kHour) return traffic;
  return { ...traffic, variants: traffic.variants.map((one) => ({ ...one, days: one.days.slice(0, -1) })) };
}

/** Did anybody note how long answers took? @param {Traffic} traffic */
export const latencyMeasured = ({ variants }) =>
  variants.some(({ days }) => days.some(({ latency_ms }) => latency_ms.n > 0));

/** Standard error of a mean latency, ms. @param {Latency} latency */
export const latencyError = ({ n, standard_deviation }) =>
  standard_deviation === null || n < 2 ? null : standard_deviation / Math.sqrt(n);
