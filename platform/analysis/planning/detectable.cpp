#include "platform/analysis/planning/detectable.h"

#include <algorithm>

namespace crossfade::analysis {

Detectable detectable_of(const stats::Result<Design>& design, std::int64_t control_units, std::int64_t treatment_units,
                         std::optional<double> target) {
  Detectable detectable;
  detectable.target = target;
  if (!design || control_units == 0 || treatment_units == 0) return detectable;
  const auto control = static_cast<double>(control_units);
  const auto treatment = static_cast<double>(treatment_units);
  Design pair = *design;
  pair.alpha /= static_cast<double>(design->weights.size() - 1);
  pair.weights = {control, treatment};
  if (const auto found = lift_found(pair, control + treatment)) detectable.achieved = *found;
  if (!target) return detectable;
  if (const auto size = size_for(pair, *target)) {
    detectable.units_needed = std::max(0.0, size->units - control - treatment);
  }
  return detectable;
}

}  // namespace crossfade::analysis
