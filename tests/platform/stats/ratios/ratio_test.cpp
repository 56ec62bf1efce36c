#include "platform/stats/ratios/ratio.h"

#include <catch2/catch.hpp>
#include <limits>

#include "platform/stats/means/relative_lift_delta.h"
#include "platform/stats/means/welch.h"
#include "tests/platform/stats/covariate_samples.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

RatioMoments pairs(std::initializer_list<RatioMoments::Values> values) {
  RatioMoments moments;
  for (const auto& value : values) moments.add(value);
  return moments;
}

}  // namespace

TEST_CASE("ratio: the variance is that of the linearised units", "[stats]") {
  const auto control = ratio_moments(pick(control_units(), 0, 1));
  const auto treatment = ratio_moments(pick(treatment_units(), 0, 1));
  REQUIRE((control && treatment));
  CHECK(control->n() == 7);
  CHECK(control->mean() == near(32.0 / 17));
  CHECK(control->variance() == near(0.45721834428866193));
  CHECK(treatment->mean() == near(2.8));
  CHECK(treatment->variance() == near(0.38144));

  const auto welch = welch_t(*control, *treatment);
  REQUIRE(welch);
  CHECK(welch->estimate == near(0.91764705882352941));
  CHECK(welch->p_value == near(0.026818142917494533));
  CHECK(welch->interval.lower == near(0.12688258675073684));
  CHECK(welch->interval.upper == near(1.708411530896322));
  const auto lift = relative_lift_delta(*control, *treatment);
  REQUIRE(lift);
  CHECK(lift->estimate == near(0.4875));
  CHECK(lift->standard_error == near(0.24234387928483549));
  CHECK(lift->p_value == near(0.069564398623120724));
}

TEST_CASE("ratio: a denominator of 1 leaves the mean", "[stats]") {
  const auto ratio = ratio_moments(pairs({{1e9 + 1, 1}, {1e9 - 1, 1}, {1e9, 1}}));
  REQUIRE(ratio);
  CHECK(ratio->mean() == 1e9);
  CHECK(ratio->variance() == near(1));
}

TEST_CASE("ratio: ten million units of large numerators", "[stats]") {
  const double degrees = 1e7 - 1;
  const auto ratio =
      ratio_moments({10'000'000, {1000, 4}, {{{1e6 * degrees, 4e3 * degrees}, {4e3 * degrees, 144 * degrees}}}});
  REQUIRE(ratio);
  CHECK(ratio->mean() == 250);
  CHECK(ratio->variance() == near(1e6 / 16 - 2 * 4e3 * 250 / 16 + 144.0 * 250 * 250 / 16));
}

TEST_CASE("ratio: exactly proportional quantities have no variance", "[stats]") {
  const auto ratio = ratio_moments(pairs({{0.3, 0.1}, {2.1, 0.7}, {3.3, 1.1}, {0.9, 0.3}}));
  REQUIRE(ratio);
  CHECK(ratio->mean() == near(3));
  CHECK(ratio->m2() == 0);
}

TEST_CASE("ratio: few units", "[stats]") {
  CHECK(ratio_moments({}).reason() == Undefined::insufficient_data);
  const auto one = ratio_moments(pairs({{6, 2}}));
  REQUIRE(one);
  CHECK(*one == Moments(1, 3, 0));
  const auto two = ratio_moments(pairs({{1, 1}, {5, 2}}));
  REQUIRE(two);
  CHECK(two->variance() == near(8.0 / 9));  // linearised: 2 -+ 2 / 3
}

TEST_CASE("ratio: no denominator, and what is no sample", "[stats]") {
  CHECK(ratio_moments(pairs({{1, 0}, {2, 0}})).reason() == Undefined::zero_denominator);
  CHECK(ratio_moments(pairs({{1, -1}, {2, 1}})).reason() == Undefined::zero_denominator);
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  for (const RatioMoments& bad :
       {RatioMoments(-1, {1, 1}, {{{1, 0}, {0, 1}}}), RatioMoments(9, {kNan, 1}, {{{1, 0}, {0, 1}}}),
        RatioMoments(9, {1, 1}, {{{-1, 0}, {0, 1}}}), RatioMoments(9, {1, 1}, {{{1, 2}, {2, 1}}}),
        RatioMoments(9, {1, 1}, {{{1, kNan}, {kNan, 1}}}), RatioMoments(9, {1, kInfinity}, {{{1, 0}, {0, 1}}}),
        RatioMoments(9, {1e300, 1e-300}, {{{1, 0}, {0, 1}}})}) {
    CHECK(ratio_moments(bad).reason() == Undefined::invalid_input);
  }
}
