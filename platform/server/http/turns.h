#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "platform/core/mutex.h"

namespace crossfade::server {

class Turns;

// The server ends before this answer's turn has come: HTTP 503.
struct Ending : std::runtime_error {
  Ending() : std::runtime_error("the server ends") {}
};

// Too many wait for their turn, or this one has waited for too long: HTTP 429.
struct Busy : std::runtime_error {
  Busy() : std::runtime_error("too many analyses are asked for, want some seconds in between") {}
};

// Not on this thread: the request has a place among those that wait for their turn.
struct TurnNeeded {
  Turns& turns;
};

// What the thread that answers a request may do.
enum class Turn {
  none,      // not compute: it answers others too
  taken,     // compute
  too_late,  // nothing: the wait was too long
  ended,     // nothing: the server ends
};

// For as long as it lives, of this thread; `taken` outside of any, as in tests.
class TurnScope {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `asked`: since when the request waits.
  explicit TurnScope(Turn turn, Time asked = Time::max());
  ~TurnScope();
  TurnScope(const TurnScope&) = delete;
  TurnScope& operator=(const TurnScope&) = delete;

 private:
  const Turn before_;
  const Time asked_before_;
};

// What has begun since then was asked for before; Time::max() where nobody has waited.
TurnScope::Time asked_since();

// Where requests wait that cost more than a moment: a few threads of their own, which give way to those that log, and a
// queue that is bounded in length and in time. Thread-safe.
class Turns {
 public:
  struct Options {
    // Computations at a time.
    std::size_t threads = 2;

    // Requests that wait; more are refused at once, so that nobody waits for what he will not get.
    std::size_t most_waiting = 64;

    // Who has waited so long is refused.
    std::chrono::milliseconds longest_wait{5000};
  };

  explicit Turns(Options options);
  ~Turns();
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;

  // To be called before a computation: returns where this thread has its turn. Throws TurnNeeded where it must wait for
  // one, which keeps a place for `wait`; else Busy or Ending.
  void require();
  // Follows a TurnNeeded. `answer` is called once: with `taken` on a thread of these; with `too_late` or `ended` on
  // any, for which it must be quick. Of a group only one has its turn at a time: the others find its answer ready.
  void wait(std::string group, std::function<void(Turn)> answer);
  // Refuses who has waited for too long; to be called now and then.
  void expire();
  // Refuses all who wait, and everybody from now on. Who has a turn keeps it.
  void stop();

 private:
  struct Waiting {
    std::string group;
    std::function<void(Turn)> answer;
    std::chrono::steady_clock::time_point since;
  };
  void work();
  // The first whose group has no turn now.
  std::deque<Waiting>::iterator next() CROSSFADE_REQUIRES(mutex_);

  const Options options_;
  Mutex mutex_;
  Condition changed_;
  std::deque<Waiting> waiting_ CROSSFADE_GUARDED_BY(mutex_);
  std::size_t reserved_ CROSSFADE_GUARDED_BY(mutex_) = 0;
  std::set<std::string> running_ CROSSFADE_GUARDED_BY(mutex_);  // groups
  bool stopped_ CROSSFADE_GUARDED_BY(mutex_) = false;
  bool ending_ CROSSFADE_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace crossfade::server
