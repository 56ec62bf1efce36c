#pragma once

#include "platform/stats/moments/co_moments.h"
#include "platform/stats/numerics/result.h"

// What the adjustments by a covariate from before the experiment have in common. A. Deng, Y. Xu, R. Kohavi, T. Walker:
// Improving the sensitivity of online controlled experiments by utilizing pre-experiment data, WSDM 2013.
namespace crossfade::stats {

struct CupedOptions {
  // Default: two-sided at alpha 0.05.
  TestOptions test = {};

  // Default: treatment - control.
  Difference difference = Difference::absolute;
};

struct Cuped {
  double theta = 0;     // outcome per covariate, the same in both variants; 0 for a covariate that does not vary
  double estimate = 0;  // of the adjusted means; relative: as a share of |unadjusted control mean|
  double standard_error = 0;
  double dof = 0;  // Welch's, of the adjusted absolute difference
  double statistic = 0;
  double p_value = 1;
  Bounds interval = {};
  double variance_reduction = 0;  // of the absolute difference, a share; below 0 where theta misleads
  double control_mean = 0;        // outcome - theta x covariate, as compared
  double treatment_mean = 0;
  double control_mean_unadjusted = 0;
  double treatment_mean_unadjusted = 0;
};

// The adjusted variants as if they were samples of one quantity, for whatever takes Moments. Their means are centred on
// the covariate's mean over both variants: the difference is the same, and a large covariate costs it no digits.
struct Adjusted {
  Moments control;
  Moments treatment;
};
// invalid_input: moments that no sample has, or numbers that overflow.
Result<Adjusted> adjusted(const CovariateMoments& control, const CovariateMoments& treatment, double theta);

// What stands for treatment / control in the error of a relative difference.
enum class LiftGradient {
  unadjusted_ratio,  // the ratio of the unadjusted means
  adjusted_lift,     // 1 + the adjusted lift
};

// The test at a given theta. Reasons as Welch's; zero_variance also where the outcome itself does not vary in either
// variant; zero_control_mean for a relative difference.
Result<Cuped> cuped(const CovariateMoments& control, const CovariateMoments& treatment, double theta,
                    LiftGradient gradient, const CupedOptions& options);

}  // namespace crossfade::stats
