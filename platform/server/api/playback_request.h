#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "platform/core/ids.h"

namespace crossfade::server {

// The body of POST /next/N and /last/N: {"track":10,"time":0.3}.
struct PlaybackRequest {
  TrackId track;
  double fraction = 0;  // "time": of the track that was heard, 0..1

  bool operator==(const PlaybackRequest&) const = default;
};

struct BadRequest {
  std::string field;  // "track", "time"; "" where the body as a whole is meant
  std::string message;

  bool operator==(const BadRequest&) const = default;
};

// Numbers may be written as texts ("10", "0.3"), as the course's service accepts them; other fields are ignored. A
// field given twice, and whatever else leaves doubt about what was heard, is a bad request. O(length of the body).
std::variant<PlaybackRequest, BadRequest> parse_playback(std::string_view content_type, std::string_view body);

}  // namespace crossfade::server
