#pragma once

#include <span>
#include <vector>

#include "platform/stats/result.h"

namespace crossfade::stats {

// Adjusted p-values in the order of the input: Holm's bounds taken from the largest p downwards, for tests that are
// independent or positively dependent. Y. Hochberg: A sharper Bonferroni procedure for multiple tests of significance,
// Biometrika 75 (1988). No p-values give none. invalid_input: one outside [0, 1]. O(n log n).
Result<std::vector<double>> hochberg(std::span<const double> p_values);

}  // namespace crossfade::stats
