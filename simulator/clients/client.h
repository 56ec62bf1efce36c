#pragma once

#include <exception>
#include <stdexcept>

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

// Thrown by a client when nobody knows whether the playback counted. It must not be sent again; the session is given
// up, and the simulation goes on with the next one.
class SessionAborted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Thrown by a client who has had enough: the simulation ends with the sessions that are complete.
class Leave : public std::exception {
 public:
  const char* what() const noexcept override { return "the client left"; }
};

}  // namespace crossfade::simulator
