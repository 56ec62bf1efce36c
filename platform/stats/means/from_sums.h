#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "platform/stats/moments/co_moments.h"
#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"

// Moments from plain sums, for tables that others have aggregated. Sums of squares have lost their digits where the
// mean is large beside the spread; what is left of them is not lost here.
namespace crossfade::stats {

// A variance below 0 by rounding alone (by less than 1e-12 of the sum of squares) is 0. invalid_input: one further
// below 0, n below 0, something that is not finite, sums of nobody.
Result<Moments> moments_from_sums(std::int64_t n, double sum, double sum_sq);

template <std::size_t K>
struct Sums {
  std::int64_t n = 0;
  std::array<double, K> sum{};
  // Of the products; [i][i] are the sums of squares. Only [i][j] with j <= i is read.
  std::array<std::array<double, K>, K> product{};
};

// As above; invalid_input also where a covariance is larger than the two variances allow.
Result<CoMoments<2>> moments_from_sums(const Sums<2>& sums);
Result<CoMoments<4>> moments_from_sums(const Sums<4>& sums);

}  // namespace crossfade::stats
