#include "platform/stats/moments/linear_quantile.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace crossfade::stats {

double linear_quantile(std::vector<double> values, double p) {
  assert(!values.empty() && p >= 0 && p <= 1);
  const double position = p * static_cast<double>(values.size() - 1);
  const double whole = std::floor(position);
  const double part = position - whole;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(whole);
  std::nth_element(values.begin(), at, values.end());
  if (part == 0) return *at;
  return std::lerp(*at, *std::min_element(at + 1, values.end()), part);
}

}  // namespace crossfade::stats
