#include "platform/runtime/watch.h"

#include <string>
#include <utility>

#include "platform/core/error.h"

namespace crossfade::runtime {
namespace {

// An experiment's schedule or ramp. What fails is due again with the next wake, and told once: `told`.
void step(const Watched& watched, std::string& told) {
  std::string line;
  try {
    if (!watched.configuration.step()) return;
    line = watched.file + ": a schedule or a ramp came to a step";
    told.clear();
  } catch (const Error& error) {
    line = error.what();
    if (line == std::exchange(told, line)) return;
  }
  if (watched.say) watched.say(line);
}

// `waiting`: the file waits for a store that can be written, which is tried with each wake and told once.
void reload(const Watched& watched, bool& waiting) {
  std::string lines;
  const bool waited = std::exchange(waiting, false);
  try {
    const std::vector<Fault> held = watched.configuration.reload();
    for (const Fault& fault : held) lines += to_string(fault) + "\n";
    lines += watched.file + ": reloaded";
    if (!held.empty()) lines += ", but for the files named above: whoever serves from them stays as it was";
  } catch (const Error& error) {
    waiting = error.kind() == Error::Kind::unavailable;
    if (waiting && waited) return;
    lines = error.what();
    lines += "\n" + watched.file + ": not reloaded, the former configuration stays active";
    if (waiting) lines += " until the store can be written";
  }
  if (watched.say) watched.say(lines);
}

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
  std::string step_told;
  Timestamp advanced = watched.clock.now();
  for (Wake wake = next(); wake != Wake::end; wake = next()) {
    if (watched.service != nullptr && watched.clock.now().ms - advanced.ms >= watched.learning_ms) {
      advanced = watched.clock.now();
      advance(watched);
    }
    if (wake == Wake::reload || watched.configuration.changed()) reload(watched, waiting);
    step(watched, step_told);
    if (watched.service != nullptr) watched.service->close_idle_sessions(watched.clock.now());
  }
}

}  // namespace crossfade::runtime
