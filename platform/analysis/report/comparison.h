#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/analysis/report/interval.h"

// Treatments against the control, as far as a Report tells of them.
namespace crossfade::analysis {

// How the interval of a lift is computed. Verdicts are by fieller, whatever is shown.
enum class LiftInterval {
  fieller,  // the exact dual of the absolute test
  delta,    // first-order variance of the ratio
  naive,    // the absolute interval divided by the control's mean, as notebooks do: too narrow for large lifts
};
std::string_view to_string(LiftInterval method);

struct VariantSummary {
  std::string variant;
  std::int64_t n = 0;  // units that have a value
  std::optional<double> mean;
  std::optional<double> standard_deviation;
  std::string reason;
};

// Holds however often and whenever one looks, which the other p-values and intervals do not.
struct AlwaysValid {
  std::optional<double> p_value;
  std::optional<double> adjusted_p_value;  // Holm over the treatments; of a guardrail: p_value
  std::optional<Interval> interval;
  // By Fieller with the same multiplier: excludes 0 exactly when `interval` does.
  std::optional<Interval> lift_interval;
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

}  // namespace crossfade::analysis
