// Questions that several views ask of a Report.

/** @typedef {import("./types/report.js").Comparison} Comparison */
/** @typedef {import("./types/report.js").VariantSummary} VariantSummary */
/** @typedef {import("./types/report.js").Metric} Metric */

/**
 * Must it not get worse by more than a margin? A secondary metric can be guarded as well.
 * @param {Metric} metric @returns {metric is Metric & {margin: number}}
 */
export const isGuarded = (metric) => metric.margin !== undefined && metric.margin !== null;

/** Did no unit have a value? @param {Metric} metric */
export const notMeasured = ({ variants }) => variants.every(({ n }) => n === 0);

const kRoleOrder = ["primary", "secondary", "guardrail", "other"];

/** Primary first; within a role as the report has them. @param {Metric[]} metrics */
export function inOrderOfRole(metrics) {
  return [...metrics].sort((a, b) => kRoleOrder.indexOf(a.role) - kRoleOrder.indexOf(b.role));
}

/** @param {Record<string, number>} units */
export function totalUnits(units) {
  return Object.values(units).reduce((sum, n) => sum + n, 0);
}

/**
 * Standard error of a variant's mean, in the metric's unit; null where it is not defined.
 * @param {VariantSummary} variant
 */
export function standardErrorOfMean({ n, standard_deviation }) {
  return standard_deviation === null || n < 2 ? null : standard_deviation / Math.sqrt(n);
}

/** @typedef {Pick<import("./types/report.js").Report, "health" | "decision">} Judged */

/**
 * The health of a report and what is said of it beside the verdict: with the warnings of its traffic, once they are there.
 * @param {Judged} report @param {Judged | null} traffic an answer to a question that asked for traffic
 * @returns {{grade: import("./types/report.js").HealthGrade, caution: string | null}}
 */
export function cautionOf(report, traffic) {
  const more = traffic && traffic.health.warnings.length > report.health.warnings.length ? traffic : report;
  return { grade: more.health.grade, caution: report.decision.verdict === "INVALID" ? null : more.decision.caution };
}

/** A p-value below it says that something is wrong with the data, rather than that a variant works. */
export const kAlarm = 0.001;

/** @typedef {"better" | "worse" | "different" | "unclear" | "unknown"} Reading */

/**
 * What a comparison says: of the primary metric by the test that the verdict goes by, of others at the report's
 * confidence level and after adjustment.
 * @param {Pick<Comparison, "effect" | "p_value" | "significant" | "deciding">} comparison
 * @param {Metric["direction"]} direction @returns {Reading}
 */
export function readingOf({ effect, p_value, significant, deciding }, direction) {
  if (effect === null || p_value === null) return "unknown";
  if (!(deciding ? deciding.significant : significant)) return "unclear";
  if (direction === "none") return "different";
  return ((deciding?.lift ?? effect) > 0) === (direction === "increase") ? "better" : "worse";
}
