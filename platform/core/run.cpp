#include "platform/core/run.h"

#include <algorithm>
#include <limits>

namespace crossfade {

namespace {

constexpr Timestamp kNever{std::numeric_limits<std::int64_t>::max()};

}  // namespace

std::string_view to_string(RunClock clock) {
  return clock == RunClock::real ? "real" : "simulated";
}

std::vector<Pause> pauses_of(std::vector<Run> runs, const std::string& experiment) {
  std::ranges::stable_sort(runs, {}, &Run::since);
  std::vector<Pause> pauses;
  bool paused = false;
  for (const Run& run : runs) {
    const bool elsewhere = run.alone && *run.alone != experiment;
    if (paused && !elsewhere) pauses.back().until = run.since;
    if (!paused && elsewhere) pauses.push_back({.from = run.since, .until = kNever});
    paused = elsewhere;
  }
  // Of two runs that begin at one time the later one stands.
  std::erase_if(pauses, [](const Pause& pause) { return pause.from == pause.until; });
  return pauses;
}

bool is_paused(const std::vector<Pause>& pauses, Timestamp at) {
  return std::ranges::any_of(pauses, [&](const Pause& pause) { return at >= pause.from && at < pause.until; });
}

Timestamp end_before_pause(const std::vector<Pause>& pauses, Timestamp since, Timestamp end) {
  const auto next = std::ranges::find_if(pauses, [&](const Pause& pause) { return pause.until > since; });
  return next == pauses.end() ? end : std::min(end, next->from);
}

}  // namespace crossfade
