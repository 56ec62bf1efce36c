#include <catch2/catch.hpp>

#include "tests/platform/analysis/simulated_verdicts.h"

using namespace crossfade::analysis;
using namespace crossfade::analysis::test;

TEST_CASE("verdict rates: unequal variants without an effect are not called", "[analysis]") {
  // 100 experiments each; by each variant's own variance 38 and 23 % of them were STOP_HARM
  // (tests/platform/stats/truth). At alpha .05 ten or more of 100 come once in 36 times, and .5 % were measured. The
  // seeds are fixed.
  for (const Shape shape : {Shape::conversion, Shape::lognormal}) {
    const Called now = called({.shape = shape, .treatment_share = 0.05}, 100);
    INFO(to_string(shape));
    CHECK(now.stop_harm <= 3);
    CHECK(now.ship <= 3);
    CHECK(now.guardrail_fail <= 6);
    CHECK(now.margin_passed <= 3);
    CHECK(now.margin_harmed <= 3);
    CHECK(now.unpooled_harm >= 10);  // must fail
  }
}
