#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/ids.h"

namespace crossfade::recommenders::external {

// What another process has answered to one question.
struct Answer {
  std::uint64_t id = 0;
  std::optional<TrackId> track = std::nullopt;      // of the catalogue; none: it has no answer
  std::optional<double> propensity = std::nullopt;  // in (0, 1]; none: it says nothing of it
  std::string fault = {};  // "": it may be served; else what is wrong with it, and what is wanted
};

// What came back in one message.
struct Answers {
  std::vector<Answer> all = {};  // those whose id can be read
  std::string fault = {};        // what else there is that is no answer; "": nothing
};

// Reads {"id":1,"track":42} or {"id":1,"tracks":[42,17],"scores":[0.9,0.1]}, both with "propensity" or without, and
// {"answers":[...]} of these. `tracks`: how many the catalogue has. Never throws for what it reads.
Answers read_answers(std::string_view message, std::size_t tracks);

}  // namespace crossfade::recommenders::external
