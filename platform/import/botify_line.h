#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "platform/files/json_line.h"

namespace crossfade::imports {

// One event as the course's service logs it. The views live as long as the line.
struct BotifyLine {
  bool is_last = false;
  std::int64_t timestamp_ms = 0;
  files::JsonValue user;  // an integer or a string
  std::uint32_t track = 0;
  double time = 0;
  std::optional<double> latency_s;  // null or missing: not measured
  std::optional<std::uint32_t> recommendation;
  files::JsonValue experiments;  // an object, or null where it is missing
};

// Reads a line; what is wrong with it is added to `faults`, and then the result is of no use. Fields that it does not
// know are left alone.
BotifyLine read_botify_line(std::string_view line, std::vector<files::JsonFault>& faults);

// A variant of an experiment that an event was in.
struct BotifyVariant {
  std::string experiment;
  std::string variant;

  auto operator<=>(const BotifyVariant&) const = default;
};

// Reads BotifyLine::experiments.
std::vector<BotifyVariant> read_botify_experiments(const files::JsonValue& experiments,
                                                   std::vector<files::JsonFault>& faults);

}  // namespace crossfade::imports
