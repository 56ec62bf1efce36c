#pragma once

#include <span>
#include <vector>

#include "platform/stats/result.h"

namespace crossfade::stats {

// Adjusted p-values in the order of the input: Holm's steps with Sidak's bound, for independent tests. B. S. Holland,
// M. D. Copenhaver: An improved sequentially rejective Bonferroni test procedure, Biometrics 43 (1987). No p-values
// give none. invalid_input: one outside [0, 1]. O(n log n).
Result<std::vector<double>> holm_sidak(std::span<const double> p_values);

}  // namespace crossfade::stats
