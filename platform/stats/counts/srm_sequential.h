#pragma once

#include <cstdint>
#include <span>

#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct SrmSequentialOptions {
  // Units that the prior is worth, above 0. A larger one finds smaller mismatches, and large ones later. Default:
  // 10 000.
  double concentration = 10'000;
};

struct SrmSequential {
  double log_bayes_factor = 0;  // of "the shares are others" against "as configured"
  double p_value = 1;           // always-valid, at this look: keep the smallest of all looks
};

// Sample ratio mismatch, tested after every unit if one likes: a Dirichlet prior around the configured shares against
// the multinomial with these shares. M. Lindon, A. Malek: Anytime-valid inference for multinomial count data, NeurIPS
// 2022. Before the first unit the Bayes factor is 1, and so is p. insufficient_data: fewer than two variants with a
// weight above 0; invalid_input: sizes differ, something negative or not finite, or weights or concentration so small
// that they vanish.
Result<SrmSequential> srm_sequential(std::span<const std::int64_t> observed, std::span<const double> weights,
                                     const SrmSequentialOptions& options = {});

}  // namespace crossfade::stats
