#include "platform/stats/means/cuped_relative_fieller.h"

#include <catch2/catch.hpp>

#include "platform/stats/means/cuped_mean.h"
#include "tests/platform/stats/covariate_samples.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

TEST_CASE("cuped fieller: the limits are the roots of its equation", "[stats]") {
  const auto lift = cuped_relative_fieller(control(), treatment());
  REQUIRE(lift);
  CHECK(lift->type == FiellerType::bounded);
  CHECK(lift->theta == near(1.1809290953545232));
  CHECK(lift->estimate == near(0.40823655256723716));
  CHECK(lift->dof == near(9.9808734576826273));
  CHECK(lift->g == near(0.28134434033027416));
  CHECK(lift->interval.lower == near(-0.065644608181573767));
  CHECK(lift->interval.upper == near(1.378933796462847));
}

TEST_CASE("cuped fieller: one-sided limits are those of the two-sided interval at twice alpha", "[stats]") {
  const auto greater = cuped_relative_fieller(control(), treatment(), {.alternative = Alternative::greater});
  const auto less = cuped_relative_fieller(control(), treatment(), {.alternative = Alternative::less});
  REQUIRE((greater && less));
  CHECK(greater->interval.lower == near(0.0150345251473962));
  CHECK(greater->interval.upper == kInfinity);
  CHECK(less->interval.lower == -kInfinity);
  CHECK(less->interval.upper == near(1.091681566772442));
}

TEST_CASE("cuped fieller: a covariate that does not vary leaves Fieller's interval", "[stats]") {
  for (const double sign : {1.0, -1.0}) {
    const CovariateMoments c(50, {sign * 4, 3}, {{{196, 0}, {0, 0}}});
    const CovariateMoments t(60, {sign * 3, 3}, {{{177, 0}, {0, 0}}});
    const auto adjusted = cuped_relative_fieller(c, t);
    const auto plain = relative_lift_fieller(c.marginal(0), t.marginal(0));
    REQUIRE((adjusted && plain));
    CHECK(adjusted->estimate == plain->estimate);
    CHECK(adjusted->interval.lower == near(plain->interval.lower));
    CHECK(adjusted->interval.upper == near(plain->interval.upper));
  }
}

TEST_CASE("cuped fieller: excludes 0 exactly where the absolute test does", "[stats]") {
  for (double alpha = 0.001; alpha < 0.999; alpha += 0.0007) {
    const auto lift = cuped_relative_fieller(control(), treatment(), {.alpha = alpha});
    const auto test = cuped_mean(control(), treatment());
    REQUIRE((lift && test));
    if (lift->type == FiellerType::bounded) CHECK((lift->interval.lower > 0) == (test->p_value < alpha));
  }
}

TEST_CASE("cuped fieller: a control mean that cannot be told from 0 leaves no interval", "[stats]") {
  const CovariateMoments near_zero(10, {0.1, 1}, {{{9, 4}, {4, 5}}});
  const auto unbounded = cuped_relative_fieller(near_zero, CovariateMoments(10, {0.2, 1}, {{{9, 4}, {4, 5}}}));
  REQUIRE(unbounded);
  CHECK(unbounded->g > 1);
  CHECK(unbounded->type == FiellerType::unbounded);
  CHECK(unbounded->interval == Bounds{-kInfinity, kInfinity});
  const auto exterior = cuped_relative_fieller(near_zero, CovariateMoments(10, {9, 1}, {{{9, 4}, {4, 5}}}));
  REQUIRE(exterior);
  CHECK(exterior->type == FiellerType::exterior);
  CHECK(cuped_relative_fieller(shifted(control(), -control().mean(0), 0), treatment()).reason() ==
        Undefined::zero_control_mean);
  CHECK(cuped_relative_fieller({}, treatment()).reason() == Undefined::insufficient_data);
  CHECK(cuped_relative_fieller(control(), treatment(), {.alpha = 0}).reason() == Undefined::invalid_input);
}
