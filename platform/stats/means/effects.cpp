#include "platform/stats/means/effects.h"

#include "platform/stats/means/contrast.h"
#include "platform/stats/means/relative_lift_delta.h"

namespace crossfade::stats {

Result<Effect> effect_of(const Moments& control, const Moments& treatment, Difference difference) {
  if (difference == Difference::relative) {
    const Result<DeltaLift> lift = relative_lift_delta(control, treatment);
    if (!lift) return lift.reason();
    return Effect{.estimate = lift->estimate, .standard_error = lift->standard_error};
  }
  const Result<Contrast> absolute = contrast(control, treatment);
  if (!absolute) return absolute.reason();
  return Effect{.estimate = absolute->estimate, .standard_error = absolute->standard_error};
}

Result<std::vector<std::optional<Effect>>> effects_of(std::span<const TwoSamples> parts, int needed) {
  std::vector<std::optional<Effect>> effects;
  effects.reserve(parts.size());
  std::optional<Undefined> missing;
  for (const TwoSamples& part : parts) {
    const Result<Effect> effect = effect_of(part.control, part.treatment, Difference::absolute);
    if (effect) {
      effects.push_back(*effect);
      --needed;
      continue;
    }
    if (effect.reason() == Undefined::invalid_input) return Undefined::invalid_input;
    if (!missing) missing = effect.reason();
    effects.emplace_back();
  }
  if (needed > 0) return missing.value_or(Undefined::insufficient_data);
  return effects;
}

}  // namespace crossfade::stats
