#pragma once

#include "platform/stats/numerics/result.h"

// Planning of a test of two means. `power` here is the chance that the test rejects; two-sided it includes rejections
// on the wrong side. J. Cohen: Statistical Power Analysis for the Behavioral Sciences, 2nd edition (1988), chapter 2.
namespace crossfade::stats {

enum class PowerModel {
  z,  // standard deviation known
  t,  // standard deviation estimated: noncentral t with n_control + n_treatment - 2 degrees of freedom
};

struct Design {
  PowerModel model = PowerModel::t;
  double sd = 1;     // of a unit, the same in both variants
  double ratio = 1;  // n_treatment / n_control
  TestOptions test = {};
};

// The chance to reject when the treatment's mean lies `effect` (signed) above the control's. Neither count needs to be
// whole. insufficient_data: no units, or (t) fewer than three in both variants together; zero_variance: sd is 0;
// invalid_input: ratio not above 0, something below 0 or not finite, alpha outside (0, 1).
Result<double> power(const Design& design, double n_control, double effect);

struct SampleSize {
  double n_control = 0;         // where the power is reached exactly
  double n_control_ceil = 0;    // whole
  double n_treatment_ceil = 0;  // n_control x ratio, rounded up
};

// The fewest units with which `target_power` is reached. One-sided: effect < 0 for less, > 0 for greater. Never fewer
// than a test needs. not_attainable: the effect is 0 or on the side that is not tested, the target is not above alpha,
// or more than 1e15 units would be needed; otherwise as power. invalid_input also for a target outside (0, 1).
Result<SampleSize> sample_size(const Design& design, double effect, double target_power);

// The smallest effect, in the metric's unit, for which `n_control` units reach `target_power`: below 0 for the
// alternative less, otherwise above. not_attainable: the target is not above alpha; otherwise as power.
Result<double> mde(const Design& design, double n_control, double target_power);

}  // namespace crossfade::stats
