#pragma once

#include <span>
#include <vector>

#include "platform/stats/result.h"

namespace crossfade::stats {

// Adjusted p-values in the order of the input; rejecting those below alpha keeps the chance of any false rejection
// below alpha, whatever the dependence. S. Holm: A simple sequentially rejective multiple test procedure, Scandinavian
// Journal of Statistics 6 (1979). No p-values give none. invalid_input: one outside [0, 1]. O(n log n).
Result<std::vector<double>> holm(std::span<const double> p_values);

}  // namespace crossfade::stats
