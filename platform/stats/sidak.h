#pragma once

#include <span>
#include <vector>

#include "platform/stats/result.h"

namespace crossfade::stats {

// Adjusted p-values in the order of the input: 1 - (1 - p)^n, exact for independent tests. Z. Sidak: Rectangular
// confidence regions for the means of multivariate normal distributions, J. Am. Statist. Association 62 (1967). No
// p-values give none. invalid_input: one outside [0, 1].
Result<std::vector<double>> sidak(std::span<const double> p_values);

}  // namespace crossfade::stats
