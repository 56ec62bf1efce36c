#include "platform/stats/bonferroni.h"

#include <algorithm>

#include "platform/stats/ranking.h"

namespace crossfade::stats {

Result<std::vector<double>> bonferroni(std::span<const double> p_values) {
  if (!probabilities(p_values)) return Undefined::invalid_input;
  std::vector<double> adjusted;
  adjusted.reserve(p_values.size());
  for (const double p : p_values) adjusted.push_back(std::min(1.0, p * static_cast<double>(p_values.size())));
  return adjusted;
}

}  // namespace crossfade::stats
