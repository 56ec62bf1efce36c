#include "platform/stats/looks/skewed_tail.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace crossfade::stats;

TEST_CASE("skewed tail: the first term of the Edgeworth expansion", "[stats]") {
  // Exponential values, skewness 2: the third cumulant of the standardised difference is
  // 2 (1 / 50^2 - 1 / 450^2) / (1 / 50 + 1 / 450)^1.5 = 0.23851392; (2 z^2 + 1) / 6 phi(z) at 1.959964 is 0.08457895.
  const auto tail = skewed_tail(450, 50, 2);
  REQUIRE(tail);
  CHECK(tail->error == Approx(0.23851392 * 0.08457895).epsilon(1e-6));
  CHECK(tail->trusted);
  CHECK(tail->smaller == 50);
  CHECK(tail->treatment_is);
  CHECK(tail->needed == 33);  // 50 (.0201733 / .025)^2 = 32.56
  CHECK(skewed_tail(50, 450, -2)->error == Approx(tail->error));
  CHECK_FALSE(skewed_tail(50, 450, -2)->treatment_is);
}

TEST_CASE("skewed tail: equal variants and symmetric values are right", "[stats]") {
  CHECK(skewed_tail(500, 500, 400)->error == 0);
  CHECK(skewed_tail(500, 500, 400)->trusted);
  CHECK(skewed_tail(500, 500, 400)->needed == 0);
  CHECK(skewed_tail(450, 50, 0)->trusted);
}

TEST_CASE("skewed tail: what is needed is enough, at the same shares", "[stats]") {
  for (const double skewness : {8.0, 11.0, 50.0}) {
    const auto few = skewed_tail(1900, 100, skewness);
    CHECK_FALSE(few->trusted);
    CHECK(skewed_tail(19 * few->needed, few->needed, skewness)->trusted);
    CHECK_FALSE(skewed_tail(19 * (few->needed - 1), few->needed - 1, skewness)->trusted);
  }
  // Another alpha has another tail, and the tolerance is a share of it.
  CHECK(skewed_tail(450, 50, 2, {.alpha = 0.01})->needed > skewed_tail(450, 50, 2)->needed);
  CHECK(skewed_tail(450, 50, 2, {.tolerance = 0.1})->needed == 814);
}

TEST_CASE("skewed tail: undefined", "[stats]") {
  CHECK(skewed_tail(450, 1, 2).reason() == Undefined::insufficient_data);
  CHECK(skewed_tail(450, 50, std::nan("")).reason() == Undefined::invalid_input);
  CHECK(skewed_tail(450, 50, 2, {.alpha = 0}).reason() == Undefined::invalid_input);
  CHECK(skewed_tail(450, 50, 2, {.tolerance = 0}).reason() == Undefined::invalid_input);
}
