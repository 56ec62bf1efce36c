// Made from docs/schema/report.schema.json by web/types.mjs (npm run types); not to be edited.

/**
 * imported: only the store, or a table, knows it.
 */
export type Status = "draft" | "running" | "stopped" | "imported";
/**
 * ISO 8601, in UTC.
 */
export type Time = string;
export type Count = number;
/**
 * Those with a weight above 0.
 */
export type Variants = string[];
export type Observed = Count[];
/**
 * Empty where it was not tested.
 */
export type Expected = number[];
export type PValueOrNull = number | null;
/**
 * Why a number beside it is null: insufficient_data, zero_variance, zero_control_mean, zero_denominator, invalid_input, not_attainable; unbounded, where the control's mean cannot be told from 0; withheld, of an INVALID experiment; or a few words.
 */
export type Reason = string;
export type TimeOrNull = Time | null;
export type NumberOrNull = number | null;
export type NonNegativeOrNull = number | null;
export type IntervalOrNull = Interval | null;
/**
 * Lower and upper bound, both finite.
 *
 * @minItems 2
 * @maxItems 2
 */
export type Interval = [number, number];
/**
 * Which way is better.
 */
export type Direction = "increase" | "decrease" | "none";
export type ShareOrNull = number | null;
export type SequentialMode = "fixed" | "group_sequential" | "always_valid";
export type Level = number;
/**
 * See docs/verdicts.md.
 */
export type Verdict =
  "INVALID" | "STOP_HARM" | "GUARDRAIL_FAIL" | "SHIP" | "NO_EFFECT" | "INCONCLUSIVE" | "KEEP_RUNNING";

/**
 * What an analysis found: `crossfade analyze EXPERIMENT --format json` and `GET /api/v1/experiments/KEY/results`. A number that could not be computed is null, and the `reason` beside it says why.
 */
export interface Report {
  /**
   * Its key; of a table the file's name.
   */
  experiment: string;
  /**
   * Empty where the configuration does not know the experiment.
   */
  hypothesis: string;
  /**
   * Empty where the configuration does not know the experiment.
   */
  owner: string;
  status: Status;
  version: number;
  /**
   * Key of the control; null where no variant is known.
   */
  control: string | null;
  /**
   * Of the intervals.
   */
  confidence_level: number;
  /**
   * Of the experiment, whatever was asked for.
   */
  configured_confidence_level: number;
  /**
   * How the intervals of lifts are computed: the exact dual of the test, by the variance of a ratio, or as notebooks do.
   */
  lift_method: "fieller" | "delta" | "naive";
  /**
   * Time before which data count; null: all of them.
   */
  until: Time | null;
  /**
   * End of the last session that counted.
   */
  data_through: Time | null;
  units: UnitsByVariant;
  /**
   * That metrics can be split by.
   */
  dimensions: string[];
  excluded: Excluded;
  srm: Srm;
  health: Health;
  /**
   * The primary one first, then secondary ones, guardrails and others; those that were asked for.
   */
  metrics: Metric[];
  plan?: PlanProgress;
  /**
   * Of the primary metric with other running experiments; left out where there are none.
   */
  interactions?: Interaction[];
  distributions?: Distributions;
  traffic?: Traffic;
  decision: Decision;
}
/**
 * Exposed units by variant, control first.
 */
export interface UnitsByVariant {
  [k: string]: Count;
}
/**
 * Units that are left out.
 */
export interface Excluded {
  /**
   * Seen in several variants.
   */
  multiple_variants: number;
  /**
   * Forced into a variant.
   */
  overrides: number;
}
/**
 * Sample ratio mismatch: are the units split as the weights say? Arrays in the order of `variants`.
 */
export interface Srm {
  variants: Variants;
  observed: Observed;
  expected: Expected;
  /**
   * Nobody configured any.
   */
  equal_weights_assumed: boolean;
  /**
   * Chi-square.
   */
  statistic: number | null;
  dof: number | null;
  p_value: PValueOrNull;
  /**
   * p_value below 0.001.
   */
  mismatch: boolean;
  /**
   * Of the multinomial test that may be looked at after every unit.
   */
  always_valid_p_value: number | null;
  reason?: Reason;
}
/**
 * Can the numbers be trusted?
 */
export interface Health {
  first_exposure: TimeOrNull;
  last_exposure: TimeOrNull;
  /**
   * Of the calendar in UTC, from the first exposure to the end of the data, both counted.
   */
  days: number;
  /**
   * Before which nothing is shipped.
   */
  minimum_days: number;
  primary_defined: MetricShares;
  balance?: Balance;
  /**
   * None of tables.
   */
  tracks_minus_time_per_session: SessionBudget[];
  /**
   * By each dimension that was asked for.
   */
  segments?: SegmentSrm[];
  /**
   * In this experiment, from its first exposure to the end of the data, oldest first.
   */
  configuration_changes: ConfigurationChange[];
  /**
   * Of the store, that stand: `crossfade store exclude --list` shows them. Only where there are any.
   */
  exclusions?: number;
  /**
   * Those of `warnings` that no check tells.
   */
  data_warnings: string[];
  /**
   * Sentences; none when all is well.
   */
  warnings: string[];
}
/**
 * Is the primary metric missing more often in one variant than in another?
 */
export interface MetricShares {
  metric: string;
  variants: DefinedShare[];
  /**
   * Chi-square; null where all have a value, or nobody.
   */
  p_value: number | null;
  reason?: Reason;
}
export interface DefinedShare {
  variant: string;
  /**
   * Units that have a value.
   */
  n: number;
  /**
   * Of the variant's units; null where there are none.
   */
  share: number | null;
}
/**
 * Did the variants differ before anybody was exposed? The primary metric over those days. Left out where it has no look-back, or nobody has a history.
 */
export interface Balance {
  metric: string;
  lookback_days: number;
  /**
   * That the share of units with a history is the same in all variants.
   */
  share_p_value: number | null;
  variants: VariantHistory[];
  comparisons: HistoryComparison[];
}
export interface VariantHistory {
  variant: string;
  /**
   * Units that have a history.
   */
  n: number;
  mean: NumberOrNull;
  standard_deviation: NonNegativeOrNull;
  /**
   * Of the variant's units.
   */
  share: number | null;
  reason?: Reason;
}
export interface HistoryComparison {
  variant: string;
  effect: NumberOrNull;
  standard_error: NonNegativeOrNull;
  interval: IntervalOrNull;
  /**
   * Welch's.
   */
  p_value: number | null;
  reason?: Reason;
}
/**
 * Mean over units of (tracks - time) / sessions: a simulated listener's session budget, whatever is recommended.
 */
export interface SessionBudget {
  variant: string;
  n: Count;
  mean: NumberOrNull;
  standard_error: NonNegativeOrNull;
  reason?: Reason;
}
/**
 * Sample ratio mismatch within a level of a dimension; the p-value is adjusted for the levels.
 */
export interface SegmentSrm {
  dimension: string;
  level: string;
  variants: Variants;
  observed: Observed;
  expected: Expected;
  /**
   * Nobody configured any.
   */
  equal_weights_assumed: boolean;
  statistic: NonNegativeOrNull;
  dof: number | null;
  /**
   * Times the number of levels tested, at most 1.
   */
  p_value: number | null;
  /**
   * p_value below 0.001.
   */
  mismatch: boolean;
  /**
   * Not adjusted.
   */
  always_valid_p_value: number | null;
  reason?: Reason;
}
export interface ConfigurationChange {
  at: Time;
  /**
   * Of the configuration that became active.
   */
  checksum: string;
  /**
   * Sentences.
   */
  changes: string[];
}
export interface Metric {
  metric: string;
  type: "mean" | "ratio" | "proportion" | "quantile" | "retention";
  /**
   * other: a standard metric that the experiment did not ask for.
   */
  role: "primary" | "secondary" | "guardrail" | "other";
  direction: Direction;
  /**
   * Of measurement, for people: "ms".
   */
  unit: string;
  /**
   * One line.
   */
  definition: string;
  /**
   * Of the p-values.
   */
  adjustment: "holm" | "benjamini_hochberg" | "none";
  /**
   * Of a guardrail: the relative loss that is still acceptable, a fraction. A secondary metric can be guarded as well.
   */
  margin?: number;
  /**
   * For people: "not measured".
   */
  note?: string;
  /**
   * A SELECT that gives variant, n and mean from the store; none of tables, or while nobody was seen.
   */
  sql?: string;
  winsorized?: Winsorized;
  /**
   * Control first.
   */
  variants: VariantSummary[];
  /**
   * Of the treatments, in the same order.
   */
  comparisons: Comparison[];
  /**
   * By each dimension that was asked for.
   */
  segments?: Segments[];
  /**
   * Of each treatment, where it was asked for.
   */
  by_day?: EffectByDay[];
}
/**
 * Where values were cut off.
 */
export interface Winsorized {
  lower: NumberOrNull;
  upper: NumberOrNull;
  /**
   * Whose value was.
   */
  units: number;
}
export interface VariantSummary {
  variant: string;
  /**
   * Units that have a value.
   */
  n: number;
  mean: NumberOrNull;
  standard_deviation: NonNegativeOrNull;
  reason?: Reason;
}
/**
 * One treatment against the control.
 */
export interface Comparison {
  variant: string;
  /**
   * Treatment - control, in the metric's unit.
   */
  effect: number | null;
  /**
   * Of the effect.
   */
  standard_error: number | null;
  /**
   * Null where the test is a normal one.
   */
  dof: number | null;
  /**
   * Of a single look.
   */
  p_value: number | null;
  /**
   * By the metric's `adjustment`.
   */
  adjusted_p_value: number | null;
  /**
   * Of the effect.
   */
  interval: Interval | null;
  /**
   * Effect by |control mean|, a fraction.
   */
  lift: number | null;
  lift_interval: IntervalOrNull;
  /**
   * adjusted_p_value below 1 - confidence_level.
   */
  significant: boolean;
  reason?: Reason;
  /**
   * Of a selected secondary effect, as wide as reading only what was selected asks for (false coverage rate).
   */
  fcr_interval?: Interval;
  cuped?: Cuped;
  always_valid?: AlwaysValid;
  group_sequential?: GroupSequential;
  bayesian?: Bayesian;
  mde?: Detectable;
  guardrail?: Guardrail;
  deciding?: Deciding;
}
/**
 * The comparison after what units did before their first exposure is taken out. Left out where there is no history.
 */
export interface Cuped {
  /**
   * Of the units of both variants.
   */
  share_with_history: number;
  /**
   * Of the effect, a share.
   */
  variance_reduction: number | null;
  effect: NumberOrNull;
  standard_error: NonNegativeOrNull;
  dof: NonNegativeOrNull;
  p_value: PValueOrNull;
  /**
   * By the metric's `adjustment`.
   */
  adjusted_p_value: number | null;
  /**
   * Of the effect.
   */
  interval: Interval | null;
  /**
   * By the control's mean before anything is taken out.
   */
  lift: number | null;
  lift_interval: IntervalOrNull;
  reason?: Reason;
}
/**
 * Holds however often one looks. Of the primary metric and of guardrails.
 */
export interface AlwaysValid {
  p_value: PValueOrNull;
  /**
   * Holm over the treatments; of a guardrail the p-value itself.
   */
  adjusted_p_value: number | null;
  /**
   * Of the effect.
   */
  interval: Interval | null;
  lift_interval: IntervalOrNull;
  reason?: Reason;
}
/**
 * One look of a group sequential plan at the primary metric; of a plan that has ended the last one, whatever came later.
 */
export interface GroupSequential {
  /**
   * |z| at which it rejects; null: nothing may be spent yet.
   */
  bound: number | null;
  /**
   * z of the effect.
   */
  statistic: number | null;
  crossed: boolean;
  effect: NumberOrNull;
  /**
   * Of the effect, with `bound` as multiplier.
   */
  interval: Interval | null;
  lift: NumberOrNull;
  lift_interval: IntervalOrNull;
  reason?: Reason;
}
/**
 * The effect as a probability, with a prior on the lift.
 */
export interface Bayesian {
  /**
   * That the variant is better.
   */
  chance_to_win: number | null;
  /**
   * Of shipping it, as a lift.
   */
  expected_loss: number | null;
  posterior_lift: NumberOrNull;
  /**
   * Credible.
   */
  lift_interval: Interval | null;
  reason?: Reason;
}
/**
 * Relative effects that a single look at this precision finds with the wanted power.
 */
export interface Detectable {
  achieved: NonNegativeOrNull;
  /**
   * Of the metric or the plan.
   */
  target: number | null;
  /**
   * More than there are, in both variants, until the target is achieved; 0: it is.
   */
  units_needed: number | null;
}
export interface Guardrail {
  /**
   * Relative loss that is still acceptable, a fraction.
   */
  margin: number;
  /**
   * One-sided, of "the loss is at least the margin".
   */
  p_value: number | null;
  /**
   * p_value below the plan's alpha, without a plan below 1 - confidence_level.
   */
  non_inferior: boolean;
  /**
   * The whole interval of the lift lies beyond the margin.
   */
  failed: boolean;
  reason?: Reason;
}
/**
 * The numbers that the verdict goes by: of the primary metric.
 */
export interface Deciding {
  /**
   * Null: there are none.
   */
  by: "single_look" | "cuped" | "always_valid" | "group_sequential" | null;
  lift: NumberOrNull;
  lift_interval: IntervalOrNull;
  /**
   * That test finds a difference, or harm is shown, which counts at any time.
   */
  significant: boolean;
}
/**
 * A metric within the levels of a dimension; none of quantiles.
 */
export interface Segments {
  dimension: string;
  levels: SegmentLevel[];
  /**
   * Of each treatment.
   */
  heterogeneity: Heterogeneity[];
}
export interface SegmentLevel {
  level: string;
  /**
   * Control first.
   */
  variants: VariantSummary[];
  comparisons: Comparison[];
}
/**
 * Is the effect the same in every segment? Cochran's Q.
 */
export interface Heterogeneity {
  variant: string;
  q_statistic: NonNegativeOrNull;
  dof: number | null;
  p_value: PValueOrNull;
  /**
   * Holm over the dimensions.
   */
  adjusted_p_value: number | null;
  i_squared: ShareOrNull;
  reason?: Reason;
}
/**
 * The effect by days since each unit's first exposure, and its slope.
 */
export interface EffectByDay {
  variant: string;
  days: DailyEffect[];
  /**
   * In the metric's unit a day.
   */
  slope: number | null;
  slope_standard_error: NonNegativeOrNull;
  slope_interval: IntervalOrNull;
  /**
   * Of no slope.
   */
  p_value: number | null;
  reason?: Reason;
}
export interface DailyEffect {
  /**
   * From 0.
   */
  day: number;
  /**
   * Units in control and treatment.
   */
  n: number;
  effect: NumberOrNull;
  standard_error: NonNegativeOrNull;
  interval: IntervalOrNull;
}
/**
 * Where an experiment stands in its plan; left out where it has none.
 */
export interface PlanProgress {
  mode: SequentialMode;
  alpha: Level;
  power: Level;
  /**
   * The relative effect that matters.
   */
  mde: number | null;
  duration_days: NonNegativeOrNull;
  planned_looks: number | null;
  /**
   * In all variants; of the plan, or computed from its mde.
   */
  planned_units: number | null;
  units: Count;
  /**
   * Units by planned_units; 0 where that is not known.
   */
  information_fraction: number;
  /**
   * Information fractions of the looks that count, this one last if it is one.
   */
  looks: number[];
  /**
   * Looks of anybody so far, this one counted if it is one.
   */
  peeks: number;
  /**
   * Of a group sequential plan.
   */
  alpha_spent: number | null;
  /**
   * At the pace so far.
   */
  days_left: number | null;
  complete: boolean;
  /**
   * End of the data that decide, of the last recorded look; null: of all that are shown.
   */
  as_of: Time | null;
  /**
   * A look at the data that are shown would be another one.
   */
  look_due: boolean;
  /**
   * One sentence: what the error rate still holds for.
   */
  guarantee: string;
}
/**
 * Does another experiment change the effect of this one?
 */
export interface Interaction {
  /**
   * The other one.
   */
  experiment: string;
  /**
   * Of this experiment, against its control.
   */
  variant: string;
  /**
   * Of the other, against its control.
   */
  other_variant: string;
  estimate: NumberOrNull;
  standard_error: NonNegativeOrNull;
  p_value: PValueOrNull;
  /**
   * Holm over all that are tested.
   */
  adjusted_p_value: number | null;
  interval: IntervalOrNull;
  /**
   * That the two assignments are independent.
   */
  assignment_p_value: number | null;
  reason?: Reason;
}
/**
 * How sessions are distributed in each variant, where it was asked for.
 */
export interface Distributions {
  session_time: SessionTime;
  sessions_per_unit: {
    /**
     * Control first.
     */
    variants: SessionsPerUnit[];
  };
}
/**
 * Of ended sessions, in track lengths.
 */
export interface SessionTime {
  /**
   * Of the bins, one more than there are counts; the last bin holds what is above it, too.
   */
  edges: number[];
  /**
   * Control first.
   */
  variants: SessionTimes[];
  /**
   * Of the treatments; none where effects are withheld.
   */
  comparisons: QuantileEffects[];
}
export interface SessionTimes {
  variant: string;
  sessions: Count;
  /**
   * Over sessions, not over units.
   */
  mean: number | null;
  /**
   * Of the sessions in each bin.
   */
  counts: Count[];
  quantiles: SessionQuantile[];
}
export interface SessionQuantile {
  /**
   * 0.1: a tenth of the sessions is shorter.
   */
  level: number;
  value: NumberOrNull;
}
export interface QuantileEffects {
  variant: string;
  quantiles: QuantileEffect[];
}
export interface QuantileEffect {
  /**
   * 0.1: a tenth of the sessions is shorter.
   */
  level: number;
  /**
   * Treatment - control.
   */
  effect: number | null;
  /**
   * With units as clusters.
   */
  standard_error: number | null;
  interval: IntervalOrNull;
  p_value: PValueOrNull;
  reason?: Reason;
}
export interface SessionsPerUnit {
  variant: string;
  units: Count;
  mean: NumberOrNull;
  /**
   * [k]: units with k ended sessions; the last one: that many or more.
   */
  counts: Count[];
}
/**
 * What the variants served, where it was asked for and anybody was seen.
 */
export interface Traffic {
  /**
   * A track of which less was heard is skipped; a fraction.
   */
  skip_threshold: number;
  /**
   * Control first.
   */
  variants: VariantTraffic[];
}
export interface VariantTraffic {
  variant: string;
  /**
   * As configured; null where nobody configured one.
   */
  recommender: string | null;
  /**
   * Most first.
   */
  answers: AnswerShare[];
  /**
   * Of the answers whose recommender is known, those that another one than the variant's own gave.
   */
  fallback_share: number | null;
  reason?: Reason;
  /**
   * The same in all variants.
   */
  days: TrafficDay[];
  positions: Position[];
}
export interface AnswerShare {
  /**
   * Who really chose; null where the log does not say.
   */
  recommender: string | null;
  answers: Count;
  /**
   * Of all answers of the variant.
   */
  share: number;
}
export interface TrafficDay {
  /**
   * In UTC.
   */
  day: string;
  new_units: Count;
  active_units: Count;
  sessions: Count;
  requests: Count;
  latency_ms: Latency;
}
/**
 * Of answers, in milliseconds.
 */
export interface Latency {
  n: Count;
  mean: NonNegativeOrNull;
  standard_deviation: NonNegativeOrNull;
  p95: NonNegativeOrNull;
}
/**
 * What was played at one place in a session; units are clusters.
 */
export interface Position {
  /**
   * From 0.
   */
  position: number;
  playbacks: Count;
  /**
   * Share of which less than `skip_threshold` was heard.
   */
  skipped: number | null;
  skipped_standard_error: NonNegativeOrNull;
  /**
   * Within 0 and 1.
   */
  skipped_interval: Interval | null;
  /**
   * Mean fraction.
   */
  listened: number | null;
  listened_standard_error: NonNegativeOrNull;
  /**
   * Within 0 and 1.
   */
  listened_interval: Interval | null;
}
export interface Decision {
  verdict: Verdict;
  /**
   * The one to ship; null unless SHIP.
   */
  variant: string | null;
  /**
   * One sentence.
   */
  summary: string;
  /**
   * Sentences with the numbers that decided, the deciding one first.
   */
  reasons: string[];
}
/**
 * `crossfade analyze --format json` without an EXPERIMENT, and with `--summary`.
 */
export interface Reports {
  experiments: Report[];
}
/**
 * `GET /api/v1/experiments`: all experiments, in the order of the configuration; then those that only the store knows.
 */
export interface Overview {
  experiments: ExperimentSummary[];
}
export interface ExperimentSummary {
  experiment: string;
  status: Status;
  owner: string;
  hypothesis: string;
  first_exposure: TimeOrNull;
  data_through: TimeOrNull;
  days: Count;
  units: UnitsByVariant;
  /**
   * Null: not tested.
   */
  srm_p_value: number | null;
  srm_mismatch: boolean;
  /**
   * How many the report has.
   */
  warnings: number;
  plan: PlanSummary | null;
  primary: PrimarySummary;
  decision: DecisionSummary;
}
export interface PlanSummary {
  mode: SequentialMode;
  /**
   * Units by planned_units; 0 where that is not known.
   */
  information_fraction: number;
  planned_units: NonNegativeOrNull;
  days_left: NonNegativeOrNull;
  complete: boolean;
}
/**
 * The primary metric.
 */
export interface PrimarySummary {
  metric: string;
  direction: Direction;
  unit: string;
  comparisons: LiftSummary[];
}
/**
 * `deciding` is what the verdict goes by; the other numbers are those of a single look.
 */
export interface LiftSummary {
  variant: string;
  lift: NumberOrNull;
  lift_interval: IntervalOrNull;
  significant: boolean;
  deciding: Deciding;
  reason?: Reason;
}
export interface DecisionSummary {
  verdict: Verdict;
  /**
   * The one to ship; left out unless SHIP.
   */
  variant?: string;
  summary: string;
  reasons: string[];
}
/**
 * `GET /api/v1/experiments/KEY/timeline`: what the report said of the primary metric, day by day.
 */
export interface Timeline {
  experiment: string;
  /**
   * Empty where no variant is known.
   */
  control: string;
  metric: string;
  direction: Direction;
  unit: string;
  confidence_level: Level;
  /**
   * Oldest first, the last one at the end of the data.
   */
  points: TimelinePoint[];
  /**
   * At this version, oldest first.
   */
  looks: Look[];
}
export interface TimelinePoint {
  /**
   * ISO 8601, in UTC.
   */
  until: string;
  units: UnitsByVariant;
  comparisons: Comparison[];
}
/**
 * Somebody looked at an experiment that has a plan.
 */
export interface Look {
  at: Time;
  data_through: Time;
  units: Count;
}
