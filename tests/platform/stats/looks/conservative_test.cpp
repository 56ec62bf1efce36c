#include <algorithm>
#include <catch2/catch.hpp>

#include "platform/stats/counts/proportion.h"
#include "platform/stats/decisions/guardrail.h"
#include "platform/stats/looks/sequential.h"
#include "platform/stats/looks/sequential_lift.h"
#include "platform/stats/means/cuped_mean.h"
#include "platform/stats/moments/pooled.h"
#include "tests/platform/stats/covariate_samples.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

constexpr SequentialOptions kConservative{.variance = DifferenceVariance::conservative};

Moments zeros_and_ones(std::int64_t n, std::int64_t ones) {
  const double share = static_cast<double>(ones) / static_cast<double>(n);
  return {n, share, static_cast<double>(ones) * (1 - share)};
}

// Whether the lifts that are left leave out what the contrast treatment - (1 + lift) control says is excluded.
void check_dual(const Moments& control, const Moments& treatment, const Bounds& lifts, double margin) {
  for (const bool higher : {true, false}) {
    const auto asked = guardrail(control, treatment, {.margin = margin, .higher_is_better = higher});
    REQUIRE(asked);
    const double lift = asked->ratio - 1;
    const bool excluded = asked->harm.always_valid || asked->non_inferiority.always_valid;
    CHECK((lifts.lower > lift || lifts.upper < lift) == excluded);
  }
}

}  // namespace

TEST_CASE("conservative sequential: a variant without an event has a variance all the same", "[stats]") {
  // Day 1 of an experiment without an effect: 18 events in 1 800 units, none in 200. With the treatment's own variance,
  // 0, it ended as harmful (p = .002); Fisher's exact p is .25.
  const Moments control = zeros_and_ones(1800, 18);
  const Moments treatment = zeros_and_ones(200, 0);
  const auto own = sequential(control, treatment);
  const auto found = sequential(control, treatment, kConservative);
  REQUIRE((own && found));
  CHECK(own->standard_error == near(0.0023458595981068467));
  CHECK(*own->p_value == near(0.002039946388964393));
  CHECK(found->estimate == own->estimate);
  CHECK(found->standard_error == near(0.007039144092114435));
  CHECK(*found->p_value == near(0.9485046340823807));
  CHECK(found->interval.lower == near(-0.031988731138232765));
  // Of the lift, the unpooled error is 0.
  SequentialOptions relative = kConservative;
  relative.difference = Difference::relative;
  const auto lift = sequential(control, treatment, relative);
  REQUIRE(lift);
  CHECK(lift->estimate == -1);
  CHECK(lift->standard_error == near(0.6677918432759912));
}

TEST_CASE("conservative sequential: never narrower, and the same where the variants are equally large", "[stats]") {
  const Moments control(200, 10, 796), treatment(200, 12.5, 1000);
  CHECK(sequential(control, treatment, kConservative)->standard_error ==
        near(sequential(control, treatment)->standard_error));
  // The smaller one varies more: its own variance is the larger.
  CHECK(sequential(control, Moments(20, 12.5, 1000), kConservative)->standard_error ==
        sequential(control, Moments(20, 12.5, 1000))->standard_error);
  CHECK(sequential(control, Moments(1, 3, 0), kConservative).reason() == Undefined::insufficient_data);
  CHECK(sequential(Moments(9, 1, 0), Moments(9, 2, 0), kConservative).reason() == Undefined::zero_variance);
}

TEST_CASE("pooled: counts and means stay, variances become one", "[stats]") {
  const auto both = pooled(Moments(200, 10, 796), Moments(180, 9.6, 1000));
  CHECK(both.control.mean() == 10);
  CHECK(both.treatment.n() == 180);
  CHECK(both.control.variance() == near(1796.0 / 378));
  CHECK(both.treatment.variance() == near(1796.0 / 378));
  CHECK(pooled(Moments(1, 3, 0), Moments(5, 3, 1)).treatment == Moments(5, 3, 1));
}

TEST_CASE("conservative lift: excludes what the contrast of the same variance excludes", "[stats]") {
  const double multiplier = *sequential_multiplier(2000);
  int excluded = 0;
  for (std::int64_t ones = 0; ones <= 200; ++ones) {
    const Moments control = zeros_and_ones(1800, 180);
    const Moments treatment = zeros_and_ones(200, ones);
    const auto lift = conservative_lift(control, treatment, multiplier);
    REQUIRE(lift);
    REQUIRE(lift->type == FiellerType::bounded);
    const auto difference = sequential(control, treatment, kConservative);
    CHECK((lift->interval.lower > 0 || lift->interval.upper < 0) == (*difference->p_value < 0.05));
    CHECK((lift->interval.lower > 0 || lift->interval.upper < 0) ==
          (difference->interval.lower > 0 || difference->interval.upper < 0));
    if (*difference->p_value < 0.05) ++excluded;
    for (const double margin : {0.0, 0.05, 0.3}) check_dual(control, treatment, lift->interval, margin);
  }
  CHECK(excluded > 100);
  // A control of nothing cannot be divided by, and the contrast still finds the harm.
  CHECK(conservative_lift(zeros_and_ones(2000, 3), zeros_and_ones(2000, 200), multiplier)->type !=
        FiellerType::bounded);
  CHECK(conservative_lift(Moments(9, 0, 3), Moments(9, 1, 3), 3).reason() == Undefined::zero_control_mean);
}

TEST_CASE("conservative lift: adjusted by a covariate, as the adjusted values", "[stats]") {
  const CovariateMoments c = control();
  const CovariateMoments t = treatment();
  const double theta = pooled_theta(c, t);
  const auto united = conservative_cuped_lift(c, t, theta, 2.5);
  const auto own = cuped_relative_fieller_at(c, t, theta, {}, 2.5);
  const auto both = pooled(c, t);
  const auto of_pooled = cuped_relative_fieller_at(both.control, both.treatment, theta, {}, 2.5);
  REQUIRE((united && own && of_pooled));
  CHECK(united->interval.lower == std::min(own->interval.lower, of_pooled->interval.lower));
  CHECK(united->interval.upper == std::max(own->interval.upper, of_pooled->interval.upper));
  CHECK(united->estimate == own->estimate);
}
