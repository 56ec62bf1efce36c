#pragma once

#include <chrono>

namespace crossfade::recommenders::external {

// Spares listeners the wait for what fails again and again: after some failures in a row nobody is asked for a while,
// then one request tries, and closes it or opens it for twice as long. Not thread-safe.
class Breaker {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Options {
    int failures = 5;                          // in a row, after which it opens
    std::chrono::milliseconds shortest{1000};  // that it is open
    std::chrono::milliseconds longest{30'000};
  };
  enum class State { closed, open, half_open };

  explicit Breaker(Options options) : options_(options) {}

  // Whether a request may ask now; one that may is followed by `succeeded` or `failed`.
  bool admits(Time now);
  void succeeded();
  // Returns whether it has opened by this.
  bool failed(Time now);
  // A request that was admitted, and neither succeeded nor failed.
  void withdrawn();

  State state() const { return state_; }
  std::chrono::milliseconds open_for() const { return open_for_; }  // from the last time it opened on

 private:
  Options options_;
  State state_ = State::closed;
  int failures_ = 0;
  bool trying_ = false;  // half open: one request is under way
  Time until_;
  std::chrono::milliseconds open_for_{0};
};

}  // namespace crossfade::recommenders::external
