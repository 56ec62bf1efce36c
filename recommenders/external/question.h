#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "platform/core/events.h"
#include "platform/core/ids.h"

namespace crossfade::recommenders::external {

// A track that another recommender puts forward.
struct Candidate {
  TrackId track;
  double score = 0;      // finite
  std::string_view row;  // the track's line of the catalogue, one JSON object; "": not wanted
};

// What another process is asked: a request as it knows it.
struct Question {
  const UnitId& unit;
  TrackId previous;
  double fraction = 0;
  std::span<const Listen> heard;               // of this session, oldest first, `previous` last
  std::span<const Listen> history = {};        // over all sessions, newest first
  std::span<const Candidate> candidates = {};  // best first
};

// The question as one JSON object without a line end, as docs/recommenders.md has it. O(its length).
std::string json_of(const Question& question, std::uint64_t id);

// Several of them as one message: {"requests":[...]}.
std::string batch_of(std::span<const std::string> questions);

}  // namespace crossfade::recommenders::external
