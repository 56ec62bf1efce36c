#pragma once

#include "platform/stats/means/cuped.h"

namespace crossfade::stats {

// Covariance of outcome and covariate by the covariate's variance, over all units of both variants as one sample; 0
// where the covariate does not vary.
double pooled_theta(const CovariateMoments& control, const CovariateMoments& treatment);

// Welch's test of means adjusted by the same metric before the experiment. Reasons as cuped's.
Result<Cuped> cuped_mean(const CovariateMoments& control, const CovariateMoments& treatment,
                         const CupedOptions& options = {});

}  // namespace crossfade::stats
