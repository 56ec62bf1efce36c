#include "platform/stats/decisions/guardrail.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "platform/stats/decisions/non_inferiority.h"
#include "platform/stats/looks/sequential.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

const Moments kControl(200, 10, 796);
const Moments kTreatment(180, 9.6, 1000);

Moments zeros_and_ones(std::int64_t n, std::int64_t ones) {
  const double share = static_cast<double>(ones) / static_cast<double>(n);
  return {n, share, static_cast<double>(ones) * (1 - share)};
}

}  // namespace

TEST_CASE("guardrail: a control next to 0 hides no harm", "[stats]") {
  // 3 crashes of 2 000 against 200 of 2 000: the lift cannot be bounded, since the control's mean cannot be told from
  // 0, and a guardrail by the lift's interval never fired.
  const auto crashes = guardrail(zeros_and_ones(2000, 3), zeros_and_ones(2000, 200),
                                 {.margin = 0.1, .higher_is_better = false, .n_star = 4000});
  REQUIRE(crashes);
  CHECK(crashes->ratio == 1.1);
  CHECK(crashes->estimate == near(0.09835));
  CHECK(crashes->statistic == near(13.829115855964414, 1e-10));
  CHECK(crashes->harm.p_value == near(3.931728685781954e-37, 1e-8));
  CHECK(crashes->harm.fixed_p_value == near(8.146558453478738e-43, 1e-8));
  CHECK((crashes->harm.always_valid && crashes->harm.fixed));
  CHECK(crashes->non_inferiority.p_value == 1);
  CHECK_FALSE((crashes->non_inferiority.always_valid || crashes->non_inferiority.fixed));
  CHECK(crashes->interval.lower == near(0.07676418010286191, 1e-10));
}

TEST_CASE("guardrail: a small variant without an event yet is not called harmful", "[stats]") {
  const auto early = guardrail(zeros_and_ones(1800, 18), zeros_and_ones(200, 0), {.margin = 0.1, .n_star = 4000});
  REQUIRE(early);
  CHECK(early->statistic == near(-1.2908867716474381, 1e-10));
  CHECK(early->dof == near(236.22024718374902, 1e-10));
  CHECK(early->harm.p_value == 1);
  CHECK(early->harm.fixed_p_value == near(0.09900243916977342, 1e-9));
}

TEST_CASE("guardrail: at a single look, non-inferiority where the unpooled variance is the larger", "[stats]") {
  const auto higher = guardrail(kControl, kTreatment, {.margin = 0.1});
  const auto fixed = non_inferiority(kControl, kTreatment, {.margin = 0.1});
  REQUIRE((higher && fixed));
  CHECK(higher->statistic == near(fixed->statistic));
  CHECK(higher->dof == near(fixed->dof));
  CHECK(higher->non_inferiority.fixed_p_value == near(fixed->p_value));
  CHECK(higher->non_inferiority.fixed);
  CHECK(higher->non_inferiority.p_value == near(0.3018974952289818, 1e-10));
  CHECK_FALSE(higher->non_inferiority.always_valid);
  const auto lower = guardrail(kControl, kTreatment, {.margin = 0.02, .higher_is_better = false});
  REQUIRE(lower);
  CHECK(lower->statistic == near(-2.6351138832087795, 1e-10));
  CHECK(lower->non_inferiority.p_value == near(0.3429250576017071, 1e-10));
  CHECK(lower->harm.fixed_p_value == near(0.995610559537469));
}

TEST_CASE("guardrail: without a margin it is the conservative sequential test", "[stats]") {
  const auto test = sequential(kControl, Moments(180, 8.5, 1000), {.variance = DifferenceVariance::conservative});
  const auto asked = guardrail(kControl, Moments(180, 8.5, 1000), {});
  REQUIRE((test && asked));
  CHECK(asked->harm.p_value == *test->p_value);
  CHECK(asked->multiplier == test->multiplier);
  CHECK(asked->interval.upper == test->interval.upper);
}

TEST_CASE("guardrail: a large offset costs no digits that the margin leaves", "[stats]") {
  const auto far = guardrail(Moments(2000, 1e9, 2e3), Moments(1500, 1e9 + 1, 1.5e3), {});
  REQUIRE(far);
  CHECK(far->estimate == 1);
  CHECK(far->non_inferiority.always_valid);
}

TEST_CASE("guardrail: undefined", "[stats]") {
  CHECK(guardrail(kControl, Moments(1, 1, 0), {}).reason() == Undefined::insufficient_data);
  CHECK(guardrail(Moments(), kTreatment, {}).reason() == Undefined::insufficient_data);
  CHECK(guardrail(Moments(9, 1, 0), Moments(9, 1, 0), {}).reason() == Undefined::zero_variance);
  CHECK(guardrail(zeros_and_ones(50, 0), zeros_and_ones(60, 0), {}).reason() == Undefined::zero_variance);
  CHECK(guardrail(kControl, kTreatment, {.margin = -0.1}).reason() == Undefined::invalid_input);
  CHECK(guardrail(kControl, kTreatment, {.margin = std::nan("")}).reason() == Undefined::invalid_input);
  CHECK(guardrail(kControl, kTreatment, {.alpha = 1}).reason() == Undefined::invalid_input);
  CHECK(guardrail(kControl, kTreatment, {.n_star = 0}).reason() == Undefined::invalid_input);
  CHECK(guardrail(kControl, kTreatment, {.rho = -1}).reason() == Undefined::invalid_input);
}
