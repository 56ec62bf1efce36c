#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>

#include "platform/core/events.h"
#include "platform/storage/contract/unit_table.h"

namespace crossfade::storage {

// Everything that a store in memory holds, in the order in which it was appended; exposures sorted by experiment,
// version, unit and variant.
struct Facts {
  std::span<const Exposure> exposures;
  std::span<const Session> sessions;
  std::span<const Playback> playbacks;
  std::span<const CustomEvent> events;
  const std::map<std::pair<std::string, int>, Timestamp>& ends;  // of experiments and versions
  const std::vector<Run>& runs;
};

// Whether the exposure came after its experiment's end: it never counts.
inline bool is_over(const Exposure& exposure) {
  return exposure.last_seen && *exposure.last_seen < exposure.first_seen;
}

// By the definition itself: the latest run that had begun by then was of another experiment alone.
inline bool is_elsewhere(const Facts& facts, const std::string& experiment, Timestamp at) {
  const Run* latest = nullptr;
  for (const Run& run : facts.runs) {
    if (run.since <= at && (latest == nullptr || run.since >= latest->since)) latest = &run;
  }
  return latest != nullptr && latest->alone && *latest->alone != experiment;
}

// The table of one experiment by the definitions themselves, number by number: the oracle of every other way to fill
// one. O(exposures + units x columns x events of the unit).
UnitTable unit_table_of(const Facts& facts, const AggregateQuery& query, const std::string& experiment);

}  // namespace crossfade::storage
