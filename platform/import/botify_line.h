#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/files/file_faults.h"

namespace crossfade::imports {

// One event as the course's service logs it. The view is valid as long as the line.
struct BotifyLine {
  std::size_t number = 0;  // of the line, from 1
  bool is_last = false;
  std::int64_t timestamp_ms = 0;
  std::string user;  // 7 and "7" are the same one
  std::uint32_t track = 0;
  double time = 0;
  std::optional<double>
      latency_s;  // null or missing: not measured; one below 0, as a clock that is set back makes it, is 0
  bool latency_was_negative = false;
  std::optional<std::uint32_t> recommendation;
  std::string_view experiments;  // the object as it stands in the line; "" where it is null or missing
  std::size_t experiments_column = 0;
};

// Reads line `number` of a file; nothing, with faults, when something is wrong with it. Fields that it does not know
// are left alone. O(text).
std::optional<BotifyLine> read_botify_line(std::string_view text, std::size_t number, files::FileFaults& faults);

// A variant of an experiment that an event was in.
struct BotifyVariant {
  std::string experiment;
  std::string variant;

  auto operator<=>(const BotifyVariant&) const = default;
};

// Reads BotifyLine::experiments; nothing, with faults, when something is wrong with them.
std::optional<std::vector<BotifyVariant>> read_botify_experiments(const BotifyLine& line, files::FileFaults& faults);

}  // namespace crossfade::imports
