#pragma once

#include "platform/core/ids.h"
#include "platform/core/time.h"

namespace crossfade::simulator {

// Whom the listener plays tracks from: the service in this process, a server over HTTP, a person at the console, a
// dummy. One client serves one thread.
class Client {
 public:
  virtual ~Client() = default;
  // `track` was played, `fraction` of it was heard, at simulated time `at`: what plays next?
  virtual TrackId next(const UnitId& unit, TrackId track, double fraction, Timestamp at) = 0;
  // The same, and the listener leaves.
  virtual void last(const UnitId& unit, TrackId track, double fraction, Timestamp at) = 0;
};

}  // namespace crossfade::simulator
