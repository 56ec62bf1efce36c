#pragma once

#include <span>
#include <vector>

#include "platform/stats/result.h"

namespace crossfade::stats {

// Adjusted p-values in the order of the input: Benjamini and Hochberg's times 1 + 1/2 + ... + 1/n, which holds whatever
// the dependence. Y. Benjamini, D. Yekutieli: The control of the false discovery rate in multiple testing under
// dependency, Annals of Statistics 29 (2001). No p-values give none. invalid_input: one outside [0, 1]. O(n log n).
Result<std::vector<double>> benjamini_yekutieli(std::span<const double> p_values);

}  // namespace crossfade::stats
