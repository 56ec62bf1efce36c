#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "platform/core/events.h"

namespace crossfade {

// A session with what was heard in it.
struct SessionHistory {
  SessionId id;
  std::int32_t tracks = 0;
  double time = 0;  // sum of the fractions
  Timestamp started;
  std::optional<Timestamp> ended;  // none: still open
  std::optional<SessionEnd> end;   // none: still open
  std::int64_t playbacks_total = 0;
  std::vector<Playback> playbacks;  // by position, the first

  bool operator==(const SessionHistory&) const = default;
};

// How much of a history is wanted.
struct UnitHistoryLimits {
  // Sessions that are listed, the newest; all are counted. Default: 50.
  std::size_t sessions = 50;

  // Playbacks that are listed of each session, the first; all are counted. Default: 200.
  std::size_t playbacks = 200;

  // Custom events that are listed, the newest; all are counted. Default: 200.
  std::size_t events = 200;
};

// Everything that is known of one unit. One that nobody has seen has an empty one.
struct UnitHistory {
  std::vector<Exposure> exposures;  // by experiment, version, first_seen, variant
  std::int64_t sessions_total = 0;
  std::vector<SessionHistory> sessions;  // newest first, the open ones too
  std::int64_t events_total = 0;
  std::vector<CustomEvent> events;  // newest first

  bool operator==(const UnitHistory&) const = default;
};

}  // namespace crossfade
