#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/ids.h"
#include "platform/core/logged_id.h"
#include "platform/core/time.h"

namespace crossfade {

// What was recommended in answer to a playback, and by whom.
struct Recommended {
  TrackId track;
  // The name of the instance that really chose it: a fallback's, where a fallback did. Where it passed on what one of
  // its parts chose, "mix/knn": is_answer_of.
  std::string recommender;
  // Probability of this track under that instance, whichever of its parts chose, given the request: 0 < p <= 1. 0: it
  // does not know.
  double propensity = 0;

  bool operator==(const Recommended&) const = default;
};

// Stands between the name of an instance and that of its part; no name of an instance has it. Stored; do not change.
inline constexpr char kPartSeparator = '/';

// Whether an answer recorded as by `recorded` is one of the instance `recommender`, be it by one of its parts.
inline bool is_answer_of(std::string_view recorded, std::string_view recommender) {
  return recorded == recommender || (recorded.size() > recommender.size() && recorded.starts_with(recommender) &&
                                     recorded[recommender.size()] == kPartSeparator);
}

// One track was played. Append-only.
struct Playback {
  UnitId unit;
  SessionId session;
  std::int32_t position = 0;  // in the session, from 0
  TrackId track;
  double fraction = 0;                     // of the track that was listened to, 0..1
  std::optional<Recommended> recommended;  // what came next; none on the last playback of a session
  std::optional<double> latency_ms;        // from the request's arrival to the choice; none where nobody measured it
  Timestamp at;

  bool operator==(const Playback&) const = default;
};

// What a unit has heard, as recommenders see it.
struct Listen {
  TrackId track;
  double fraction = 0;  // 0..1
  Timestamp at = {};

  bool operator==(const Listen&) const = default;
};

// Why a session ended. Stored as these texts; do not change.
enum class SessionEnd {
  last,     // "last": the listener said so
  timeout,  // "timeout": nothing was heard for the session timeout
};

// One row when a session has ended. Append-only.
struct Session {
  SessionId id;
  UnitId unit;
  std::int32_t tracks = 0;  // playbacks
  double time = 0;          // sum of the fractions
  // Sum of the playbacks' latencies; none unless every playback of the session has one.
  std::optional<double> latency_ms;
  SessionEnd end = SessionEnd::last;
  Timestamp started;
  Timestamp ended;              // of the last playback
  std::string properties = {};  // a JSON object; "" where none were given

  bool operator==(const Session&) const = default;
};

// A unit was seen in a variant. A unit has one row per (experiment, version, variant); two rows that differ only in the
// variant mean that the unit is left out of the analysis.
// Sessions count for the experiment when they started in first_seen .. last_seen.
struct Exposure {
  UnitId unit;
  std::string experiment;
  int version = 1;
  std::string variant;
  Timestamp first_seen;
  // Known of imported logs, which name the experiments of each request; none: the unit may still be in it.
  std::optional<Timestamp> last_seen = std::nullopt;
  std::string attributes = {};  // of the unit when it was first seen: a JSON object; "" where none were given

  bool operator==(const Exposure&) const = default;
};

// Anything else that a unit did, under a name of its own. Append-only.
struct CustomEvent {
  UnitId unit;
  std::string name;
  double value = 1;  // finite
  Timestamp at;
  std::string properties = {};  // a JSON object; "" where none were given

  bool operator==(const CustomEvent&) const = default;
};

// What becomes durable together.
struct EventBatch {
  // Initialised, so that g++ lets a designated initialiser leave some out.
  // NOLINTBEGIN(readability-redundant-member-init)
  std::vector<Playback> playbacks = {};
  std::vector<Session> sessions = {};
  std::vector<Exposure> exposures = {};
  std::vector<CustomEvent> events = {};
  std::vector<LoggedId> ids = {};  // that clients gave to rows of this batch
  // NOLINTEND(readability-redundant-member-init)

  std::size_t rows() const {
    return playbacks.size() + sessions.size() + exposures.size() + events.size() + ids.size();
  }
  bool empty() const { return rows() == 0; }
  // Keeps the memory for the next rows.
  void clear() {
    playbacks.clear();
    sessions.clear();
    exposures.clear();
    events.clear();
    ids.clear();
  }
  // Moves the rows of `other` behind its own.
  void take(EventBatch& other) {
    const auto move_rows = [](auto& from, auto& to) {
      to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    };
    move_rows(other.playbacks, playbacks);
    move_rows(other.sessions, sessions);
    move_rows(other.exposures, exposures);
    move_rows(other.events, events);
    move_rows(other.ids, ids);
    other.clear();
  }
};

}  // namespace crossfade
