#pragma once

#include <string>
#include <string_view>

#include "platform/core/json_value.h"

namespace crossfade::assignment {

// "abc" in quotes, fit for one line of a message; cut after 64 bytes.
std::string in_quotes(std::string_view text);

// `the text "abc"`, `a list`, `a map`, `null`, `true`, `0.5`.
std::string describe(const JsonValue& value);

}  // namespace crossfade::assignment
