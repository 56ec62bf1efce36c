#pragma once

#include <cstdint>
#include <span>

#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct Homogeneity {
  double statistic = 0;
  double dof = 1;
  double p_value = 1;
};

// Is the share of successes the same in every sample? Pearson's chi-square of the 2 x k table, without continuity
// correction, over the samples that are not empty. insufficient_data: fewer than two of those; zero_variance: all are
// successes, or none is; invalid_input: sizes differ, or not 0 <= successes <= totals.
Result<Homogeneity> homogeneity(std::span<const std::int64_t> successes, std::span<const std::int64_t> totals);

}  // namespace crossfade::stats
