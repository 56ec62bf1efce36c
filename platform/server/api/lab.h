#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/core/time.h"

// A server that simulates listeners when its page asks for it, and serves none.
namespace crossfade::server {

// A simulation as it is asked for.
struct LabRequest {
  std::string experiment;                 // that alone takes part, whatever its status
  std::optional<std::int64_t> listeners;  // none: all of the world's
  std::int64_t sessions = 20'000;
  int days = 14;
  std::uint64_t seed = 1;

  bool operator==(const LabRequest&) const = default;
};

struct LabSummary {
  std::int64_t sessions = 0;  // complete ones
  std::int64_t tracks = 0;
  double mean_time = 0;  // per session
  double mean_time_error = 0;
  double mean_tracks = 0;
  double seconds = 0;
};

// The latest simulation, as far as it has come.
struct LabSimulation {
  enum class State { running, done, cancelled, failed };
  std::int64_t id = 0;
  State state = State::running;
  std::string experiment;
  std::int64_t listeners = 0;
  std::int64_t sessions = 0;
  int days = 0;
  std::uint64_t seed = 0;
  Timestamp start;                    // midnight of its first day
  std::int64_t complete = 0;          // sessions
  std::string error;                  // of one that failed
  std::optional<LabSummary> summary;  // of one that is done or cancelled
};

struct LabState {
  std::int64_t listeners = 0;            // in the world
  std::vector<std::string> experiments;  // keys, in the order of the configuration
  std::optional<LabSimulation> simulation;
};

// Called from many threads at a time.
struct LabActions {
  std::function<LabState()> state;
  // False, and nothing happens, while a simulation runs. Throws Error (user) for an experiment that nobody has.
  std::function<bool(const LabRequest&)> start;
  // Ends what runs, and returns when it has ended.
  std::function<void()> cancel;
};

}  // namespace crossfade::server
