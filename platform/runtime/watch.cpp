#include "platform/runtime/watch.h"

#include <utility>

#include "platform/core/error.h"

namespace crossfade::runtime {
namespace {

// An experiment's schedule or ramp; what fails is due again with the next wake.
void step(const Watched& watched) {
  try {
    if (watched.configuration.step() && watched.say)
      watched.say(watched.file + ": a schedule or a ramp came to a step");
  } catch (const Error& error) {
    if (watched.say) watched.say(error.what());
  }
}

// `waiting`: the file waits for a store that can be written, which is tried with each wake and told once.
void reload(const Watched& watched, bool& waiting) {
  std::string lines;
  const bool waited = std::exchange(waiting, false);
  try {
    watched.configuration.reload();
    lines = watched.file + ": reloaded";
  } catch (const Error& error) {
    waiting = error.kind() == Error::Kind::unavailable;
    if (waiting && waited) return;
    lines = error.what();
    lines += "\n" + watched.file + ": not reloaded, the former configuration stays active";
    if (waiting) lines += " until the store can be written";
  }
  if (watched.say) watched.say(lines);
}

// How long what recommenders learn from their answers waits until it counts.
constexpr std::int64_t kLearningMs = 60LL * 60 * 1000;

void advance(const Watched& watched) {
  try {
    watched.service->advance();
  } catch (const Error& error) {
    if (watched.say) watched.say(error.what());
  }
}

}  // namespace

void watch(const Watched& watched, const std::function<Wake()>& next) {
  bool waiting = false;
  Timestamp advanced = watched.clock.now();
  for (Wake wake = next(); wake != Wake::end; wake = next()) {
    if (watched.service != nullptr && watched.clock.now().ms - advanced.ms >= kLearningMs) {
      advanced = watched.clock.now();
      advance(watched);
    }
    if (wake == Wake::reload || watched.configuration.changed()) reload(watched, waiting);
    step(watched);
    if (watched.service != nullptr) watched.service->close_idle_sessions(watched.clock.now());
  }
}

}  // namespace crossfade::runtime
