#include "platform/stats/sidak.h"

#include "platform/stats/ranking.h"

namespace crossfade::stats {

Result<std::vector<double>> sidak(std::span<const double> p_values) {
  if (!probabilities(p_values)) return Undefined::invalid_input;
  std::vector<double> adjusted;
  adjusted.reserve(p_values.size());
  for (const double p : p_values) adjusted.push_back(any_of_independent(p, p_values.size()));
  return adjusted;
}

}  // namespace crossfade::stats
