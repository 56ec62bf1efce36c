#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "platform/core/json_value.h"

namespace crossfade {

// Lists and objects in one another, the outermost counted: what is deeper is no attribute of anybody.
inline constexpr int kDeepestJson = 16;
inline constexpr std::size_t kMostJsonMembers = 1000;  // of one object

// Nothing for what is no JSON (RFC 8259), is nested deeper, has more members, names one twice, or has a number beyond
// the doubles.
std::optional<JsonValue> parse_json(std::string_view text, int deepest = kDeepestJson);

// Of what was parsed already; nothing for what parse_json does not take. Whole numbers beyond 2^53 are rounded.
std::optional<JsonValue> json_value_of(const nlohmann::json& json, int deepest = kDeepestJson);

// In one line without blanks; the shortest digits that give the same number.
std::string to_json(const JsonValue& value);

}  // namespace crossfade
