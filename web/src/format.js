// Numbers and times as people read them. Every function gives a text, never markup; null gives kNone.

/** @typedef {import("./types/report.js").Interval} Interval */

export const kNone = "—";

const kMinus = "\u2212";
export const kThinSpace = "\u202f";  // no line break before a unit

/**
 * Decimals that a number deserves: as many as show two significant digits of its uncertainty (half the width of an
 * interval, or a standard error). An estimate and its bounds end at the same decimal. The command line rounds alike
 * (platform/analysis/report/wording.cpp). Without a positive uncertainty, three significant digits of the value.
 * @param {number | null} uncertainty @param {number} value
 */
export function decimalsFor(uncertainty, value) {
  if (uncertainty !== null && uncertainty > 0 && Number.isFinite(uncertainty))
    return clampDecimals(1 - exponentOf(uncertainty));
  if (value === 0 || Number.isInteger(value)) return 0;
  return clampDecimals(2 - exponentOf(value));
}

/** Half the width of an interval; null where it has none. @param {Interval | null} interval */
const halfWidth = (interval) =>
  interval === null || interval[0] === null || interval[1] === null ? null : (interval[1] - interval[0]) / 2;

/** @param {number} value */
const exponentOf = (value) => Math.floor(Math.log10(Math.abs(value)));

/** @param {number} decimals */
const clampDecimals = (decimals) => Math.min(9, Math.max(0, decimals));

// A format takes much longer to make than to use.
/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/** @param {number} decimals @param {"exceptZero" | "auto"} signDisplay */
function formatOf(decimals, signDisplay) {
  const key = `${decimals} ${signDisplay}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals, signDisplay });
    formats.set(key, format);
  }
  return format;
}

/**
 * @param {number} value @param {number} decimals
 * @param {{sign?: boolean}} [options] sign: also "+" before what is above 0
 */
function fixed(value, decimals, { sign = false } = {}) {
  return formatOf(decimals, sign ? "exceptZero" : "auto").format(value).replace(/^-(?=[0.]*$)/, "").replace("-", kMinus);  // no "-0.0"
}

/** @param {number} n */
export const formatCount = (n) => fixed(n, 0);

/** A test's statistic. @param {number | null} statistic */
export const formatStatistic = (statistic) => (statistic === null ? kNone : fixed(statistic, 2));

/**
 * @param {number | null} mean @param {number | null} standardError of the mean
 */
export function formatMean(mean, standardError) {
  return mean === null ? kNone : fixed(mean, decimalsFor(standardError, mean));
}

/**
 * A difference, with its sign.
 * @param {number | null} effect @param {Interval | null} interval of the effect
 */
export function formatEffect(effect, interval) {
  return effect === null ? kNone : fixed(effect, decimalsFor(halfWidth(interval), effect), { sign: true });
}

/** Bounds of an effect, to the decimal of the effect. @param {Interval | null} interval */
export function formatInterval(interval) {
  if (interval === null) return kNone;
  const decimals = decimalsFor(halfWidth(interval), interval[0] ?? interval[1] ?? 0);
  return bounds(interval, (bound) => fixed(bound, decimals, { sign: true }));
}

/** @param {Interval} interval @param {(bound: number) => string} text */
function bounds([lower, upper], text) {
  return `[${lower === null ? `${kMinus}∞` : text(lower)}, ${upper === null ? "∞" : text(upper)}]`;
}

/** Decimals of a lift in percent. @param {number | null} lift @param {Interval | null} interval */
function liftDecimals(lift, interval) {
  const half = halfWidth(interval);
  return decimalsFor(half === null ? null : half * 100, (lift ?? interval?.[0] ?? 0) * 100);
}

/**
 * A lift (a fraction) in percent, rounded to what its interval supports.
 * @param {number | null} lift @param {Interval | null} interval
 */
export function formatLift(lift, interval) {
  if (lift === null) return kNone;
  return `${fixed(lift * 100, liftDecimals(lift, interval), { sign: true })}${kThinSpace}%`;
}

/** Bounds of a lift in percent. @param {Interval | null} interval */
export function formatLiftInterval(interval) {
  if (interval === null) return kNone;
  const decimals = liftDecimals(null, interval);
  return `${bounds(interval, (bound) => fixed(bound * 100, decimals, { sign: true }))}${kThinSpace}%`;
}

/**
 * A fraction in percent; never "0.0 %" of what is above 0.
 * @param {number | null} share @param {number} [decimals]
 */
export function formatShare(share, decimals = 1) {
  if (share === null) return kNone;
  const least = 10 ** -decimals;
  if (share > 0 && share * 100 < least / 2) return `<\u00a0${fixed(least, decimals)}${kThinSpace}%`;
  return `${fixed(share * 100, decimals)}${kThinSpace}%`;
}

/**
 * A share that somebody chose, like a level or a margin, in percent with all its decimals: 0.999 is not "100 %".
 * @param {number} share
 */
export const formatLevel = (share) =>
  formatShare(share, (String(Number((share * 100).toPrecision(10))).split(".")[1] ?? "").length);

/**
 * A share that was estimated, in percent, rounded to what its standard error supports; at most three decimals.
 * @param {number | null} share @param {number | null} standardError
 */
export function formatPart(share, standardError) {
  if (share === null) return kNone;
  return formatShare(share, Math.min(3, decimalsFor(standardError === null ? null : standardError * 100, share * 100)));
}

/**
 * A probability in percent; never "100 %" of what is not certain.
 * @param {number | null} chance
 */
export function formatChance(chance) {
  if (chance === null) return kNone;
  if (chance > 0.999) return `>\u00a0${formatShare(0.999)}`;
  if (chance < 0.001) return `<\u00a0${formatShare(0.001)}`;
  return formatShare(chance);
}

/** An expected loss, a fraction, in percent. @param {number | null} loss */
export function formatLoss(loss) {
  if (loss === null) return kNone;
  return loss < 1e-5 ? `<\u00a0${formatShare(1e-5, 3)}` : formatShare(loss, loss < 0.001 ? 3 : 2);
}

/**
 * Two significant digits, at least two decimals; far below what anybody asks for, only that it is below.
 * @param {number | null} p
 */
export function formatP(p) {
  if (p === null) return kNone;
  if (p < 1e-12) return "<\u00a01e\u221212";
  if (p < 1e-4) return p.toExponential(1).replace("-", kMinus);
  return fixed(p, p > 0.995 ? 2 : Math.min(5, Math.max(2, 1 - exponentOf(p))));
}

/** "p = 0.31", "p < 0.0001", in one line. @param {number | null} p */
export const pWords = (p) => `p\u00a0${/^[<>]/.test(formatP(p)) ? "" : "=\u00a0"}${formatP(p)}`;

const kDate = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" });
const kTime = new Intl.DateTimeFormat("en", {
  dateStyle: "medium", timeStyle: "short", hourCycle: "h23", timeZone: "UTC",
});

/** @param {string | null} time ISO 8601 */
export const formatDate = (time) => (time === null ? kNone : kDate.format(new Date(time)));

/** To the minute, in UTC. @param {string | null} time ISO 8601 */
export const formatTime = (time) => (time === null ? kNone : `${kTime.format(new Date(time))} UTC`);

/** "1 unit", "2 units". @param {number} n @param {string} one @param {string} [many] */
export const formatPlural = (n, one, many = `${one}s`) => `${formatCount(n)} ${n === 1 ? one : many}`;
