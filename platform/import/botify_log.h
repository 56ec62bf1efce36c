#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "platform/core/error.h"
#include "platform/core/time.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::imports {

// What an import did.
struct BotifyImport {
  std::size_t events = 0;    // lines that were read
  std::size_t sessions = 0;  // sessions that ended, and stand in the store now
  // What stands behind a user's last `last` is of a session that never ended. It is left out.
  std::size_t dropped_sessions = 0;
  std::size_t dropped_events = 0;
  std::size_t units = 0;
  std::vector<std::string> experiments;  // sorted
  std::size_t negative_latencies = 0;    // taken as 0: the clock of whoever logged was set back
  std::optional<Fault> first_negative = {};
  std::size_t left_out = 0;          // lines that cannot be used, of a lenient import
  std::vector<Fault> unusable = {};  // why, of each file as FileFaults lists them
};

// Appends event logs of the course's service to a store: JSON lines {"message": "next" | "last", "timestamp" (ms),
// "user", "track", "time", "latency" (s), "recommendation", "experiments": {name: variant}}, plain or gzip.
//
// The files are one log. The events of a user in the same experiments are sorted by time, those of one millisecond stay
// in the order of the log, and each `last` ends a session. A user is exposed to version 1 of each experiment from the
// first to the last event that names it, so two logs in one store do not count for each other's experiments.
//
// All or nothing. Throws Error with the bad lines of all files as FileFaults lists them, when a file cannot be read, or
// when the store has the content of one already. `lenient`: bad lines are left out, unless there are no others. Memory:
// some 50 bytes an event.
BotifyImport import_botify_log(const std::vector<std::filesystem::path>& files, storage::EventStore& store,
                               Timestamp now, bool lenient = false);

}  // namespace crossfade::imports
