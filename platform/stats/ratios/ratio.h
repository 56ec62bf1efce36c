#pragma once

#include "platform/stats/moments/co_moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

// A ratio of sums over units (sum of numerators / sum of denominators) as if it were a mean over the same units: its
// variance is that of the linearised unit, m / d - m d_i / d^2, so that welch_t, the lifts, sequential and
// non_inferiority take it unchanged. A. Deng, U. Knoblich, J. Lu: Applying the delta method in metric analytics, KDD
// 2018. Units are those of randomisation: with sessions as units a true null is rejected far too often.
// insufficient_data: no unit; zero_denominator; invalid_input: moments that no sample has.
Result<Moments> ratio_moments(const RatioMoments& sample);

}  // namespace crossfade::stats
