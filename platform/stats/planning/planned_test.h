#pragma once

#include <optional>
#include <vector>

#include "platform/stats/looks/spending.h"
#include "platform/stats/numerics/result.h"

// How many units an experiment needs, planned for the test that will decide it: the contrast treatment - r control
// against its standard error, r = 1, or 1 -+ margin for non-inferiority. Not for the lift: an interval of the lift by
// Fieller's method excludes 0 exactly when the difference does, and a lift planned by the delta method asks for a fifth
// too many units (20 % with sd = mean: 479 a variant where 393 do).
namespace crossfade::stats {

// When the data are looked at.
enum class PlannedLooks {
  once,              // at the end
  group_sequential,  // at information_fractions, the last of which is the end
  always_valid,      // whenever; planned is that the end rejects
};

struct PlannedTest {
  // Of a unit: variance of a mean, of the linearised unit of a ratio (ratio_moments), p (1 - p) of a proportion. Must
  // be set, except for a proportion.
  double variance = 0;

  // The control's mean, ratio or rate. Needed for a proportion and for a relative margin. Default: 0.
  double control_mean = 0;

  // A share of units: variances follow from the rates, and without a margin the test is the pooled z, whose error is
  // that of no effect; always-valid it is the larger of the pooled and the unpooled one (DifferenceVariance). Default:
  // false, both variants have the same variance.
  bool proportion = false;

  // The share of the variance that CUPED takes away, in [0, 1). Default: 0.
  double variance_reduction = 0;

  // n_treatment / n_control, above 0: the weights of the two. Default: 1.
  double ratio = 1;

  // Error rate of all looks together; with several treatments, that of one of them. One-sided for non-inferiority.
  // Default: 0.05.
  double alpha = 0.05;

  // Where an effect is looked for; both sides count as found. Not asked with a margin, which has a side of its own.
  // Default: on both.
  Alternative alternative = Alternative::two_sided;

  // Non-inferiority: how much of the control's mean may be lost, in (0, 1). Default (none): superiority.
  std::optional<double> margin = std::nullopt;
  bool higher_is_better = true;

  PlannedLooks looks = PlannedLooks::once;
  // Of PlannedLooks::group_sequential.
  std::vector<double> information_fractions = {};
  Spending spending = {};
  // Of PlannedLooks::always_valid: SequentialOptions::n_star. Default (none): the planned units of both variants.
  std::optional<double> n_star = std::nullopt;
};

struct PlannedSize {
  double n_control = 0;         // where the power is reached exactly
  double n_control_ceil = 0;    // whole
  double n_treatment_ceil = 0;  // n_control x ratio, rounded up
  double inflation = 1;         // by how much more than a single look at the end needs
};

// Errors are taken for known, so a t test of fewer than 30 units a variant needs one or two more. `effect` is the true
// difference treatment - control in the metric's unit: what is to be found, or with a margin what is the case (0:
// none). C. Jennison, B. W. Turnbull: Group Sequential Methods with Applications to Clinical Trials (2000), chapter 2;
// proportions: J. L. Fleiss, B. Levin, M. C. Paik: Statistical Methods for Rates and Proportions, 3rd edition (2003),
// chapter 4; margins: D. Hauschke et al., Statistics in Medicine 18 (1999), 93.
// n_control = (z_alpha + z_power)^2 s^2 (r^2 + 1 / ratio) / (effect + margin)^2, times the inflation.
// not_attainable: an effect of 0 or on the side that is not tested, a target not above alpha, more than 1e15 units;
// zero_variance; zero_control_mean: of a relative margin; invalid_input: something outside its range or not finite, a
// rate that leaves (0, 1), looks that are none, group sequential looks at one side without a margin.
Result<PlannedSize> planned_size(const PlannedTest& test, double effect, double target_power);

// The chance that the test rejects with so many units, which need not be whole. insufficient_data: none;
// not_attainable: group sequential looks at what is worse than its margin; otherwise as above. Always-valid: at the end
// itself; what was found at an earlier look and lost again comes on top.
Result<double> planned_power(const PlannedTest& test, double n_control, double effect);

// The smallest effect that is found with `target_power`: below 0 for the alternative less. Not with a margin
// (invalid_input). not_attainable also where a rate would have to leave (0, 1).
Result<double> planned_mde(const PlannedTest& test, double n_control, double target_power);

}  // namespace crossfade::stats
