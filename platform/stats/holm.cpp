#include "platform/stats/holm.h"

#include <algorithm>

#include "platform/stats/ranking.h"

namespace crossfade::stats {

Result<std::vector<double>> holm(std::span<const double> p_values) {
  if (!probabilities(p_values)) return Undefined::invalid_input;
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  std::size_t remaining = p_values.size();
  for (const std::size_t i : ascending(p_values)) {
    largest = std::max(largest, std::min(1.0, static_cast<double>(remaining--) * p_values[i]));
    adjusted[i] = largest;
  }
  return adjusted;
}

}  // namespace crossfade::stats
