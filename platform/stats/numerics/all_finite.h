#pragma once

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <span>

namespace crossfade::stats {

inline bool all_finite(std::span<const double> values) {
  return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
}

inline bool all_finite(std::initializer_list<double> values) {
  return all_finite(std::span(values.begin(), values.size()));
}

}  // namespace crossfade::stats
