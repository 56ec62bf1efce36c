#include "platform/stats/segments/segment_heterogeneity.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "platform/stats/numerics/distributions.h"

namespace crossfade::stats {

Result<SegmentHeterogeneity> segment_heterogeneity(std::span<const TwoSamples> segments) {
  const auto effects = effects_of(segments, 2);
  if (!effects) return effects.reason();
  std::vector<Effect> known;
  for (const std::optional<Effect>& effect : *effects) {
    if (effect) known.push_back(*effect);
  }

  // Weights against the smallest error, estimates against the first: neither overflows nor loses digits.
  const double smallest = std::ranges::min(known, {}, &Effect::standard_error).standard_error;
  double weights = 0;
  double shift = 0;
  for (const Effect& effect : known) {
    const double precision = smallest / effect.standard_error;
    weights += precision * precision;
    shift += precision * precision * (effect.estimate - known.front().estimate);
  }
  SegmentHeterogeneity result{.effects = *effects,
                              .pooled_estimate = known.front().estimate + shift / weights,
                              .pooled_standard_error = smallest / std::sqrt(weights),
                              .dof = static_cast<double>(known.size()) - 1};
  for (const Effect& effect : known) {
    const double z = (effect.estimate - known.front().estimate - shift / weights) / effect.standard_error;
    result.q_statistic += z * z;
  }
  if (!std::isfinite(result.q_statistic)) return Undefined::invalid_input;
  result.p_value = chi_squared_upper_tail(result.q_statistic, result.dof);
  if (result.q_statistic > result.dof) result.i_squared = 1 - result.dof / result.q_statistic;
  return result;
}

}  // namespace crossfade::stats
