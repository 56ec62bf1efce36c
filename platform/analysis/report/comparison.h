#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/analysis/report/interval.h"
#include "platform/core/time.h"

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

// Of a comparison that nothing is concluded from yet: the smaller variant is smaller than a sequence may begin with.
inline constexpr std::string_view kTooSmall = "too_small";

// Holds however often and whenever one looks, which the other p-values and intervals do not. Its level is the deciding
// alpha, whatever confidence level is shown; where several treatments share alpha, that at which Holm tests each.
struct AlwaysValid {
  std::optional<double> p_value;
  std::optional<double> adjusted_p_value;  // Holm over the treatments; of a guardrail: p_value
  // Both exclude no effect exactly where adjusted_p_value is below alpha.
  std::optional<Interval> interval;
  std::optional<Interval> lift_interval;  // none, with `reason`, where the control's mean cannot be told from 0
  // Where the reason is kTooSmall: units of the smaller variant that it takes, or blocks where there are such.
  std::optional<std::int64_t> units_needed = std::nullopt;
  std::string reason;
};

// Whether the single look, or a boundary, can be trusted with values as skewed as these and variants of these sizes:
// stats::skewed_tail. Always-valid intervals do not depend on it.
struct Skew {
  double skewness = 0;            // of the units' values, both variants together; of ratios linearised
  std::int64_t units = 0;         // in the smaller variant
  std::int64_t units_needed = 0;  // in the smaller variant, from which on no tail is larger than alpha
  bool of_treatment = false;      // the treatment is the smaller one
  bool trusted = true;
};

// The comparison with what units did before their first exposure taken out (CUPED): the same effect, measured more
// precisely. It decides where there is one.
struct AdjustedComparison {
  bool regression = false;                   // on several covariates (Lin), instead of CUPED
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
  std::optional<Skew> skew;
  std::string reason;
};

// The single look at the end of a plan, at the plan's alpha, which several treatments share as Holm shares it; after
// CUPED, where there is history.
struct PlannedLook {
  std::optional<Interval> interval;
  std::optional<Interval> lift_interval;
  std::string reason = {};
};

// After a group sequential test has stopped, when what was seen is too large on average: as often above the effect as
// below it.
struct UnbiasedEffect {
  double effect = 0;
  Interval interval;
  double lift = 0;
  Interval lift_interval;
};

// One look of a group sequential test, of the unadjusted effect.
struct GroupSequentialLook {
  double bound = 0;                 // |z| at which this look rejects, at alpha / treatments
  std::optional<double> statistic;  // z of the effect: as far out as its t, or the pooled z of shares
  bool crossed = false;
  // Other than the comparison's own where a plan has ended: its last look stands, whatever came later.
  std::optional<double> effect;
  std::optional<double> lift;
  std::optional<Interval> interval;  // of the effect, and of the lift: exclude no effect exactly where it crossed
  std::optional<Interval> lift_interval;
  std::optional<UnbiasedEffect> unbiased = std::nullopt;  // where this look crossed its bound
  std::string reason;
};

// Prior and data that disagree like this, or more, are seen in one of a hundred experiments that the prior is about.
inline constexpr double kPriorConflict = 0.01;

// The effect as a probability, with a prior on the lift.
struct BayesianView {
  std::optional<double> chance_to_win;  // that the variant is better
  std::optional<double> expected_loss;  // of shipping it, as a lift
  std::optional<double> posterior_lift;
  std::optional<Interval> lift_interval;  // credible
  // How surprising the data are to who believes the prior: their two-sided p under it. Where it is small the prior is
  // not about experiments like this one, and neither are the numbers above.
  std::optional<double> prior_conflict;
  std::string reason;
};

// Relative effects that the test that decides finds with the wanted power, if what is there is the end; a single look
// where the metric decides nothing.
struct Detectable {
  std::optional<double> achieved;
  std::optional<double> target;        // of the metric or the plan
  std::optional<double> units_needed;  // exposed, in both variants, more than there are, to find the target; 0: enough
};

// Is the loss of a guardrail smaller than its margin, or larger? Asked of treatment - (1 -+ margin) x control, without
// CUPED, always-valid; the single look at the end of a fixed plan asks once, by one-sided tests. Each at the deciding
// alpha.
struct GuardrailResult {
  double margin = 0;                   // relative loss that is still acceptable
  std::optional<double> p_value;       // of "the loss is at least the margin": of that single look, else always-valid
  std::optional<double> harm_p_value;  // of "the loss is at most the margin": always-valid
  std::optional<double> planned_harm_p_value = std::nullopt;  // the same of that single look; none before it
  bool non_inferior = false;                                  // p_value < alpha
  bool harmed = false;                                        // harm_p_value < alpha
  bool failed = false;                                        // planned_harm_p_value < alpha, and not harmed
  std::string reason;
};

// Whose interval the verdict goes by.
enum class DecidingInterval { single_look, cuped, always_valid, group_sequential };
std::string_view to_string(DecidingInterval kind);

// The numbers of a comparison that the verdict goes by; none where there are none, with `reason`.
struct Deciding {
  // After CUPED, where there is history, but not of a group sequential test.
  std::optional<double> effect;
  std::optional<double> lift;
  std::optional<DecidingInterval> by = std::nullopt;
  std::optional<Interval> interval = std::nullopt;  // of the effect
  std::optional<Interval> lift_interval = std::nullopt;
  // Whose numbers they are, for people: "always-valid, after CUPED", "boundary of look 3", "planned look"; "" of none.
  std::string label = {};
  // Of an earlier look, which decides: the end of its data.
  std::optional<Timestamp> as_of = std::nullopt;
  // The interval excludes no effect, and so does that of the lift, where there is one. Before the end of a plan with a
  // single look it is the always-valid interval, which holds at any time; the plan itself still waits for its end.
  bool significant = false;
  std::string reason = {};  // why there is no interval of the effect, or none of the lift
};

// What an earlier snapshot of a table of figures said, by the always-valid test.
struct SnapshotLook {
  std::string at;      // as the table has it
  std::int64_t n = 0;  // units of both variants that had a value
  std::optional<double> effect;
  std::optional<double> p_value;
  std::optional<Interval> interval;  // of the effect
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
  // Where units were measured in blocks: in how many both variants were; and those that were left out, since one was
  // not.
  std::optional<std::int64_t> blocks = std::nullopt;
  std::int64_t incomplete_blocks = 0;
  bool significant = false;  // adjusted_p_value < 1 - the level that is shown; decides nothing
  // Of a secondary metric that the correction for many metrics selected: an interval of the effect as wide as reading
  // only what was selected asks for (false coverage rate).
  std::optional<Interval> fcr_interval = std::nullopt;
  std::string reason;
  std::optional<Skew> skew;                    // of means and ratios
  std::optional<AdjustedComparison> adjusted;  // where there is history
  std::optional<AlwaysValid> always_valid;     // of the primary metric and of guardrails
  std::vector<SnapshotLook> looks = {};  // of several snapshots, oldest first; always_valid is of all of them together
  std::optional<PlannedLook> planned;    // where there is a plan
  std::optional<GroupSequentialLook> group_sequential;  // of the primary metric, in that mode
  std::optional<BayesianView> bayesian;
  std::optional<Detectable> detectable;
  std::optional<GuardrailResult> guardrail;
  std::optional<Deciding> deciding;  // of the primary metric and of guardrails
};

}  // namespace crossfade::analysis
