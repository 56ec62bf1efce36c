#pragma once

#include "platform/stats/means/cuped_relative_fieller.h"
#include "platform/stats/means/relative_lift_fieller.h"

// The lifts that a sequential test with the conservative variance cannot exclude: what sequential() and guardrail() say
// of a contrast treatment - r control, these say of the lift r - 1, so that they cannot contradict each other.
namespace crossfade::stats {

// Fieller's sets by the unpooled and by the pooled variances, united. `multiplier` is the sequential test's. Reasons as
// relative_lift_fieller's.
Result<FiellerLift> conservative_lift(const Moments& control, const Moments& treatment, double multiplier,
                                      const TestOptions& options = {});

// The same for means, or linearised ratios, adjusted by a covariate at a given theta. Reasons as
// cuped_relative_fieller's.
Result<CupedFiellerLift> conservative_cuped_lift(const CovariateMoments& control, const CovariateMoments& treatment,
                                                 double theta, double multiplier, const TestOptions& options = {});

}  // namespace crossfade::stats
