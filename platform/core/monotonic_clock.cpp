#include "platform/core/monotonic_clock.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace crossfade {

namespace {

constexpr std::int64_t kFarthestMs = 366 * kMsPerDay;
constexpr std::int64_t kToldMs = 1000;

}  // namespace

Timestamp SteadyClock::now() const {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

MonotonicClock::MonotonicClock(const Clock& machine, const Clock& steady, std::optional<Timestamp> last, Say say)
    : machine_(machine), steady_(steady), say_(std::move(say)), ahead_of_steady_ms_(0) {
  const Timestamp now = machine.now();
  const bool goes_on = last && saturated_difference(last->ms, now.ms) <= kFarthestMs;
  ahead_of_steady_ms_ = (goes_on ? std::max(*last, now) : now).ms - steady.now().ms;
  if (!last || goes_on || !say_) return;
  say_("the store has a time of " + to_string(*last) +
       ", more than a year from now: what is logged has the machine's time");
}

Timestamp MonotonicClock::now() const {
  const Timestamp machine = machine_.now();
  const std::int64_t steady = steady_.now().ms;
  std::int64_t ahead = ahead_of_steady_ms_.load(std::memory_order_relaxed);
  while (machine.ms - steady > ahead &&
         !ahead_of_steady_ms_.compare_exchange_weak(ahead, machine.ms - steady, std::memory_order_relaxed)) {
  }
  const Timestamp now{steady + std::max(ahead, machine.ms - steady)};
  const std::int64_t behind = now.ms - machine.ms;
  if (behind >= kToldMs) {
    tell(machine, behind);
  } else if (told_.load(std::memory_order_relaxed)) {
    told_ = false;
  }
  return now;
}

void MonotonicClock::tell(Timestamp machine, std::int64_t behind_ms) const {
  if (told_.load(std::memory_order_relaxed) || told_.exchange(true) || !say_) return;
  say_("the machine's clock shows " + to_string(machine) + ", " + std::to_string(behind_ms / 1000) +
       " s before what has been logged: times go on from there, or sessions would begin before their exposures and not "
       "be analysed");
}

}  // namespace crossfade
