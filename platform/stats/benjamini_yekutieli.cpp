#include "platform/stats/benjamini_yekutieli.h"

#include <algorithm>
#include <ranges>

#include "platform/stats/ranking.h"

namespace crossfade::stats {

Result<std::vector<double>> benjamini_yekutieli(std::span<const double> p_values) {
  if (!probabilities(p_values)) return Undefined::invalid_input;
  const double n = static_cast<double>(p_values.size());
  double dependence = 0;
  for (double i = n; i >= 1; --i) dependence += 1 / i;
  std::vector<double> adjusted(p_values.size());
  double smallest = 1;
  double rank = n;
  const std::vector<std::size_t> order = ascending(p_values);
  for (const std::size_t i : std::ranges::reverse_view(order)) {
    smallest = std::min(smallest, p_values[i] * (dependence * n / rank--));
    adjusted[i] = smallest;
  }
  return adjusted;
}

}  // namespace crossfade::stats
