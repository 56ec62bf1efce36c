#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "platform/core/mutex.h"

namespace crossfade::recommenders::external {

// Lines about one recommender, so many in ten seconds and no longer than so: whatever it does, the log stays readable.
// Thread-safe.
class BoundedLog {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Say = std::function<void(const std::string&)>;  // must not throw

  // `lines`: in ten seconds. `before`: stands in front of each line.
  BoundedLog(std::string before, std::size_t lines, Say say);
  ~BoundedLog();  // tells how many were left out last
  BoundedLog(const BoundedLog&) = delete;
  BoundedLog& operator=(const BoundedLog&) = delete;

  void line(std::string_view text) { line(text, std::chrono::steady_clock::now()); }
  void line(std::string_view text, Time now);

 private:
  void tell_left_out() CROSSFADE_REQUIRES(mutex_);

  const std::string before_;
  const std::size_t lines_;
  const Say say_;
  Mutex mutex_;
  Time since_ CROSSFADE_GUARDED_BY(mutex_);  // of these ten seconds
  std::size_t said_ CROSSFADE_GUARDED_BY(mutex_) = 0;
  std::size_t left_out_ CROSSFADE_GUARDED_BY(mutex_) = 0;
};

}  // namespace crossfade::recommenders::external
