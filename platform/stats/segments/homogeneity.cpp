#include "platform/stats/segments/homogeneity.h"

#include "platform/stats/numerics/distributions.h"

namespace crossfade::stats {

Result<Homogeneity> homogeneity(std::span<const std::int64_t> successes, std::span<const std::int64_t> totals) {
  if (successes.size() != totals.size()) return Undefined::invalid_input;
  std::int64_t all_successes = 0;
  std::int64_t all = 0;
  int samples = 0;
  for (std::size_t i = 0; i < totals.size(); ++i) {
    if (successes[i] < 0 || successes[i] > totals[i]) return Undefined::invalid_input;
    all_successes += successes[i];
    all += totals[i];
    if (totals[i] > 0) ++samples;
  }
  if (samples < 2) return Undefined::insufficient_data;
  if (all_successes == 0 || all_successes == all) return Undefined::zero_variance;

  const double share = static_cast<double>(all_successes) / static_cast<double>(all);
  const double other_share = static_cast<double>(all - all_successes) / static_cast<double>(all);
  Homogeneity result{.dof = samples - 1.0};
  for (std::size_t i = 0; i < totals.size(); ++i) {
    if (totals[i] == 0) continue;
    const double n = static_cast<double>(totals[i]);
    const double gap = static_cast<double>(successes[i]) - n * share;
    result.statistic += gap * gap / (n * share * other_share);  // gap^2 / (n share) + gap^2 / (n other_share)
  }
  result.p_value = chi_squared_upper_tail(result.statistic, result.dof);
  return result;
}

}  // namespace crossfade::stats
