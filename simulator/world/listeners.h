#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/core/error.h"
#include "platform/core/ids.h"

namespace crossfade::simulator {

// The rules of a session. What the course keeps the same for all listeners, unless one has some of their own.
struct SessionRules {
  int session_budget = 5;        // a session ends when it is used up; tracks - time = budget in expectation
  int interest_neighbours = 10;  // the first track is drawn from so many nearest to the interest
  double artist_discount = 0.8;  // gamma: a track's fraction is multiplied by it for each earlier track of its artist

  bool operator==(const SessionRules&) const = default;
};

// The largest budget, and number of neighbours, that a file may ask for.
inline constexpr std::int64_t kMostOfRule = 1'000'000'000;

// Somebody who listens. What the course's users.json says of a user.
struct Listener {
  UnitId unit;                     // the decimal text of "user"
  std::vector<TrackId> interests;  // at least one; a session's taste is the embedding of one of them
  double bias = 5.0;               // the score at which half of a track is heard
  double sharpness = 1.0;          // how steeply the fraction rises with the score; > 0
  // Of this listener alone; none: the world's rule.
  std::optional<int> session_budget = {};
  std::optional<int> interest_neighbours = {};
  std::optional<double> artist_discount = {};

  // The rules of this listener's sessions, in a world of these rules.
  SessionRules rules(const SessionRules& of_world) const {
    return {.session_budget = session_budget.value_or(of_world.session_budget),
            .interest_neighbours = interest_neighbours.value_or(of_world.interest_neighbours),
            .artist_discount = artist_discount.value_or(of_world.artist_discount)};
  }

  bool operator==(const Listener&) const = default;
};

// What was read of a file of listeners.
struct ListenerFile {
  std::vector<Listener> listeners;
  std::map<std::string, std::size_t> ignored;  // members that mean nothing here, and in how many lines they stand
  std::size_t left_out = 0;                    // lines, of a lenient reading
  std::vector<Fault> faults;                   // why, as FileFaults lists them
};

// users.json of the course's form, JSON lines {"user", "interests", "consume_bias", "consume_sharpness"} and, of a user
// with rules of their own, "session_budget", "interest_neighbours", "artist_discount_gamma"; plain or gzip. A user
// without bias and sharpness has 5.0 and 1.0. Other members are passed over, but for what looks like one of these
// misspelt. Throws Error with the bad lines, as FileFaults lists them, unless `lenient`, when they are left out; and
// where no line is left. `tracks` is the catalogue's size.
ListenerFile read_listener_file(const std::filesystem::path& file, std::size_t tracks, bool lenient = false);
std::vector<Listener> read_listeners(const std::filesystem::path& file, std::size_t tracks);

// The same form. Throws Error when it cannot be written.
void write_listeners(const std::filesystem::path& file, const std::vector<Listener>& listeners);

}  // namespace crossfade::simulator
