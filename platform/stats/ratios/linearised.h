#pragma once

#include "platform/stats/moments/co_moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct Linearised {
  double kappa = 0;   // the control's ratio
  Moments control;    // of numerator - kappa x denominator in a unit; their mean is 0
  Moments treatment;  // the same, at the control's kappa
};

// A ratio of sums as a mean of per-unit values, in the numerator's unit: L = X - kappa Y with kappa = sum X / sum Y of
// the control, for whatever takes Moments. The difference of their means has the sign of that of the ratios. kappa is
// taken for known, which is right to first order where the ratios are close. R. Budylin, A. Drutsa, I. Katsev, V. Tsoy:
// Consistent transformation of ratio metrics for efficient online controlled experiments, WSDM 2018.
// insufficient_data: nobody in the control; zero_denominator: of the control; invalid_input: moments that no sample
// has.
Result<Linearised> linearised(const RatioMoments& control, const RatioMoments& treatment);

}  // namespace crossfade::stats
