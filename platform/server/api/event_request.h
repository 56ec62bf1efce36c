#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platform/core/events.h"

namespace crossfade::server {

struct BadEvents {
  std::string message;
};

inline constexpr std::size_t kMostEvents = 500;  // of one request

// The body of POST /api/v1/events: {"unit":"7","event":"purchase","value":9.9}, or a list of at most kMostEvents of
// them. `unit` is a text or a whole number, `value` a number (1 where it is not given). All of them happened at `now`.
// One that is wrong refuses all: the message says which ("[2]: ...").
std::variant<std::vector<CustomEvent>, BadEvents> parse_events(std::string_view content_type, std::string_view body,
                                                               Timestamp now);

}  // namespace crossfade::server
