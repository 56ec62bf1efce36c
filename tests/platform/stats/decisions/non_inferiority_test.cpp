#include "platform/stats/decisions/non_inferiority.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

const Moments kControl(200, 10, 796);
const Moments kTreatment(180, 9.6, 1000);

}  // namespace

TEST_CASE("non-inferiority: a relative margin is a linear contrast with its own degrees of freedom", "[stats]") {
  const auto higher = non_inferiority(kControl, kTreatment, {.margin = 0.1});
  REQUIRE(higher);
  CHECK(higher->estimate == near(-0.4));
  CHECK(higher->statistic == near(2.7606530445144374));
  CHECK(higher->dof == near(333.01961320480816));
  CHECK(higher->p_value == near(0.0030440777138789231));
  CHECK(higher->non_inferior);

  const auto lower = non_inferiority(kControl, kTreatment, {.margin = 0.02, .higher_is_better = false});
  REQUIRE(lower);
  CHECK(lower->statistic == near(-2.635113883208779));
  CHECK(lower->dof == near(355.67174004304771));
  CHECK(lower->p_value == near(0.0043894404625309843));
}

TEST_CASE("non-inferiority: an absolute margin is a shifted one-sided Welch test", "[stats]") {
  const auto result = non_inferiority(kControl, kTreatment, {.margin = 1, .difference = Difference::absolute});
  REQUIRE(result);
  CHECK(result->statistic == near(2.6558912270048528));
  CHECK(result->dof == near(352.39825780665339));
  CHECK(result->p_value == near(0.0041346479905172781));
}

TEST_CASE("non-inferiority: a loss beyond the margin, or too little data, is not non-inferior", "[stats]") {
  const auto worse = non_inferiority(kControl, Moments(180, 8, 1000), {.margin = 0.1});
  REQUIRE(worse);
  CHECK_FALSE(worse->non_inferior);
  CHECK(worse->p_value > 0.99);
  const auto few = non_inferiority(Moments(4, 10, 12), Moments(4, 10, 12), {.margin = 0.1});
  REQUIRE(few);
  CHECK_FALSE(few->non_inferior);
}

TEST_CASE("non-inferiority: undefined", "[stats]") {
  CHECK(non_inferiority(kControl, Moments(1, 1, 0), {.margin = 0.1}).reason() == Undefined::insufficient_data);
  CHECK(non_inferiority(Moments(9, 1, 0), Moments(9, 1, 0), {.margin = 0.1}).reason() == Undefined::zero_variance);
  CHECK(non_inferiority(kControl, kTreatment, {.margin = -0.1}).reason() == Undefined::invalid_input);
  CHECK(non_inferiority(kControl, kTreatment, {.margin = std::nan("")}).reason() == Undefined::invalid_input);
  CHECK(non_inferiority(kControl, kTreatment, {.margin = 0.1, .alpha = 0}).reason() == Undefined::invalid_input);
}
