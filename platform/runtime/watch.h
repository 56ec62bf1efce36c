#pragma once

#include <functional>
#include <string>

#include "platform/core/time.h"
#include "platform/runtime/live_configuration.h"
#include "platform/service/service.h"

namespace crossfade::runtime {

// Why the watch of a running server wakes.
enum class Wake {
  nothing,  // a while has passed
  reload,   // somebody asks for the configuration to be read again
  end,
};

// What a server does besides answering. All that is referred to must outlive the watch.
struct Watched {
  LiveConfiguration& configuration;
  std::string file;                                        // of the configuration, as messages name it
  service::Service* service = nullptr;                     // whose idle sessions are ended; null: nobody's
  const Clock& clock;                                      // by which they are idle
  std::function<void(const std::string& lines)> say = {};  // of each reload: what came of it; none: not wanted
  // How long what recommenders learn from their answers waits until it counts, and is saved. A shorter time gives more
  // states, each of which is another policy.
  std::int64_t learning_ms = 60LL * 60 * 1000;
};

// Waits by `next`, again and again, until it says `end`. Each time but then: reads the configuration again when it was
// asked for or its file has changed (a refused one is told, and the former stays), ends idle sessions, and has what was
// learned count where it is time. One thread's work, beside those that serve.
void watch(const Watched& watched, const std::function<Wake()>& next);

}  // namespace crossfade::runtime
