#include "platform/stats/holm_sidak.h"

#include <algorithm>

#include "platform/stats/ranking.h"

namespace crossfade::stats {

Result<std::vector<double>> holm_sidak(std::span<const double> p_values) {
  if (!probabilities(p_values)) return Undefined::invalid_input;
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  std::size_t remaining = p_values.size();
  for (const std::size_t i : ascending(p_values)) {
    largest = std::max(largest, any_of_independent(p_values[i], remaining--));
    adjusted[i] = largest;
  }
  return adjusted;
}

}  // namespace crossfade::stats
