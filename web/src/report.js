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
 * @typedef {object} Cuped The comparison after what units did before is taken out.
 * @property {number} share_with_history
 * @property {number | null} variance_reduction
 * @property {number | null} effect
 * @property {Interval | null} interval
 * @property {number | null} lift
 * @property {Interval | null} lift_interval
 * @property {number | null} p_value
 * @property {number | null} adjusted_p_value
 * @property {string} [reason]
 */

/**
 * @typedef {object} GroupSequential One look.
 * @property {number | null} bound |z| at which it rejects; null: nothing may be spent yet
 * @property {number | null} statistic z of the effect
 * @property {boolean} crossed
 * @property {number | null} effect of the last look of the plan, whatever came later
 * @property {Interval | null} interval
 * @property {number | null} lift
 * @property {Interval | null} lift_interval
 * @property {string} [reason]
 */

/**
 * @typedef {object} Deciding The numbers that the verdict goes by.
 * @property {"single_look" | "cuped" | "always_valid" | "group_sequential" | null} by
 * @property {number | null} lift
 * @property {Interval | null} lift_interval
 * @property {boolean} significant that test finds a difference, or harm is shown, which counts at any time
 */

/**
 * @typedef {object} Bayesian With a prior on the lift.
 * @property {number | null} chance_to_win
 * @property {number | null} expected_loss as a lift
 * @property {number | null} posterior_lift
 * @property {Interval | null} lift_interval
 * @property {string} [reason]
 */

/** @typedef {{achieved: number | null, target: number | null, units_needed: number | null}} Mde relative effects */

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
 * @property {Interval} [fcr_interval] of a selected secondary effect
 * @property {Cuped} [cuped]
 * @property {AlwaysValid} [always_valid]
 * @property {GroupSequential} [group_sequential]
 * @property {Deciding} [deciding] of the primary metric
 * @property {Bayesian} [bayesian]
 * @property {Mde} [mde] that is detectable
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
 * @property {string} [sql] gives variant, n and mean
 * @property {string} [note]
 * @property {VariantSummary[]} variants control first
 * @property {Comparison[]} comparisons
 * @property {Segments[]} [segments] by each dimension that was asked for
 * @property {EffectByDay[]} [by_day]
 */

/**
 * @typedef {object} Segments
 * @property {string} dimension
 * @property {{level: string, variants: VariantSummary[], comparisons: Comparison[]}[]} levels
 * @property {{variant: string, q_statistic: number | null, dof: number | null, p_value: number | null,
 *   adjusted_p_value: number | null, i_squared: number | null, reason?: string}[]} heterogeneity
 */

/**
 * @typedef {object} EffectByDay since each unit's first exposure
 * @property {string} variant
 * @property {{day: number, n: number, effect: number | null, standard_error: number | null, interval?: Interval | null}[]} days
 *   intervals at the report's level
 * @property {number | null} slope in the metric's unit a day
 * @property {number | null} slope_standard_error
 * @property {number | null} p_value
 * @property {string} [reason]
 */

/**
 * @typedef {object} Interaction
 * @property {string} experiment the other one
 * @property {string} variant
 * @property {string} other_variant
 * @property {number | null} estimate
 * @property {Interval | null} interval
 * @property {number | null} p_value
 * @property {number | null} adjusted_p_value
 * @property {number | null} assignment_p_value
 * @property {string} [reason]
 */

/**
 * @typedef {object} PlanProgress
 * @property {string} mode
 * @property {number} alpha
 * @property {number | null} mde
 * @property {number | null} planned_looks
 * @property {number | null} planned_units
 * @property {number} units
 * @property {number} information_fraction
 * @property {number[]} looks
 * @property {number | null} alpha_spent
 * @property {number | null} days_left
 * @property {boolean} complete
 * @property {string} guarantee
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

/** p-values are adjusted for the levels. @typedef {Srm & {dimension: string, level: string}} SegmentSrm */

/**
 * @typedef {object} Balance Did the variants differ before anybody was exposed? The primary metric over those days.
 * @property {string} metric
 * @property {number} lookback_days
 * @property {number | null} share_p_value of the shares of units that have a history
 * @property {(VariantSummary & {share: number | null})[]} variants n: units with history
 * @property {{variant: string, effect: number | null, standard_error: number | null, interval: Interval | null,
 *   p_value: number | null, reason?: string}[]} comparisons
 */

/** @typedef {{at: string, checksum: string, changes: string[]}} ConfigurationChange in the experiment */

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
 * @property {Balance} [balance]
 * @property {ConfigurationChange[]} [configuration_changes] while it ran, oldest first
 * @property {SegmentSrm[]} [segments] where they were asked for
 * @property {string[]} warnings
 * @property {string[]} [data_warnings] those of them that no check tells
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
 * @property {number} [configured_confidence_level] of the experiment, whatever was asked for
 * @property {string} lift_method
 * @property {string | null} data_through
 * @property {string | null} [until] time before which data count; null: all of them
 * @property {Record<string, number>} units
 * @property {{multiple_variants: number, overrides: number}} excluded
 * @property {Srm} srm
 * @property {Health} health
 * @property {string[]} dimensions that metrics can be split by
 * @property {Metric[]} metrics
 * @property {PlanProgress} [plan]
 * @property {Interaction[]} [interactions]
 * @property {import("./distributions_model.js").Distributions} [distributions] where they were asked for
 * @property {import("./traffic_model.js").Traffic} [traffic] where it was asked for
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
 * @property {number} days
 * @property {boolean} srm_mismatch
 * @property {number | null} [srm_p_value] null: not tested
 * @property {number} warnings
 * @property {null | {mode: string, information_fraction: number, planned_units: number | null,
 *   days_left: number | null, complete: boolean}} plan
 * @property {null | {metric: string, direction: Metric["direction"], unit: string, comparisons: {variant: string,
 *   lift: number | null, lift_interval: Interval | null, significant: boolean, reason?: string,
 *   deciding: Deciding}[]}} primary
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
