#pragma once

#include <string_view>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/core/error.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::runtime {

// Of experiments that run or will run: plans whose effect the traffic that the store has seen cannot find in their
// duration, and what it can. By line. Nothing of those whose primary metric has not been seen yet.
std::vector<Fault> traffic_notes(const Configuration& configuration, const storage::EventStore& store,
                                 std::string_view file_name);

}  // namespace crossfade::runtime
