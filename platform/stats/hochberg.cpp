#include "platform/stats/hochberg.h"

#include <algorithm>
#include <ranges>

#include "platform/stats/ranking.h"

namespace crossfade::stats {

Result<std::vector<double>> hochberg(std::span<const double> p_values) {
  if (!probabilities(p_values)) return Undefined::invalid_input;
  std::vector<double> adjusted(p_values.size());
  double smallest = 1;
  double from_the_top = 1;
  const std::vector<std::size_t> order = ascending(p_values);
  for (const std::size_t i : std::ranges::reverse_view(order)) {
    smallest = std::min(smallest, p_values[i] * from_the_top++);
    adjusted[i] = smallest;
  }
  return adjusted;
}

}  // namespace crossfade::stats
