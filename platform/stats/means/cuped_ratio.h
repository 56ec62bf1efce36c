#pragma once

#include "platform/stats/means/cuped.h"

namespace crossfade::stats {

// A ratio and its covariate ratio as if they were means over the same units, to first order. insufficient_data: no
// unit; zero_denominator: also where nobody has a denominator before the experiment; invalid_input: moments that no
// sample has.
Result<CovariateMoments> linearized(const RatioCovariateMoments& sample);

// Of linearised ratios: the sum over the variants of the covariances by that of the covariate's variances; 0 where the
// covariate does not vary.
double ratio_theta(const CovariateMoments& control, const CovariateMoments& treatment);

// Welch's test of ratios adjusted by the same ratio before the experiment, at ratio_theta. Reasons as cuped's and
// linearized's.
Result<Cuped> cuped_ratio(const RatioCovariateMoments& control, const RatioCovariateMoments& treatment,
                          const CupedOptions& options = {});

}  // namespace crossfade::stats
