#pragma once

#include <string_view>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/core/error.h"

namespace crossfade::config {

// What experiments that run or will run lack for a result that can be believed and acted upon: a hypothesis, an owner,
// a plan. No faults: the configuration is served. By line.
std::vector<Fault> not_ready(const Configuration& configuration, std::string_view file_name);

}  // namespace crossfade::config
