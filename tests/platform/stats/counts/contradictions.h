#pragma once

#include <cstdint>

#include "platform/stats/counts/proportion.h"

namespace crossfade::stats::test {

struct Contradictions {
  std::int64_t pairs = 0;
  std::int64_t count = 0;    // the score intervals exclude no effect where p is not below alpha, or the other way round
  std::int64_t by_wald = 0;  // the same of Wald's interval of the difference
};

// Over every pair of counts of `control` and `treatment` units, of the control's counts every `step`th.
inline Contradictions contradictions(std::int64_t control, std::int64_t treatment, int step, double alpha = 0.05) {
  const auto excludes = [](const Bounds& bounds, double none) { return bounds.lower > none || bounds.upper < none; };
  Contradictions found;
  for (std::int64_t c = 0; c <= control; c += step) {
    for (std::int64_t t = 0; t <= treatment; ++t) {
      const auto one = proportion({.n = control, .successes = c}, {.n = treatment, .successes = t}, {.alpha = alpha});
      const bool significant = one->p_value && *one->p_value < alpha;
      ++found.pairs;
      if (excludes(one->score_ratio, 1) != significant || excludes(one->score_difference, 0) != significant)
        ++found.count;
      if (excludes(one->wald, 0) != significant) ++found.by_wald;
    }
  }
  return found;
}

}  // namespace crossfade::stats::test
