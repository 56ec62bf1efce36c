#include "platform/stats/ratios/linearised.h"

#include <catch2/catch.hpp>

#include "platform/stats/means/welch.h"
#include "platform/stats/ratios/ratio.h"
#include "tests/platform/stats/covariate_samples.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

TEST_CASE("linearised: numerator less the control's ratio times the denominator, unit by unit", "[stats]") {
  const RatioMoments c = pick(control_units(), 0, 1);
  const RatioMoments t = pick(treatment_units(), 0, 1);
  const auto found = linearised(c, t);
  REQUIRE(found);
  const double kappa = 32.0 / 17;
  CHECK(found->kappa == near(kappa));
  Moments of_control, of_treatment;
  for (const auto& [m, d] : {std::pair{3, 2}, {7, 3}, {1, 1}, {9, 4}, {4, 3}, {6, 2}, {2, 2}})
    of_control.add(m - kappa * d);
  for (const auto& [m, d] : {std::pair{5, 2}, {8, 3}, {4, 1}, {12, 4}, {3, 2}, {10, 3}})
    of_treatment.add(m - kappa * d);
  CHECK(found->control.mean() == 0);
  CHECK(found->control.variance() == near(of_control.variance()));
  CHECK(found->treatment.mean() == near(of_treatment.mean()));
  CHECK(found->treatment.variance() == near(of_treatment.variance()));
}

TEST_CASE("linearised: of the same ratios the test is the delta method's", "[stats]") {
  // To first order: with one ratio and one mean denominator in both variants it is the same test.
  const RatioMoments c = pick(control_units(), 0, 1);
  const auto values = linearised(c, c);
  const auto ratio = ratio_moments(c);
  REQUIRE((values && ratio));
  const double denominator = c.mean(1);
  CHECK(values->control.variance() == near(ratio->variance() * denominator * denominator));
  CHECK(welch_t(values->control, values->treatment)->p_value == 1);
}

TEST_CASE("linearised: undefined, and empty variants", "[stats]") {
  const RatioMoments c = pick(control_units(), 0, 1);
  CHECK(linearised({}, c).reason() == Undefined::insufficient_data);
  CHECK(linearised(RatioMoments(5, {1, 0}, {{{1, 0}, {0, 0}}}), c).reason() == Undefined::zero_denominator);
  CHECK(linearised(RatioMoments(5, {1, 1}, {{{-1, 0}, {0, 0}}}), c).reason() == Undefined::invalid_input);
  // A treatment that nobody has, or whose denominators are all 0, has moments; the test says what they lack.
  const auto alone = linearised(c, {});
  REQUIRE(alone);
  CHECK(welch_t(alone->control, alone->treatment).reason() == Undefined::insufficient_data);
  CHECK(linearised(c, RatioMoments(5, {1, 0}, {{{1, 0}, {0, 0}}}))->treatment.mean() == 1);
}
