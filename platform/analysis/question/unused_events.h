#pragma once

#include <string>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::analysis {

// What is said of custom events whose name no metric and no dimension of the configuration uses, those with the most
// events first, at most ten: a name that somebody has mistyped counts for nothing, in silence.
// "`clikc`: 12 events, used by no metric; near: `click`."
std::vector<std::string> unused_events(const Configuration& configuration, const storage::EventStore& store);

}  // namespace crossfade::analysis
