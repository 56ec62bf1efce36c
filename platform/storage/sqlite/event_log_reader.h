#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/core/events.h"

namespace crossfade::storage {

// One playback, in the words of a log that names the experiments of every event.
struct LoggedEvent {
  const Playback& playback;
  bool is_last = false;         // of a session that has ended
  std::size_t experiments = 0;  // of EventLog::experiments
};

// A variant of an experiment that an event is in.
struct LoggedVariant {
  std::string experiment;
  std::string variant;

  auto operator<=>(const LoggedVariant&) const = default;
};

// What a store has that such a log does not say.
struct EventLogTotals {
  std::int64_t events = 0;
  std::int64_t sessions = 0;            // that have ended
  std::int64_t timeouts = 0;            // of these: they end as those do whose listener said so
  std::int64_t open_sessions = 0;       // each the latest of its unit
  std::int64_t abandoned_sessions = 0;  // that never ended, with later ones behind them: left out
  std::int64_t excluded_sessions = 0;   // left out, as every analysis leaves them out
  std::int64_t other_units = 0;         // playbacks of units that are no integers: left out
  // Units that were seen in a version of an experiment that no session of theirs counts for.
  std::int64_t silent_exposures = 0;
  std::int64_t older_versions = 0;  // exposures to versions of experiments that a later one followed: not named
};

// The playbacks of a store as a log of events, from which an import makes the same sessions and, for every experiment,
// the same units and sessions that an analysis counts: the latest version of each, without what is excluded. The
// experiments of an event are those that its session counts for; of two variants of a unit the one that it was last
// seen in by then.
class EventLog {
 public:
  // What a unit's text may be: any, or integers of 64 bits only, others being left out or refused.
  enum class Units { integers, integers_or_left_out };

  // Throws Error as SqliteStore does for a file that cannot be read; (user) with the first of the units that are no
  // integers, unless they are to be left out.
  EventLog(std::filesystem::path file, Units units) : file_(std::move(file)), units_(units) {}

  // Calls `take` with every event, in the order in which they were logged, which is that of time for a unit; the event
  // is valid until `take` returns. One pass. Memory: the exposures.
  EventLogTotals for_each(const std::function<void(const LoggedEvent&)>& take);

  // Sets of variants, each sorted; those that events had so far.
  const std::vector<std::vector<LoggedVariant>>& experiments() const { return experiments_; }

 private:
  std::filesystem::path file_;
  Units units_;
  std::vector<std::vector<LoggedVariant>> experiments_;
};

}  // namespace crossfade::storage
