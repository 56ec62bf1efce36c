#pragma once

#include <cstdint>
#include <span>

#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct BootstrapOptions {
  // Default: two-sided at alpha 0.05.
  TestOptions test = {};

  // What is computed from the means of each replicate. Default: treatment - control.
  Difference statistic = Difference::absolute;

  // At least 1. The ends of the interval jump with the seed when there are fewer than some thousands; the time grows
  // with them. Default: 10 000.
  int replicates = 10'000;

  // Of the draws. The same data and seed give the same interval. Default: 1.
  std::uint64_t seed = 1;
};

struct Bootstrap {
  double estimate = 0;  // of the data themselves
  Bounds interval;      // percentiles of the replicates; one-sided alternatives leave one side infinite
};

// Percentile interval, the variants resampled independently. B. Efron, R. J. Tibshirani: An introduction to the
// bootstrap (1993), section 13.3. A check on the formulas, not a method for large data: O(replicates x n). The same
// data, options and seed give the same interval on every platform.
// insufficient_data: n < 2; zero_variance: in both variants; zero_control_mean: of the data or of a replicate, for a
// relative difference; invalid_input: values that are not finite, 2^32 of them, alpha outside (0, 1), no replicates.
Result<Bootstrap> bootstrap(std::span<const double> control, std::span<const double> treatment,
                            const BootstrapOptions& options = {});

}  // namespace crossfade::stats
