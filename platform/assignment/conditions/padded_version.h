#pragma once

#include <memory_resource>
#include <string>

#include "platform/core/json_value.h"

namespace crossfade::assignment {

// A version as a text that stands among others as the version does: "v1.2.10-rc.1+build" -> "    1-    2-   10-rc- 1",
// "1.2.10" -> "    1-    2-   10-~". Numbers of up to five digits stand as numbers. A number is its text; what is no
// text, and the empty one, is version "0". It is GrowthBook's paddedVersionString.
std::pmr::string padded_version(const JsonValue& version, std::pmr::memory_resource& memory);

}  // namespace crossfade::assignment
