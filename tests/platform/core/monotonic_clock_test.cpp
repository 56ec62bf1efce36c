// The clock was set back by two days, and 175 of 225 sessions that ended were silently not analysed: they had begun
// before their units were first seen.

#include "platform/core/monotonic_clock.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace crossfade;

namespace {

class HandClock final : public Clock {
 public:
  explicit HandClock(std::int64_t ms) : time{ms} {}
  Timestamp now() const override { return time; }
  Timestamp time;
};

struct Clocks {
  void pass(std::int64_t ms) {
    machine.time.ms += ms;
    steady.time.ms += ms;
  }
  MonotonicClock clock(std::optional<Timestamp> last) {
    return {machine, steady, last, [this](const std::string& line) { told.push_back(line); }};
  }

  HandClock machine{1'767'571'200'000};  // 2026-01-05
  HandClock steady{5'000};
  std::vector<std::string> told;
};

constexpr std::int64_t kTwoDays = 2 * kMsPerDay;

}  // namespace

TEST_CASE("monotonic clock: it is the machine's while that goes on", "[core]") {
  Clocks at;
  const MonotonicClock clock = at.clock(Timestamp{at.machine.time.ms - 100});
  CHECK(clock.now() == at.machine.time);
  at.pass(250);
  CHECK(clock.now() == at.machine.time);
  at.machine.time.ms += kTwoDays;  // set on
  CHECK(clock.now() == at.machine.time);
  CHECK(at.told.empty());
}

TEST_CASE("monotonic clock: set back, it goes on at its own pace until the machine's has caught up", "[core]") {
  Clocks at;
  const MonotonicClock clock = at.clock({});
  const Timestamp before = clock.now();
  at.machine.time.ms -= kTwoDays;
  CHECK(clock.now() == before);
  at.pass(1'800'000);
  CHECK(clock.now() == Timestamp{before.ms + 1'800'000});  // a session's timeout is as long as ever
  CHECK(at.told ==
        std::vector<std::string>{
            "the machine's clock shows 2026-01-03T00:00:00.000Z, 172800 s before what has been logged: times "
            "go on from there, or sessions would begin before their exposures and not be analysed"});
  at.machine.time.ms += kTwoDays;
  CHECK(clock.now() == at.machine.time);
  at.machine.time.ms -= 2'000;
  static_cast<void>(clock.now());
  CHECK(at.told.size() == 2);
}

TEST_CASE("monotonic clock: after a restart it goes on from the log", "[core]") {
  Clocks at;
  const Timestamp last{at.machine.time.ms + kTwoDays};
  const MonotonicClock clock = at.clock(last);
  CHECK(clock.now() == last);
  at.pass(10);
  CHECK(clock.now() == Timestamp{last.ms + 10});
  CHECK(at.told.size() == 1);
}

TEST_CASE("monotonic clock: a time in microseconds in the log does not carry it away", "[core]") {
  Clocks at;
  const MonotonicClock clock = at.clock(Timestamp{at.machine.time.ms * 1000});
  CHECK(clock.now() == at.machine.time);
  REQUIRE(at.told.size() == 1);
  CHECK_THAT(at.told[0], Catch::EndsWith("more than a year from now: what is logged has the machine's time"));
}
