#pragma once

#include <cstdint>
#include <span>

#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct PermutationOptions {
  // Default: both sides.
  Alternative alternative = Alternative::two_sided;

  // At least 1. The smallest p is 1 / (1 + replicates), and a p has an error of sqrt(p (1 - p) / replicates). Default:
  // 9 999.
  int replicates = 9999;

  // Of the draws. The same data and seed give the same p. Default: 1.
  std::uint64_t seed = 1;
};

struct Permutation {
  double estimate = 0;   // treatment mean - control mean
  double statistic = 0;  // Welch's
  double p_value = 1;
};

// Welch's statistic against its distribution when the values are dealt to the variants at random: exact where the
// variants do not differ at all, and right in large samples where they differ in anything but their means, which a
// permutation of the plain difference is not. For skewed values and unequal variants, where Welch's t is far from
// Student's. E. Chung, J. P. Romano: Exact and asymptotically robust permutation tests, Annals of Statistics 41 (2013).
// p counts the data among the permutations: B. Phipson, G. K. Smyth, Stat. Appl. Genet. Mol. Biol. 9 (2010), article
// 39. O(replicates x units of the smaller variant); the same data, options and seed give the same p on every platform.
// insufficient_data: n < 2; zero_variance: in both variants; invalid_input: values that are not finite, 2^32 of them,
// no replicates.
Result<Permutation> permutation(std::span<const double> control, std::span<const double> treatment,
                                const PermutationOptions& options = {});

}  // namespace crossfade::stats
