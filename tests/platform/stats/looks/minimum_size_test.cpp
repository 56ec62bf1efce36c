#include "platform/stats/looks/minimum_size.h"

#include <catch2/catch.hpp>

#include "platform/stats/counts/proportion.h"

using namespace crossfade::stats;

namespace {

MinimumSize of(const Trials& control, const Trials& treatment) {
  return minimum_size_of_shares(*proportion_moments(control), *proportion_moments(treatment));
}

}  // namespace

TEST_CASE("minimum size: ten expected events in the smaller variant", "[stats]") {
  // 18 of 1 800 and 0 of 200: .9 % of 200 units is 1.8 events; 10 take 1 112 units.
  const auto early = of({.n = 1800, .successes = 18}, {.n = 200, .successes = 0});
  CHECK_FALSE(early.reached);
  CHECK(*early.needed == 1112);
  // No event among the treatment's is no reason to wait once ten are expected.
  CHECK(of({.n = 9000, .successes = 111}, {.n = 1000, .successes = 0}).reached);
  CHECK_FALSE(of({.n = 9000, .successes = 99}, {.n = 1000, .successes = 0}).reached);
  // The control may be the smaller one.
  CHECK(of({.n = 1000, .successes = 0}, {.n = 9000, .successes = 111}).reached);
}

TEST_CASE("minimum size: where nearly everybody has the event, the others count", "[stats]") {
  CHECK_FALSE(of({.n = 500, .successes = 497}, {.n = 500, .successes = 496}).reached);
  CHECK(of({.n = 500, .successes = 487}, {.n = 500, .successes = 486}).reached);
}

TEST_CASE("minimum size: frequent events take twenty units", "[stats]") {
  CHECK_FALSE(of({.n = 19, .successes = 9}, {.n = 500, .successes = 250}).reached);
  CHECK(*of({.n = 18, .successes = 9}, {.n = 500, .successes = 250}).needed == 20);
  CHECK_FALSE(minimum_size(Moments(19, 1, 1), Moments(500, 1, 1)).reached);
  CHECK(minimum_size(Moments(20, 1, 1), Moments(500, 1, 1)).reached);
  CHECK(*minimum_size(Moments(), Moments()).needed == 20);
}

TEST_CASE("minimum size: without any event nothing says how long it takes", "[stats]") {
  const auto none = of({.n = 50'000, .successes = 0}, {.n = 50'000, .successes = 0});
  CHECK_FALSE(none.reached);
  CHECK_FALSE(none.needed);
  CHECK_FALSE(of({.n = 50, .successes = 50}, {.n = 60, .successes = 60}).needed);
  CHECK_FALSE(of({}, {}).reached);
}
