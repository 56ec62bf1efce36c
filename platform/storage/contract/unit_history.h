#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <vector>

#include "platform/core/unit_history.h"

namespace crossfade::storage {

// Puts the sessions of one unit together: add all that have ended, then all playbacks. Keeps the playbacks of those
// sessions only that can be among the newest.
class SessionHistories {
 public:
  explicit SessionHistories(const UnitHistoryLimits& limits)
      : most_(limits.sessions), most_playbacks_(limits.playbacks) {}

  void add(const Session& ended);
  void add(const Playback& playback);
  // Sets sessions and sessions_total.
  void move_to(UnitHistory& history);

 private:
  void leave_out_older();

  const std::size_t most_;
  const std::size_t most_playbacks_;
  std::map<SessionId, SessionHistory> sessions_;
  std::set<SessionId> left_out_;  // sessions that have ended and are too old, once the first playback has come
  bool playbacks_begun_ = false;
};

// Into the order that UnitHistory has them in.
void sort_exposures(std::vector<Exposure>& exposures);

}  // namespace crossfade::storage
