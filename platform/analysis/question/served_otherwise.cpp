#include "platform/analysis/question/served_otherwise.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

namespace crossfade::analysis {

std::vector<ServedOtherwise> served_otherwise(const ExperimentData& data, const std::set<Displacement>& all,
                                              const storage::EventStore& store, std::optional<Timestamp> until) {
  std::vector<Displacement> displacements;
  std::ranges::copy_if(all, std::back_inserter(displacements), [&](const Displacement& one) {
    return one.experiment == data.key && one.version == data.version;
  });
  if (displacements.empty()) return {};
  const auto visit = [&](const auto& look) {
    store.visit_exposures([&](const Exposure& exposure) {
      if (!until || exposure.first_seen < *until) look(exposure);
    });
  };
  std::map<UnitId, std::string> variant_of;
  visit([&](const Exposure& exposure) {
    if (exposure.experiment == data.key && exposure.version == data.version) {
      variant_of.insert_or_assign(exposure.unit, exposure.variant);
    }
  });
  std::map<std::string, std::set<UnitId>> displaced;
  visit([&](const Exposure& exposure) {
    const auto unit = variant_of.find(exposure.unit);
    if (unit == variant_of.end()) return;
    const bool displaces = std::ranges::any_of(displacements, [&](const Displacement& one) {
      return one.variant == unit->second && one.by == exposure.experiment && one.by_version == exposure.version &&
             one.by_variant == exposure.variant;
    });
    if (displaces) displaced[exposure.experiment].insert(exposure.unit);
  });
  std::vector<ServedOtherwise> counts;
  for (const auto& [by, units] : displaced) {
    counts.push_back({.by = by, .units = static_cast<std::int64_t>(units.size())});
  }
  return counts;
}

}  // namespace crossfade::analysis
