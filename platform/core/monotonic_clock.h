#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "platform/core/time.h"

namespace crossfade {

// Time since some moment, which nobody sets.
class SteadyClock final : public Clock {
 public:
  Timestamp now() const override;
};

// A clock for what is logged: it never goes back, also when the machine's is set back, before a restart or after it. A
// session that began, by the clock, before its unit was first seen would not be analysed. When the machine's clock is
// behind, this one goes on at its own pace from the latest time, so that what lasts keeps its length, until the
// machine's has caught up. Thread-safe, without a lock.
class MonotonicClock final : public Clock {
 public:
  using Say = std::function<void(const std::string& line)>;

  // `last`: the latest time in the log. One that is more than a year ahead is no clock's but a wrong row, and left
  // alone. `say` is told once when the machine's clock is behind by a second or more, and again after it had caught up.
  // All that is referred to must outlive it.
  MonotonicClock(const Clock& machine, const Clock& steady, std::optional<Timestamp> last, Say say);

  Timestamp now() const override;

 private:
  void tell(Timestamp machine, std::int64_t behind_ms) const;

  const Clock& machine_;
  const Clock& steady_;
  const Say say_;
  mutable std::atomic<std::int64_t> ahead_of_steady_ms_;  // only grows
  mutable std::atomic<bool> told_{false};
};

}  // namespace crossfade
