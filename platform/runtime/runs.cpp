#include "platform/runtime/runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "platform/core/error.h"
#include "platform/core/version.h"

namespace crossfade::runtime {

namespace {

std::string words_of(const WorldStamp& world) {
  return fmt::format("{} {}, seed {} (checksum {})", world.kind, world.name, world.seed, world.checksum);
}

// The latest playback says where the store's time is.
std::string times_of(const storage::EventStore& store) {
  const auto last = store.last_playback();
  return last ? fmt::format(", the last one at {}", to_string(*last)) : "";
}

}  // namespace

std::string program_text() {
  return fmt::format("{} ({})", version().program, version().commit);
}

WorldStamp stamp_of(const simulator::World& world) {
  return {.kind = world.origin.kind,
          .name = world.origin.name,
          .seed = static_cast<std::int64_t>(world.origin.seed),
          .checksum = world.checksum,
          .listeners = static_cast<std::int64_t>(world.listeners.size())};
}

std::optional<RunClock> clock_of(const storage::SqliteStore& store) {
  const std::vector<Run> runs = store.runs();
  if (!runs.empty() && store.last_playback()) return runs.back().clock;
  if (store.holds_real_listeners()) return RunClock::real;
  return store.holds_simulated_listeners() ? std::optional(RunClock::simulated) : std::nullopt;
}

void require_may_simulate(const storage::SqliteStore& store, const std::string& file, const simulator::World& world) {
  const std::optional<RunClock> clock = clock_of(store);
  if (clock == RunClock::real) {
    throw Error::user(
        fmt::format("{}: holds requests of real listeners{}, which must not be mixed with simulated "
                    "ones; want another --store",
                    file, times_of(store)));
  }
  if (!clock) return;
  const WorldStamp now = stamp_of(world);
  const std::vector<Run> runs = store.runs();
  const auto other =
      std::ranges::find_if(runs, [&](const Run& run) { return run.world && run.world->checksum != now.checksum; });
  if (other == runs.end()) return;
  throw Error::user(
      fmt::format("{}: holds listeners of another world, {}, and this one is {}; want that --world, or "
                  "another --store",
                  file, words_of(*other->world), words_of(now)));
}

std::optional<std::string> why_no_real_listeners(const storage::SqliteStore& store, const std::string& file) {
  if (clock_of(store) != RunClock::simulated) return std::nullopt;
  return fmt::format("{}: holds simulated listeners{}, which must not be mixed with real ones; want another --store",
                     file, times_of(store));
}

}  // namespace crossfade::runtime
