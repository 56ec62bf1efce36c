#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/analysis/report/behaviour.h"
#include "platform/analysis/report/interval.h"
#include "platform/core/configuration.h"
#include "platform/core/configuration_history.h"
#include "platform/core/time.h"

// What an analysis found, as one value: the table, Markdown, CSV, the JSON of the HTTP interface and the page show
// nothing that is not in here. The names are those of the JSON (tests/platform/analysis/report_example.json).
// Every number is finite. One that could not be computed is absent, and `reason` beside it says why, in the words of
// stats::to_string(Undefined): insufficient_data, zero_variance, zero_control_mean, ...; or "unbounded", for a lift
// interval that is no interval because the control's mean cannot be told from 0.
namespace crossfade::analysis {

// How the interval of a lift is computed. Verdicts are by fieller, whatever is shown.
enum class LiftInterval {
  fieller,  // the exact dual of the absolute test
  delta,    // first-order variance of the ratio
  naive,    // the absolute interval divided by the control's mean, as notebooks do: too narrow for large lifts
};
std::string_view to_string(LiftInterval method);

enum class Role {
  primary,    // decides
  secondary,  // explains
  guardrail,  // must not get worse by more than its margin
  other,      // a standard metric that the experiment did not ask for
};
std::string_view to_string(Role role);

enum class Verdict { invalid, stop_harm, guardrail_fail, ship, no_effect, inconclusive, keep_running };
std::string_view to_string(Verdict verdict);  // "INVALID", "STOP_HARM", ...

struct VariantUnits {
  std::string variant;
  std::int64_t units = 0;  // exposed; those seen in several variants not counted

  bool operator==(const VariantUnits&) const = default;
};

// Sample ratio mismatch: are the units split as the weights say?
struct Srm {
  std::vector<std::string> variants;  // those with a weight above 0: the order of the arrays
  std::vector<std::int64_t> observed;
  std::vector<double> expected;
  bool equal_weights_assumed = false;  // nobody configured any
  std::optional<double> statistic;
  std::optional<int> dof;
  std::optional<double> p_value;
  bool mismatch = false;  // p < 0.001
  // Of the multinomial test that may be looked at after every unit.
  std::optional<double> always_valid_p_value;
  std::string reason;

  bool operator==(const Srm&) const = default;
};

// The share of a variant's units that have a value of a metric, for instance an ended session.
struct DefinedShare {
  std::string variant;
  std::int64_t n = 0;
  std::optional<double> share;  // of the variant's units; none where there are none
};

// Is the primary metric missing more often in one variant than in another? Pearson's chi-square over the variants.
struct MetricShares {
  std::string metric;
  std::vector<DefinedShare> variants;
  std::optional<double> p_value;  // none with `reason` where everybody has a value, or nobody
  std::string reason;
};

// Mean over units of (tracks - time) / sessions: a simulated listener's session budget, exactly, in expectation and
// whatever is recommended.
struct SessionBudget {
  std::string variant;
  std::int64_t n = 0;
  std::optional<double> mean;
  std::optional<double> standard_error;
  std::string reason;
};

// Sample ratio mismatch within one level of a dimension.
struct SegmentSrm {
  std::string dimension;
  std::string level;
  Srm srm;  // p_value times the number of levels tested (Bonferroni)
};

struct VariantSummary {
  std::string variant;
  std::int64_t n = 0;  // units that have a value
  std::optional<double> mean;
  std::optional<double> standard_deviation;
  std::string reason;
};

// What the units of a variant did before their first exposure.
struct VariantHistory {
  VariantSummary summary;       // of those with history
  std::optional<double> share;  // of the variant's units that have one
};

struct HistoryComparison {
  std::string variant;
  std::optional<double> effect;
  std::optional<double> standard_error;
  std::optional<Interval> interval;
  std::optional<double> p_value;
  std::string reason;
};

// Did the variants differ before anybody was exposed? Then the split was not random, or the log is wrong.
struct Balance {
  std::string metric;
  int lookback_days = 14;
  std::optional<double> share_p_value;  // that the share of units with history is the same in all variants
  std::vector<VariantHistory> variants;
  std::vector<HistoryComparison> comparisons;
};

struct Health {
  std::optional<Timestamp> first_exposure;
  std::optional<Timestamp> last_exposure;
  int days = 0;  // UTC calendar days from the first exposure to the end of the data, both counted
  int minimum_days = 7;
  MetricShares primary_defined;
  std::optional<Balance> balance;  // of the primary metric; none where it has no look-back, or nobody has history
  std::vector<SessionBudget> tracks_minus_time_per_session;
  std::vector<SegmentSrm> segments;  // by each dimension that was asked for
  // Of this experiment, after its first exposure and up to the end of the data; oldest first.
  std::vector<ConfigurationChange> configuration_changes;
  std::vector<std::string> warnings;       // sentences; empty when all is well
  std::vector<std::string> data_warnings;  // those of them that say which data are not what the configuration asks for
};

// Holds however often and whenever one looks, which the other p-values and intervals do not.
struct AlwaysValid {
  std::optional<double> p_value;
  std::optional<double> adjusted_p_value;  // Holm over the treatments; of a guardrail: p_value
  std::optional<Interval> interval;
  std::optional<Interval>
      lift_interval;  // by Fieller with the same multiplier: excludes 0 exactly when `interval` does
  std::string reason;
};

// The comparison with what units did before their first exposure taken out (CUPED): the same effect, measured more
// precisely. It decides where there is one.
struct AdjustedComparison {
  double share_with_history = 0;             // of the units of both variants
  std::optional<double> variance_reduction;  // of the effect, a share
  std::optional<double> effect;
  std::optional<double> standard_error;
  std::optional<double> dof;
  std::optional<double> p_value;
  std::optional<double> adjusted_p_value;  // for multiplicity, as in Comparison
  std::optional<Interval> interval;
  std::optional<double> lift;  // by |unadjusted control mean|
  std::optional<Interval> lift_interval;
  std::string reason;
};

// The single look at the end of a plan, at the plan's alpha; after CUPED, where there is history.
struct PlannedLook {
  std::optional<Interval> interval;
  std::optional<Interval> lift_interval;
};

// One look of a group sequential test, of the unadjusted effect.
struct GroupSequentialLook {
  double bound = 0;                 // |z| at which this look rejects, at alpha / treatments
  std::optional<double> statistic;  // z of the effect
  bool crossed = false;
  // Other than the comparison's own where a plan has ended: its last look stands, whatever came later.
  std::optional<double> effect;
  std::optional<double> lift;
  std::optional<Interval> interval;  // of the effect, and of the lift, with `bound` as multiplier
  std::optional<Interval> lift_interval;
  std::string reason;
};

// The effect as a probability, with a prior on the lift.
struct BayesianView {
  std::optional<double> chance_to_win;  // that the variant is better
  std::optional<double> expected_loss;  // of shipping it, as a lift
  std::optional<double> posterior_lift;
  std::optional<Interval> lift_interval;  // credible
  std::string reason;
};

// Relative effects that a single look at this precision finds with the wanted power.
struct Detectable {
  std::optional<double> achieved;
  std::optional<double> target;        // of the metric or the plan
  std::optional<double> units_needed;  // in both variants, more than there are, until the target is; 0: reached
};

// Is the effect the same in every segment?
struct Heterogeneity {
  std::optional<double> q_statistic;
  std::optional<int> dof;
  std::optional<double> p_value;
  std::optional<double> adjusted_p_value;  // Holm over the dimensions
  std::optional<double> i_squared;
  std::string reason;
};

struct GuardrailResult {
  double margin = 0;              // relative loss that is still acceptable
  std::optional<double> p_value;  // one-sided, of "the loss is at least the margin"
  bool non_inferior = false;      // p_value < the plan's alpha, without a plan 1 - confidence_level
  bool failed = false;            // the whole lift interval lies beyond the margin
  std::string reason;
};

// Whose interval the verdict goes by.
enum class DecidingInterval { single_look, cuped, always_valid, group_sequential };
std::string_view to_string(DecidingInterval kind);

// The numbers of a comparison that the verdict goes by; none where there are none.
struct Deciding {
  // After CUPED, where there is history, but not of a group sequential test.
  std::optional<double> effect;
  std::optional<double> lift;
  std::optional<DecidingInterval> by = std::nullopt;
  std::optional<Interval> interval = std::nullopt;  // of the effect
  std::optional<Interval> lift_interval = std::nullopt;
  bool significant = false;  // the test of the decision finds a difference, or harm is shown, which counts at any time
};

// One treatment against the control.
struct Comparison {
  std::string variant;
  std::optional<double> effect;  // treatment mean - control mean, in the metric's unit
  std::optional<double> standard_error;
  std::optional<double> dof;
  std::optional<double> p_value;
  std::optional<double> adjusted_p_value;  // by the metric's `adjustment`; "none": the same as p_value
  std::optional<Interval> interval;        // of the effect
  std::optional<double> lift;              // effect / |control mean|, a fraction
  std::optional<Interval> lift_interval;
  bool significant = false;  // adjusted_p_value < 1 - confidence_level
  // Of a secondary metric that the correction for many metrics selected: an interval of the effect as wide as reading
  // only what was selected asks for (false coverage rate).
  std::optional<Interval> fcr_interval = std::nullopt;
  std::string reason;
  std::optional<AdjustedComparison> adjusted;           // where there is history
  std::optional<AlwaysValid> always_valid;              // of the primary metric and of guardrails
  std::optional<PlannedLook> planned;                   // where there is a plan
  std::optional<GroupSequentialLook> group_sequential;  // of the primary metric, in that mode
  std::optional<BayesianView> bayesian;
  std::optional<Detectable> detectable;
  std::optional<GuardrailResult> guardrail;
  std::optional<Deciding> deciding;  // of the primary metric and of guardrails
};

// A metric in the units of one level of a dimension.
struct SegmentComparison {
  std::string level;
  std::vector<VariantSummary> variants;  // control first
  std::vector<Comparison> comparisons;
};

struct MetricSegments {
  std::string dimension;
  std::vector<SegmentComparison> levels;
  std::vector<Heterogeneity> heterogeneity;  // of each treatment
};

// The effect by days since each unit's first exposure, and its slope.
struct DailyEffect {
  int day = 0;  // from 0
  std::int64_t n = 0;
  std::optional<double> effect;
  std::optional<double> standard_error;
  std::optional<Interval> interval;
};

struct EffectByDay {
  std::string variant;
  std::vector<DailyEffect> days;
  std::optional<double> slope;  // in the metric's unit a day
  std::optional<double> slope_standard_error;
  std::optional<Interval> slope_interval;
  std::optional<double> p_value;
  std::string reason;
};

// Does another experiment change the effect of this one?
struct InteractionResult {
  std::string experiment;     // the other one
  std::string variant;        // of this experiment, against its control
  std::string other_variant;  // of the other, against its control
  std::optional<double> estimate;
  std::optional<double> standard_error;
  std::optional<double> p_value;
  std::optional<double> adjusted_p_value;  // Holm over all that are tested
  std::optional<Interval> interval;
  std::optional<double> assignment_p_value;  // that the two assignments are independent
  std::string reason;
};

struct MetricReport {
  std::string metric;
  MetricType type = MetricType::mean;
  Role role = Role::other;
  Direction direction = Direction::none;
  std::string unit;                      // of measurement, for people: "ms"
  std::string definition;                // one line
  std::string sql;                       // a SELECT over the store that gives n and mean; "" of tables
  std::optional<double> margin;          // of a guardrail: the relative loss that is still acceptable
  std::string adjustment;                // "holm", "benjamini_hochberg", "none"
  std::string note;                      // for people: "not measured"; mostly empty
  std::vector<VariantSummary> variants;  // control first
  std::vector<Comparison> comparisons;   // of the treatments, in the same order
  std::optional<double> lower_limit;     // of a winsorised metric: where values were cut off
  std::optional<double> upper_limit;
  std::int64_t limited = 0;              // units that were
  std::vector<MetricSegments> segments;  // by each dimension that was asked for
  std::vector<EffectByDay> by_day;       // of each treatment, where it was asked for
};

// Where an experiment stands in its plan.
struct PlanProgress {
  Plan plan;
  std::optional<double> planned_units;  // in all variants; from the plan, or computed from its mde
  std::int64_t units = 0;
  double information_fraction = 0;    // units / planned_units, at most 1; 0 where that is not known
  std::vector<double> looks;          // information fractions of the looks that count, this one last
  int peeks = 0;                      // looks of anybody at these data so far, this one counted
  std::optional<double> alpha_spent;  // of plan.alpha
  std::optional<double> days_left;    // until the planned units, at the pace so far
  bool complete = false;
  std::string guarantee;  // one sentence: what the error rate still holds for
};

struct Decision {
  Verdict verdict = Verdict::keep_running;
  std::string variant;               // the one to ship; "" unless SHIP
  std::string summary;               // one sentence
  std::vector<std::string> reasons;  // sentences with the numbers that decided, the deciding one first
};

struct Report {
  std::string experiment;
  std::string hypothesis;  // "" where the configuration does not know the experiment
  std::string owner;
  std::string status;  // draft | running | stopped | imported (only the store knows it)
  int version = 1;
  std::string control;
  double confidence_level = 0.95;
  double configured_confidence_level = 0.95;  // where nobody asks for another
  std::optional<Timestamp> until;             // only data from before it count; none: all
  LiftInterval lift_method = LiftInterval::fieller;
  std::optional<Timestamp> data_through;  // end of the last session that counted
  std::vector<VariantUnits> units;        // control first, then as configured (imported: by name)
  std::int64_t multiple_variants = 0;     // units seen in several variants: left out
  std::int64_t overrides = 0;             // units forced into a variant: left out
  Srm srm;
  Health health;
  std::vector<std::string> dimensions;  // that metrics can be split by
  std::vector<MetricReport> metrics;    // the primary one first, then secondary, guardrails, others
  std::optional<PlanProgress> plan;
  std::vector<InteractionResult> interactions;  // of the primary metric with other running experiments
  std::optional<Distributions> distributions;   // where they were asked for
  std::vector<VariantTraffic> traffic;          // where it was asked for; control first
  Decision decision;
};

}  // namespace crossfade::analysis
