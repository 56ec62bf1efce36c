#include "platform/stats/effects.h"

#include "platform/stats/contrast.h"

namespace crossfade::stats {

Result<std::vector<std::optional<Effect>>> effects_of(std::span<const Comparison> parts, int needed) {
  std::vector<std::optional<Effect>> effects;
  effects.reserve(parts.size());
  std::optional<Undefined> missing;
  for (const Comparison& part : parts) {
    const Result<Contrast> difference = contrast(part.control, part.treatment);
    if (difference) {
      effects.push_back(Effect{.estimate = difference->estimate, .standard_error = difference->standard_error});
      --needed;
      continue;
    }
    if (difference.reason() == Undefined::invalid_input) return Undefined::invalid_input;
    if (!missing) missing = difference.reason();
    effects.emplace_back();
  }
  if (needed > 0) return missing.value_or(Undefined::insufficient_data);
  return effects;
}

}  // namespace crossfade::stats
