#pragma once

#include "platform/storage/contract/traffic.h"
#include "tests/platform/storage/memory_unit_table.h"

namespace crossfade::storage {

// The traffic of one experiment by the definitions themselves, number by number: the oracle of every other way to count
// it. O(days x positions x events).
Traffic traffic_of(const Facts& facts, const TrafficQuery& query);

}  // namespace crossfade::storage
