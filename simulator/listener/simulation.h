#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "platform/core/time.h"
#include "simulator/clients/client.h"
#include "simulator/world/world.h"

namespace crossfade::simulator {

// The simulated clock. A playback takes this long plus the fraction that is heard of a track of this length.
inline constexpr std::int64_t kPauseMs = 1'000;
inline constexpr std::int64_t kTrackMs = 180'000;
// A listener's next session starts at least so long after the end of their previous one.
inline constexpr std::int64_t kBetweenSessionsMs = 60'000;

struct SimulationOptions {
  // In all, spread evenly over the days. Default: 10 000.
  std::int64_t sessions = 10'000;

  // Simulated days. Listeners come back on more of them, so history and retention have something to see. Default: 1.
  int days = 1;

  // Of everything that is drawn. The same world, options and client give the same sessions. Default: 1.
  std::uint64_t seed = 1;

  // Each has a client of its own. The result does not depend on their number. Default: 1.
  std::size_t threads = 1;

  // Sessions under way at once, where that is more than `threads`: for clients that mostly wait for somebody else, each
  // of which has a thread all the same. The result does not depend on it either. Default: as many as threads.
  std::size_t at_once = 0;

  // So many of the world's listeners play, the first ones. Who plays what is another draw with another number. Default:
  // all of them.
  std::optional<std::size_t> listeners = std::nullopt;

  // Midnight of the first day. It takes part in every random stream: another day is another draw of sessions. Default:
  // 2026-01-05T00:00:00Z.
  Timestamp start{1'767'571'200'000};
};

// What came of it. Sums are of whole hundredths, hence exact, whatever the number of threads.
struct Summary {
  std::int64_t sessions = 0;         // complete ones; the other figures are of these
  std::int64_t aborted = 0;          // sessions that were given up (SessionAborted)
  std::int64_t listeners = 0;        // listeners who had a complete session
  std::int64_t tracks = 0;           // tracks played
  std::int64_t hundredths = 0;       // sum of the sessions' times, x 100
  double preparation_seconds = 0;    // spent on finding what a session may begin with, a thread
  double seconds = 0;                // spent on the sessions alone
  double mean_time = 0;              // per session
  double mean_time_error = 0;        // standard error, clustered by listener, whose sessions are alike; 0 for one
  double mean_tracks = 0;            // per session
  double mean_difference = 0;        // tracks - time per session: the session budget, for any recommender
  double mean_difference_error = 0;  // standard error over sessions, which are independent in this
  double mean_budget = 0;            // of the sessions: what mean_difference is, but for chance
};

// What happens between two days, when nobody plays: given the day that is over, from 0, and what came of it and those
// before. Whether the next one is played.
using BetweenDays = std::function<bool(int day, const Summary& so_far)>;

// Plays the sessions. Session i of a day belongs to a listener drawn uniformly, starts at i / n of the day's 24 hours
// (later where the listener is still busy) and has a random stream of its own: all three are functions of (seed, day,
// i). A listener belongs to one thread, which plays their sessions in order, so the result does not depend on
// `threads`.
//
// `make_client` is called once a thread, one call at a time. `progress`, where given, is told some five times a second
// how many sessions are complete. An error that a client throws ends the simulation and is thrown on; Leave ends it and
// is not; SessionAborted ends the session only. Throws Error when a client recommends a track that the world lacks.
// `between`, where given, changes nothing by itself: the same sessions are played.
Summary simulate(const World& world, const SimulationOptions& options,
                 const std::function<std::unique_ptr<Client>(std::size_t thread)>& make_client,
                 const std::function<void(std::int64_t sessions)>& progress = {}, const BetweenDays& between = {});

}  // namespace crossfade::simulator
