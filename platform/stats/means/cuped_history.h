#pragma once

#include "platform/stats/moments/co_moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

// What the units did before, as one covariate for cuped() at theta = 1.
struct HistoryCovariate {
  CovariateMoments control;
  CovariateMoments treatment;
  double theta = 0;      // outcome per covariate, among the units with history
  double indicator = 0;  // outcome of having history at all, at a covariate of 0
};

// CUPED where some units have no history, without leaving any out: a missing covariate gets one value for all (mean
// imputation) and an indicator of having history stands beside it; least squares over both variants as one sample gives
// the weights of the two. Quantities of the moments: outcome, covariate (0 where there is none), 1 or 0 for having one
// or not; the fourth is ignored. A. Deng, Y. Xu, R. Kohavi, T. Walker, WSDM 2013, section 3; imputation with an
// indicator: R. H. H. Groenwold et al., CMAJ 184 (2012). insufficient_data: nobody; zero_variance: neither the
// covariate nor the indicator varies, so that there is nothing to take out; invalid_input: moments that no sample has.
Result<HistoryCovariate> history_covariate(const MetricMoments& control, const MetricMoments& treatment);

}  // namespace crossfade::stats
