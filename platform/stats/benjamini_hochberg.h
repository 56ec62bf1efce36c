#pragma once

#include <span>
#include <vector>

#include "platform/stats/result.h"

namespace crossfade::stats {

// Adjusted p-values in the order of the input; of those rejected below alpha, at most a share of alpha is expected to
// be false (under independence or positive dependence). Y. Benjamini, Y. Hochberg: Controlling the false discovery
// rate, J. R. Statist. Soc. B 57 (1995). No p-values give none. invalid_input: one outside [0, 1]. O(n log n).
Result<std::vector<double>> benjamini_hochberg(std::span<const double> p_values);

}  // namespace crossfade::stats
