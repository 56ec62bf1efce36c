#pragma once

#include "platform/stats/moments/moments.h"

namespace crossfade::stats {

// What tests and intervals of two variants need to know of one: a value that is estimated, be it a mean or not.
struct VariantEstimate {
  double value = 0;
  double variance = 0;  // of the value (its standard error squared), not of a unit
  double dof = 0;       // of that variance; not above 0: too few units to tell it

  bool operator==(const VariantEstimate&) const = default;
};

// The mean of a sample.
inline VariantEstimate estimate_of(const Moments& sample) {
  const double n = static_cast<double>(sample.n());
  return {.value = sample.mean(), .variance = n > 0 ? sample.variance() / n : 0, .dof = n - 1};
}

}  // namespace crossfade::stats
