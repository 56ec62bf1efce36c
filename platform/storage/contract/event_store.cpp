#include "platform/storage/contract/event_store.h"

#include <algorithm>
#include <tuple>

#include "platform/storage/contract/unit_table.h"

namespace crossfade::storage {

std::vector<ExperimentAggregate> EventStore::aggregate(const AggregateQuery& query) const {
  std::vector<ExperimentAggregate> aggregates;
  for (const UnitTable& table : unit_tables(query)) aggregates.push_back(summarise(table, query.together));
  return aggregates;
}

std::vector<std::string> EventStore::known_experiments() const {
  std::vector<std::string> keys;
  for (const ExperimentAggregate& one : aggregate({})) keys.push_back(one.experiment);
  return keys;
}

std::vector<Exposure> EventStore::exposures() const {
  std::vector<Exposure> all;
  visit_exposures([&](const Exposure& exposure) { all.push_back(exposure); });
  std::ranges::sort(all, {}, [](const Exposure& exposure) {
    return std::tie(exposure.experiment, exposure.version, exposure.unit, exposure.variant);
  });
  return all;
}

}  // namespace crossfade::storage
