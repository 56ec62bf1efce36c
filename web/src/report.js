// The Report of an experiment as `GET /api/v1/experiments/KEY/results` gives it, and questions that several views ask
// of it. Numbers that could not be computed are null beside a `reason`.

/** @typedef {[number | null, number | null]} Interval lower and upper bound */

/**
 * @typedef {object} AlwaysValid Holds however often one looks.
 * @property {number | null} p_value
 * @property {number | null} adjusted_p_value
 * @property {Interval | null} interval of the effect
 * @property {Interval | null} lift_interval
 * @property {string} [reason]
 */

/**
 * @typedef {object} Guardrail
 * @property {number} margin relative loss that is still acceptable, a fraction
 * @property {number | null} p_value one-sided, of "the loss is at least the margin"
 * @property {boolean} non_inferior
 * @property {boolean} failed the whole interval lies beyond the margin
 * @property {string} [reason]
 */

/**
 * @typedef {object} Comparison One treatment against the control.
 * @property {string} variant
 * @property {number | null} effect in the metric's unit
 * @property {number | null} standard_error of the effect
 * @property {number | null} dof
 * @property {number | null} p_value
 * @property {number | null} adjusted_p_value
 * @property {Interval | null} interval of the effect
 * @property {number | null} lift a fraction of the control's mean
 * @property {Interval | null} lift_interval
 * @property {boolean} significant
 * @property {string} [reason]
 * @property {AlwaysValid} [always_valid]
 * @property {Guardrail} [guardrail]
 */

/**
 * @typedef {object} VariantSummary
 * @property {string} variant
 * @property {number} n units that have a value
 * @property {number | null} mean
 * @property {number | null} standard_deviation
 * @property {string} [reason]
 */

/**
 * @typedef {object} Metric
 * @property {string} metric
 * @property {"primary" | "secondary" | "guardrail" | "other"} role
 * @property {"increase" | "decrease" | "none"} direction which way is better
 * @property {string} unit of measurement
 * @property {string} definition
 * @property {number | null} [margin] of a guardrail: relative loss that is still acceptable, a fraction
 * @property {string} adjustment of the p-values: "holm", "benjamini_hochberg", "none"
 * @property {string} [note]
 * @property {VariantSummary[]} variants control first
 * @property {Comparison[]} comparisons
 */

/**
 * @typedef {object} Srm Sample ratio mismatch; arrays in the order of `variants`.
 * @property {string[]} variants
 * @property {number[]} observed
 * @property {number[]} expected
 * @property {boolean} equal_weights_assumed
 * @property {number | null} statistic
 * @property {number | null} dof
 * @property {number | null} p_value
 * @property {boolean} mismatch
 * @property {string} [reason]
 */

/**
 * @typedef {object} Health
 * @property {string | null} first_exposure
 * @property {string | null} last_exposure
 * @property {number} days
 * @property {number} minimum_days
 * @property {{metric: string, variants: {variant: string, n: number, share: number | null}[], p_value: number | null,
 *   reason?: string}} primary_defined
 * @property {{variant: string, n: number, mean: number | null, standard_error: number | null, reason?: string}[]}
 *   tracks_minus_time_per_session
 * @property {string[]} warnings
 */

/**
 * @typedef {object} Decision
 * @property {string} verdict
 * @property {string} [variant] the one to ship
 * @property {string} [summary] one sentence
 * @property {string[]} reasons the deciding one first
 */

/**
 * @typedef {object} Report
 * @property {string} experiment
 * @property {string} hypothesis
 * @property {string} owner
 * @property {string} status
 * @property {number} version
 * @property {string} control
 * @property {number} confidence_level
 * @property {string} lift_method
 * @property {string | null} data_through
 * @property {Record<string, number>} units
 * @property {{multiple_variants: number, overrides: number}} excluded
 * @property {Srm} srm
 * @property {Health} health
 * @property {Metric[]} metrics
 * @property {Decision} decision
 */

/**
 * @typedef {object} ExperimentSummary One line of the list.
 * @property {string} experiment
 * @property {string} status
 * @property {string} owner
 * @property {string} hypothesis
 * @property {string | null} first_exposure
 * @property {string | null} data_through
 * @property {Record<string, number>} units
 * @property {boolean} srm_mismatch
 * @property {Decision} decision
 */

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

/** @typedef {"better" | "worse" | "different" | "unclear" | "unknown"} Reading */

/**
 * What a comparison says, at the report's confidence level and after adjustment.
 * @param {Comparison} comparison @param {Metric["direction"]} direction @returns {Reading}
 */
export function readingOf({ effect, p_value, significant }, direction) {
  if (effect === null || p_value === null) return "unknown";
  if (!significant) return "unclear";
  if (direction === "none") return "different";
  return (effect > 0) === (direction === "increase") ? "better" : "worse";
}
