#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct FcrIntervals {
  std::size_t n_selected = 0;
  // In the order of the input; none where the estimate was not selected.
  std::vector<std::optional<Bounds>> intervals = {};
};

// Intervals for those effects that Benjamini and Hochberg's procedure selects at q (two-sided normal tests), widened to
// the level 1 - q n_selected / n, so that at most a share of q of them is expected to miss its effect; plain intervals
// of what was selected miss far more. Each excludes 0. Y. Benjamini, D. Yekutieli: False discovery rate-adjusted
// multiple confidence intervals for selected parameters, J. Am. Statist. Association 100 (2005).
// zero_variance: a standard error of 0; invalid_input: sizes differ, q outside (0, 1), a standard error below 0,
// something that is not finite.
Result<FcrIntervals> fcr_intervals(std::span<const double> estimates, std::span<const double> standard_errors,
                                   double q = 0.05);

}  // namespace crossfade::stats
