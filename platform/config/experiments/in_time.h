#pragma once

#include <optional>

#include "platform/core/configuration.h"
#include "platform/core/time.h"

// Schedules and ramps: assignment reads no clock, so time makes one configuration of another.
namespace crossfade::config {

// What `configuration`, as it was loaded, is at a time: an experiment before its schedule is a draft, behind it
// stopped, and its coverage is that of the ramp's latest step. Once something of that has happened, the checksum is one
// of its own for each step, so that the store has every one of them.
Configuration in_time(Configuration configuration, Timestamp now);

// When it will be another one; none: never.
std::optional<Timestamp> next_step(const Configuration& configuration, Timestamp now);

}  // namespace crossfade::config
