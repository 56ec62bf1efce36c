#include "platform/runtime/watch.h"

#include "platform/core/error.h"

namespace crossfade::runtime {
namespace {

void reload(const Watched& watched) {
  std::string lines;
  try {
    watched.configuration.reload();
    lines = watched.file + ": reloaded";
  } catch (const Error& error) {
    lines = error.what();
    lines += "\n" + watched.file + ": not reloaded, the former configuration stays active";
  }
  if (watched.say) watched.say(lines);
}

}  // namespace

void watch(const Watched& watched, const std::function<Wake()>& next) {
  for (Wake wake = next(); wake != Wake::end; wake = next()) {
    if (wake == Wake::reload || watched.configuration.changed()) reload(watched);
    if (watched.service != nullptr) watched.service->close_idle_sessions(watched.clock.now());
  }
}

}  // namespace crossfade::runtime
