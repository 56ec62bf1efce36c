#include "platform/core/run.h"

#include <catch2/catch.hpp>
#include <limits>

using namespace crossfade;

namespace {

Run run_of(std::int64_t since, std::optional<std::string> alone) {
  return {.clock = RunClock::simulated, .since = {since}, .alone = std::move(alone)};
}

constexpr Timestamp kNever{std::numeric_limits<std::int64_t>::max()};

}  // namespace

TEST_CASE("run: an experiment pauses while another one is simulated alone", "[core]") {
  const std::vector<Run> runs{run_of(10, "a"), run_of(20, "b"), run_of(30, "c"),
                              run_of(40, "a"), run_of(50, {}),  run_of(60, "b")};
  CHECK(pauses_of(runs, "a") == std::vector<Pause>{{{20}, {40}}, {{60}, kNever}});
  CHECK(pauses_of(runs, "b") == std::vector<Pause>{{{10}, {20}}, {{30}, {50}}});
  CHECK(pauses_of(runs, "d") == std::vector<Pause>{{{10}, {50}}, {{60}, kNever}});
  CHECK(pauses_of({run_of(10, {}), run_of(20, {})}, "a").empty());
  CHECK(pauses_of({}, "a").empty());
}

TEST_CASE("run: of runs in any order the time decides, of two at one time the later one", "[core]") {
  CHECK(pauses_of({run_of(20, "a"), run_of(10, "b")}, "a") == std::vector<Pause>{{{10}, {20}}});
  CHECK(pauses_of({run_of(10, "b"), run_of(10, "a")}, "a").empty());
  CHECK(pauses_of({run_of(10, "a"), run_of(10, "b")}, "a") == std::vector<Pause>{{{10}, kNever}});
}

TEST_CASE("run: a pause begins with its first moment, and cuts off what is waited for", "[core]") {
  const std::vector<Pause> pauses{{{20}, {40}}, {{60}, kNever}};
  CHECK_FALSE(is_paused(pauses, {19}));
  CHECK(is_paused(pauses, {20}));
  CHECK_FALSE(is_paused(pauses, {40}));
  CHECK(end_before_pause(pauses, {5}, {100}) == Timestamp{20});
  CHECK(end_before_pause(pauses, {5}, {10}) == Timestamp{10});
  CHECK(end_before_pause(pauses, {40}, {100}) == Timestamp{60});
  CHECK(end_before_pause({}, {40}, {100}) == Timestamp{100});
}
