#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct Srm {
  double statistic = 0;
  double dof = 1;
  double p_value = 1;
  std::vector<double> expected;  // counts, in the order of the input; 0 where the weight is
};

// Sample ratio mismatch: Pearson's chi-square of the counts against shares proportional to the weights, over the
// variants with a weight above 0. K. Pearson, Philosophical Magazine 50 (1900); A. Fabijan et al.: Diagnosing sample
// ratio mismatch in online controlled experiments, KDD 2019.
// insufficient_data: fewer than two such variants, or nobody in them; invalid_input: sizes differ, something negative
// or not finite.
Result<Srm> srm(std::span<const std::int64_t> observed, std::span<const double> weights);

}  // namespace crossfade::stats
