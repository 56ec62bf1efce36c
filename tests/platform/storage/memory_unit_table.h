#pragma once

#include <span>
#include <string>

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
};

// The table of one experiment by the definitions themselves, number by number: the oracle of every other way to fill
// one. O(exposures + units x columns x events of the unit).
UnitTable unit_table_of(const Facts& facts, const AggregateQuery& query, const std::string& experiment);

}  // namespace crossfade::storage
