#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/time.h"

namespace crossfade {

// Whose time the rows of a store have: that of real listeners, or that of simulated ones.
enum class RunClock { real, simulated };
std::string_view to_string(RunClock clock);  // "real", "simulated"; stored, do not change

// The world that simulated listeners live in.
struct WorldStamp {
  std::string kind;  // "preset" or "import"
  std::string name;  // "course-2026", "hetrec"
  std::int64_t seed = 0;
  std::string checksum;        // of its files
  std::int64_t listeners = 0;  // in all

  bool operator==(const WorldStamp&) const = default;
};

// Somebody began to write a store: by which command, of which program, and out of what.
struct Run {
  std::string command = {};  // as it was given
  std::string program = {};  // "0.1.0 (1a2b3c4)"
  RunClock clock = RunClock::real;
  Timestamp since = {};  // by that clock: what it logs comes later; of an import, when it was
  // Key of the experiment that was simulated alone: until the next run, what begins counts for no other one. None: all
  // that ran.
  std::optional<std::string> alone = {};
  std::string configuration = {};        // its checksum; "" of an import
  std::optional<WorldStamp> world = {};  // of a simulation, as are:
  std::optional<std::int64_t> seed = {};
  std::optional<std::int64_t> sessions = {};   // in all
  std::optional<std::int64_t> days = {};       // over which they are spread
  std::optional<std::int64_t> listeners = {};  // who take part

  bool operator==(const Run&) const = default;
};

// While nobody was in an experiment, as another one was simulated alone: what begins in [from, until) does not count.
struct Pause {
  Timestamp from;
  Timestamp until;

  bool operator==(const Pause&) const = default;
};

// Of the experiment, in order of time and apart from each other. `runs` in any order.
std::vector<Pause> pauses_of(std::vector<Run> runs, const std::string& experiment);
bool is_paused(const std::vector<Pause>& pauses, Timestamp at);
// When what is waited for from `since` on is cut off: `end`, or the first pause after `since`, whichever is earlier.
Timestamp end_before_pause(const std::vector<Pause>& pauses, Timestamp since, Timestamp end);

}  // namespace crossfade
