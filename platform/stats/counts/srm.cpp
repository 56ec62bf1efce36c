#include "platform/stats/counts/srm.h"

#include <cmath>

#include "platform/stats/numerics/distributions.h"

namespace crossfade::stats {

Result<Srm> srm(std::span<const std::int64_t> observed, std::span<const double> weights) {
  if (observed.size() != weights.size()) return Undefined::invalid_input;
  double total_weight = 0;
  std::int64_t total = 0;
  int variants = 0;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    if (observed[i] < 0 || !(weights[i] >= 0)) return Undefined::invalid_input;
    if (weights[i] == 0) continue;
    total_weight += weights[i];
    total += observed[i];
    ++variants;
  }
  if (!std::isfinite(total_weight)) return Undefined::invalid_input;
  if (variants < 2 || total == 0) return Undefined::insufficient_data;

  Srm result{.dof = variants - 1.0, .expected = std::vector<double>(observed.size())};
  for (std::size_t i = 0; i < observed.size(); ++i) {
    if (weights[i] == 0) continue;
    const double expected = static_cast<double>(total) * (weights[i] / total_weight);
    const double gap = static_cast<double>(observed[i]) - expected;
    result.expected[i] = expected;
    if (expected > 0) result.statistic += gap * gap / expected;  // 0 only where a weight underflows
  }
  result.p_value = chi_squared_upper_tail(result.statistic, result.dof);
  return result;
}

}  // namespace crossfade::stats
