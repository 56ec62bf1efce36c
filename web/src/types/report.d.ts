// Made from docs/schema/report.schema.json by web/types.mjs (npm run types); not to be edited.

/**
 * imported: only the store, or a table, knows it.
 */
export type Status = "draft" | "running" | "stopped" | "imported";
/**
 * ISO 8601, in UTC.
 */
export type Time = string;
/**
 * Null: nothing, or it is not stopped.
 */
export type DecidedOrNull = Decided | null;
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
 * Why a number beside it is null: insufficient_data, zero_variance, zero_control_mean, zero_denominator, invalid_input, not_attainable; unbounded, where the control's mean cannot be told from 0; too_small, of what nothing is concluded from yet; withheld, of an INVALID experiment; or a few words.
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
 * The worst of the warnings. serious: the numbers may be of something else than their names say, as of units that are no random split, or of answers that mostly came from another recommender.
 */
export type HealthGrade = "ok" | "warning" | "serious";
/**
 * Which way is better.
 */
export type Direction = "increase" | "decrease" | "none";
export type ShareOrNull = number | null;
export type SequentialMode = "fixed" | "group_sequential" | "always_valid";
export type Level = number;
/**
 * Lower and upper bound, both finite.
 *
 * @minItems 2
 * @maxItems 2
 */
export type Interval1 = [number, number];
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
   * Of the intervals that are shown; decides nothing.
   */
  confidence_level: number;
  /**
   * Of the experiment, whatever was asked for; without a plan it decides.
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
  /**
   * When this version was stopped, or taken out of the configuration: sessions that began later do not count. Null: it runs, or nobody saw it end.
   */
  ended: Time | null;
  decided: DecidedOrNull;
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
  /**
   * Of the primary metric: of what is shipped, and of what an ended experiment found; left out where there is neither.
   */
  after_launch?: AfterLaunch[];
  distributions?: Distributions;
  traffic?: Traffic;
  provenance: Provenance;
  decision: Decision;
}
/**
 * What a stopped experiment has led to, by its configuration.
 */
export interface Decided {
  /**
   * Whose parameters units get since.
   */
  variant: string;
  on: string;
  why: string | null;
  learned: string | null;
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
   * The p-value that decides is below 0.001.
   */
  mismatch: boolean;
  /**
   * Of the multinomial test that may be looked at after every unit.
   */
  always_valid_p_value: number | null;
  /**
   * The always-valid test while units come in, the chi-square of what has ended or was not tested.
   */
  decided_by: "always_valid" | "chi_square";
  /**
   * ISO 8601, in UTC.
   */
  as_of?: string;
  reason?: Reason;
}
/**
 * Can the numbers be trusted?
 */
export interface Health {
  first_exposure: TimeOrNull;
  /**
   * By when one in a hundred of the units had been seen: days are counted from then.
   */
  exposed_from: Time | null;
  last_exposure: TimeOrNull;
  /**
   * Of the calendar in UTC, from `exposed_from` to the last session that began, both counted.
   */
  days: number;
  /**
   * That a decision wants: the duration of the plan, else `defaults: {minimum_days}`; 0: of a table.
   */
  minimum_days: number;
  /**
   * There are fewer, and nothing is shipped before: real listeners, and it runs. Where it is false they are advice.
   */
  waits_for_days: boolean;
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
  split?: SplitSearch;
  /**
   * In this experiment, from its first exposure to the end of the data, oldest first.
   */
  configuration_changes: ConfigurationChange[];
  /**
   * Units that got a parameter from another experiment, in a configuration that two of them set it in; one entry for each.
   */
  served_otherwise: ServedOtherwise[];
  /**
   * Of the store, that stand: `crossfade store exclude --list` shows them. Only where there are any.
   */
  exclusions?: number;
  grade: HealthGrade;
  /**
   * Those of `warnings` after which the numbers may be of something else than their names say.
   */
  serious_warnings: string[];
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
   * The p-value that decides is below 0.001.
   */
  mismatch: boolean;
  /**
   * Adjusted for the levels, too.
   */
  always_valid_p_value: number | null;
  /**
   * The always-valid test while units come in, the chi-square of what has ended or was not tested.
   */
  decided_by: "always_valid" | "chi_square";
  reason?: Reason;
}
/**
 * Of a sample ratio mismatch: where it comes from. Only where there is one, and units can be told apart.
 */
export interface SplitSearch {
  /**
   * The order of the arrays in `parts`.
   */
  variants: string[];
  /**
   * First day (UTC) of those on which the units first seen are not split as configured; null where it was so from the beginning, or on single days.
   */
  since: string | null;
  /**
   * Largest chi-square first; 20 at most.
   */
  parts: SplitPart[];
}
/**
 * Units of one level of a dimension, or first seen on one day, against the configured split.
 */
export interface SplitPart {
  /**
   * first_day: the day of the first exposure, UTC.
   */
  dimension: string;
  level: string;
  observed: Count[];
  expected: number[];
  /**
   * Pearson's chi-square.
   */
  statistic: number;
  /**
   * Its share of the sum over the levels of this dimension.
   */
  contribution: number;
  /**
   * Times the number of parts (Bonferroni).
   */
  p_value: number;
  /**
   * Of the split of all other units: high where the fault is in this part.
   */
  p_value_without: number | null;
  /**
   * As of all units, of these.
   */
  since: string | null;
  /**
   * The same in words.
   */
  text: string;
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
  /**
   * A variant became another treatment under the version that it had: the verdict is INVALID.
   */
  treatment: boolean;
}
export interface ServedOtherwise {
  /**
   * The other one, which they are in too.
   */
  experiment: string;
  units: Count;
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
  /**
   * Of each treatment, whether the effect changes over the first seven days since exposure; of the primary metric, where it can be told by days.
   */
  trend?: EffectTrend[];
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
   * adjusted_p_value below 1 - confidence_level; decides nothing.
   */
  significant: boolean;
  reason?: Reason;
  /**
   * Of a selected secondary effect, as wide as reading only what was selected asks for (false coverage rate).
   */
  fcr_interval?: Interval;
  /**
   * Of a table that is compared block by block: the effect and all that follows from it are of these pairs.
   */
  blocks?: {
    /**
     * Blocks with both variants.
     */
    n: number;
    /**
     * Blocks with one of them only.
     */
    left_out: number;
  };
  skew?: Skew;
  cuped?: Cuped;
  always_valid?: AlwaysValid;
  /**
   * Of a table of figures with several snapshots, oldest first: what each of them said. always_valid is of all of them together.
   */
  looks?: SnapshotLook[];
  group_sequential?: GroupSequential;
  bayesian?: Bayesian;
  mde?: Detectable;
  guardrail?: Guardrail;
  deciding?: Deciding;
}
/**
 * Whether a single look, or a boundary, can be trusted with values as skewed and variants as unequal as these. Of means and ratios of the experiment's units; left out of segments, and where only moments are known.
 */
export interface Skew {
  /**
   * Of the units' values, each variant about its own mean.
   */
  skewness: number;
  /**
   * In the smaller variant.
   */
  units: number;
  /**
   * In the smaller variant, from which on no tail of the test is larger than alpha.
   */
  units_needed: number;
  trusted: boolean;
}
/**
 * The comparison after what units did before their first exposure, or the covariates of a table, are taken out. Left out where there are none.
 */
export interface Cuped {
  /**
   * Regression: on several covariates, with a slope for each variant (Lin 2013), HC2 errors.
   */
  method: "cuped" | "regression";
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
   * By the control's mean before anything is taken out; of a regression by its adjusted mean.
   */
  lift: number | null;
  lift_interval: IntervalOrNull;
  skew?: Skew;
  reason?: Reason;
}
/**
 * Holds however often one looks, at the deciding alpha, whatever level is shown. Of the primary metric and of guardrails.
 */
export interface AlwaysValid {
  p_value: PValueOrNull;
  /**
   * Holm over the treatments; of a guardrail the p-value itself.
   */
  adjusted_p_value: number | null;
  /**
   * Of the effect; like that of the lift it excludes 0 exactly where adjusted_p_value is below the deciding alpha.
   */
  interval: Interval | null;
  lift_interval: IntervalOrNull;
  /**
   * With the reason too_small: units of the smaller variant, or blocks of a table, before which nothing is concluded; left out while no event has been seen.
   */
  units_needed?: number;
  reason?: Reason;
}
/**
 * By the always-valid test, at the deciding alpha.
 */
export interface SnapshotLook {
  /**
   * As the table has it.
   */
  snapshot: string;
  /**
   * Units of both variants.
   */
  n: number;
  effect: NumberOrNull;
  p_value: PValueOrNull;
  /**
   * Of the effect.
   */
  interval: Interval | null;
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
   * z of the effect, as far out as its t.
   */
  statistic: number | null;
  crossed: boolean;
  effect: NumberOrNull;
  /**
   * Of the effect; like that of the lift it excludes 0 exactly where the bound is crossed.
   */
  interval: Interval | null;
  lift: NumberOrNull;
  lift_interval: IntervalOrNull;
  /**
   * The median-unbiased effect, where this look crossed its bound: what is seen there is too large on average.
   */
  unbiased: {
    effect: number;
    interval: Interval;
    lift: number;
    lift_interval: Interval;
  } | null;
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
  /**
   * p of the data under the prior: where it is small, the prior is not about such an experiment, and neither are these numbers.
   */
  prior_conflict: number | null;
  reason?: Reason;
}
/**
 * Relative effects that the test that decides (of metrics that decide nothing a single look) finds with the wanted power, if what is there is the end.
 */
export interface Detectable {
  achieved: NonNegativeOrNull;
  /**
   * Of the metric or the plan.
   */
  target: number | null;
  /**
   * Exposed units in both variants, more than there are, with which the target is found; 0: it is.
   */
  units_needed: number | null;
}
export interface Guardrail {
  /**
   * Relative loss that is still acceptable, a fraction.
   */
  margin: number;
  /**
   * Of "the loss is at least the margin": always-valid, but of the single look at the end of a fixed plan.
   */
  p_value: number | null;
  /**
   * Of "the loss is at most the margin", always-valid.
   */
  harm_p_value: number | null;
  /**
   * p_value below the deciding alpha.
   */
  non_inferior: boolean;
  /**
   * harm_p_value below the deciding alpha.
   */
  harmed: boolean;
  /**
   * The single look at the end of a fixed plan finds a loss beyond the margin, and the always-valid test does not yet.
   */
  failed: boolean;
  reason?: Reason;
}
/**
 * The numbers that the verdict goes by: of the primary metric and of guardrails. Table, charts and page show them first.
 */
export interface Deciding {
  /**
   * Null: there are none.
   */
  by: "single_look" | "cuped" | "always_valid" | "group_sequential" | null;
  /**
   * The same for people: "always-valid, after CUPED", "boundary of look 3", "planned look". Null: there are none.
   */
  label: string | null;
  effect: NumberOrNull;
  /**
   * Of the effect.
   */
  interval: Interval | null;
  lift: NumberOrNull;
  lift_interval: IntervalOrNull;
  /**
   * The interval of the effect excludes 0, and lift_interval does, where there is one. Before the end of a plan with a single look it is the always-valid one, which holds at any time.
   */
  significant: boolean;
  /**
   * ISO 8601, in UTC.
   */
  as_of?: string;
  reason?: Reason;
}
/**
 * A metric within the levels of a dimension; none of quantiles.
 */
export interface Segments {
  dimension: string;
  /**
   * Units of the variants that are in no level.
   */
  left_out: {
    /**
     * Nothing is known of them.
     */
    without_value: number;
    /**
     * Rows of a table contradict each other.
     */
    several_values: number;
  };
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
  /**
   * Clustered by unit: units come back.
   */
  slope_standard_error: number | null;
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
 * Below p = 0.001 the change is part of the verdict's words, and a warning.
 */
export interface EffectTrend {
  variant: string;
  /**
   * In the metric's unit a day.
   */
  slope: number | null;
  slope_standard_error: NonNegativeOrNull;
  /**
   * Of no slope.
   */
  p_value: number | null;
  /**
   * Holm, over the treatments.
   */
  adjusted_p_value: number | null;
  /**
   * Of the days that have an effect.
   */
  first: DailyEffect | null;
  last: DailyEffect | null;
  reason?: Reason;
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
   * Exposed units in all variants; of the plan, or computed from its mde, as `crossfade plan` does.
   */
  planned_units: number | null;
  /**
   * What planned_units were told from; null where they do not follow from the mde, or cannot be told yet.
   */
  size: {
    /**
     * When a look fixed them; null: every look tells them anew.
     */
    fixed: Time | null;
    /**
     * Exposed, that they were told from.
     */
    from_units: number;
    /**
     * The same as a sentence or two.
     */
    words: string;
  } | null;
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
 * What a treatment that won is to be expected to bring after launch: it was chosen because it looked large.
 */
export interface AfterLaunch {
  variant: string;
  /**
   * The lift that decided.
   */
  seen: number;
  /**
   * That is to be expected.
   */
  lift: number;
  interval: Interval1;
  /**
   * Where it comes from how large true lifts are: ended experiments, or the configured prior.
   */
  by: "shrinkage" | "prior";
  /**
   * Ended ones with the same primary metric, one treatment and a lift.
   */
  experiments: number;
  /**
   * Of true lifts, before these data.
   */
  mean: number;
  /**
   * Their standard deviation.
   */
  spread: number;
  /**
   * The same as a sentence.
   */
  words: string;
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
/**
 * Where the data come from, and who made this report.
 */
export interface Provenance {
  /**
   * That analysed: version and commit.
   */
  program: string;
  /**
   * Of the latest run; null where none is known: of a table, of a store of before.
   */
  clock: "real" | "simulated" | null;
  /**
   * Each time that a program began to log what may count for the experiment; the latest 20, oldest first.
   */
  runs: Run[];
  /**
   * That are left out.
   */
  earlier_runs: number;
  /**
   * What recommenders served from, once for each time that another content came to be served; the latest 100, oldest first.
   */
  files: ServedFile[];
  /**
   * That are left out.
   */
  earlier_files: number;
}
export interface Run {
  /**
   * ISO 8601, in UTC.
   */
  since: string;
  /**
   * Whose listeners it logged.
   */
  clock: "real" | "simulated";
  command: string;
  /**
   * Version and commit.
   */
  program: string;
  /**
   * Its checksum; empty of an import.
   */
  configuration: string;
  /**
   * Key of this experiment, where it alone was simulated.
   */
  alone?: string;
  simulation?: SimulationRun;
}
/**
 * Of simulated listeners.
 */
export interface SimulationRun {
  world: World;
  seed: number;
  /**
   * That were asked for.
   */
  sessions: number;
  days: Count;
  /**
   * Who took part.
   */
  listeners: number;
}
export interface World {
  /**
   * preset: synthetic; import: of real listening data.
   */
  kind: string;
  /**
   * Of the preset, or of the format.
   */
  name: string;
  seed: number;
  /**
   * CRC-32 and length of its files.
   */
  checksum: string;
  listeners: Count;
}
export interface ServedFile {
  since: Time;
  /**
   * Name of its definition in the configuration.
   */
  recommender: string;
  /**
   * As the definition names it.
   */
  file: string;
  /**
   * Of the content, uncompressed.
   */
  checksum: string;
}
export interface Decision {
  verdict: Verdict;
  /**
   * What stands between the verdict and following it: "but look at 3 warnings first, 1 of them serious". Null where all is well, and of INVALID.
   */
  caution: string | null;
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
  /**
   * Something is called that no look has recorded yet: a look makes it stand. Left out where there is nothing.
   */
  look_due?: true;
  /**
   * The earlier look that called it, where the data of today alone do not: a call stands. Left out otherwise.
   */
  called?: {
    data_through: Time;
    units: number;
  };
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
  decided: DecidedOrNull;
  first_exposure: TimeOrNull;
  data_through: TimeOrNull;
  days: Count;
  units: UnitsByVariant;
  /**
   * Of the test that decides. Null: not tested.
   */
  srm_p_value: number | null;
  srm_mismatch: boolean;
  grade: HealthGrade;
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
   * What stands between the verdict and following it: "but look at 3 warnings first, 1 of them serious". Null where all is well, and of INVALID.
   */
  caution: string | null;
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
