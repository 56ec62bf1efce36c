#pragma once

#include <algorithm>
#include <cmath>

#include "platform/stats/numerics/distributions.h"
#include "platform/stats/numerics/result.h"

// What tests by the normal distribution have in common.
namespace crossfade::stats {

inline double normal_p_value(double z, Alternative alternative) {
  if (alternative == Alternative::two_sided) return std::min(1.0, 2 * normal_upper_tail(std::abs(z)));
  return normal_upper_tail(alternative == Alternative::greater ? z : -z);
}

// A two-sided interval, of which a one-sided alternative leaves one side infinite.
inline Bounds one_side(Bounds bounds, Alternative alternative) {
  if (alternative == Alternative::greater) bounds.upper = kInfinity;
  if (alternative == Alternative::less) bounds.lower = -kInfinity;
  return bounds;
}

}  // namespace crossfade::stats
