#pragma once

#include <vector>

namespace crossfade::stats {

// Quantile of values that are finite and not none, interpolated between order statistics: numpy's default. 0 <= p <= 1.
// R. J. Hyndman, Y. Fan: Sample quantiles in statistical packages, American Statistician 50 (1996), type 7. O(n).
double linear_quantile(std::vector<double> values, double p);

}  // namespace crossfade::stats
