#include "platform/stats/corrections/ranking.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace crossfade::stats {

bool probabilities(std::span<const double> values) {
  return std::ranges::all_of(values, [](double p) { return p >= 0 && p <= 1; });
}

std::vector<std::size_t> ascending(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
  return order;
}

double any_of_independent(double p, std::size_t count) {
  return -std::expm1(static_cast<double>(count) * std::log1p(-p));
}

}  // namespace crossfade::stats
