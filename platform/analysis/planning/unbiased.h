#pragma once

#include <span>

#include "platform/analysis/report/comparison.h"
#include "platform/stats/moments/moments.h"

namespace crossfade::analysis {

// What is left of the effect of a group sequential test that crossed its bound at the last of these looks: the
// median-unbiased estimate. `alpha`: of this treatment. None where there is none, or no lift. The lift's by Fieller's
// method with the multipliers of the effect's, so that both contain 0 or not together.
std::optional<UnbiasedEffect> unbiased_effect(const stats::Moments& control, const stats::Moments& treatment,
                                              const GroupSequentialLook& look, std::span<const double> looks,
                                              double alpha);

}  // namespace crossfade::analysis
