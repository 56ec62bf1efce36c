#pragma once

#include <span>
#include <vector>

#include "platform/stats/result.h"

namespace crossfade::stats {

// Adjusted p-values in the order of the input: each times their number. Keeps the chance of any false rejection below
// alpha whatever the dependence; holm does so too and rejects at least as much. O. J. Dunn: Multiple comparisons among
// means, J. Am. Statist. Association 56 (1961). No p-values give none. invalid_input: one outside [0, 1].
Result<std::vector<double>> bonferroni(std::span<const double> p_values);

}  // namespace crossfade::stats
