#include <catch2/catch.hpp>

#include "platform/stats/means/relative_lift_delta.h"
#include "platform/stats/means/relative_lift_fieller.h"
#include "platform/stats/means/relative_lift_naive.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

const Moments kControl(200, 10, 796);
const Moments kTreatment(180, 12.5, 1000);

}  // namespace

TEST_CASE("fieller: the limits are the roots of its equation", "[stats]") {
  const auto lift = relative_lift_fieller(kControl, kTreatment);
  REQUIRE(lift);
  CHECK(lift->type == FiellerType::bounded);
  CHECK(lift->estimate == 0.25);
  CHECK(lift->dof == near(352.39825780665339));
  CHECK(lift->g == near(0.00077359638024147325));
  CHECK(lift->interval.lower == near(0.20185525018719194));
  CHECK(lift->interval.upper == near(0.30008023805010612));
}

TEST_CASE("fieller: ten million units, tiny limits", "[stats]") {
  const auto lift = relative_lift_fieller(Moments(10'000'000, 10, 4e7), Moments(10'000'000, 10.05, 4.2e7));
  REQUIRE(lift);
  CHECK(lift->interval.lower == near(0.0048220996970123703));
  CHECK(lift->interval.upper == near(0.0051779311883238517));
}

TEST_CASE("fieller: limits of 1e-10 next to means of 1e9 keep their digits", "[stats]") {
  const auto lift = relative_lift_fieller(sample({999'999'999, 1'000'000'001, 1'000'000'000, 1'000'000'002}),
                                          sample({1'000'000'001, 1'000'000'003, 1'000'000'002}));
  REQUIRE(lift);
  CHECK(lift->interval.lower == near(-7.3171148006572774e-10));
  CHECK(lift->interval.upper == near(3.7317114840996568e-9));
}

TEST_CASE("fieller: a negative control mean keeps the sign of the difference", "[stats]") {
  const auto lift = relative_lift_fieller(Moments(50, -4, 196), Moments(60, -3, 177));
  REQUIRE(lift);
  CHECK(lift->estimate == 0.25);
  CHECK(lift->interval.lower == near(0.079753510032730356));
  CHECK(lift->interval.upper == near(0.39011500964985708));
}

TEST_CASE("fieller: a control without variance leaves Welch's interval, scaled", "[stats]") {
  const auto lift = relative_lift_fieller(Moments(5, 2, 0), Moments(4, 3, 1.2), {.alpha = 0.1});
  REQUIRE(lift);
  CHECK(lift->g == 0);
  CHECK(lift->interval.lower == near(0.1279005691934534));
  CHECK(lift->interval.upper == near(0.8720994308065466));
}

TEST_CASE("fieller: one-sided limits are those of the two-sided interval at twice alpha", "[stats]") {
  const auto both = relative_lift_fieller(kControl, kTreatment, {.alpha = 0.1});
  const auto greater = relative_lift_fieller(kControl, kTreatment, {.alternative = Alternative::greater});
  const auto less = relative_lift_fieller(kControl, kTreatment, {.alternative = Alternative::less});
  REQUIRE((both && greater && less));
  CHECK(greater->interval == Bounds{both->interval.lower, kInfinity});
  CHECK(less->interval == Bounds{-kInfinity, both->interval.upper});
}

TEST_CASE("fieller: a control mean that cannot be told from 0 leaves no interval", "[stats]") {
  // The sleep data: g = 2.516; the treatment's mean is clearly above 0, so some lifts around -1 are excluded.
  const auto exterior = relative_lift_fieller(sleep1(), sleep2());
  REQUIRE(exterior);
  CHECK(exterior->g == near(2.5159725693495767));
  CHECK(exterior->type == FiellerType::exterior);
  CHECK(exterior->interval == Bounds{-kInfinity, kInfinity});
  CHECK(exterior->estimate == near(2.1066666666666667));
  // Neither mean can be told from 0: z = 0.32 and 0.63, and t at 18 degrees of freedom is 2.10.
  const auto unbounded = relative_lift_fieller(Moments(10, 0.1, 9), Moments(10, 0.2, 9));
  REQUIRE(unbounded);
  CHECK(unbounded->type == FiellerType::unbounded);
  CHECK(unbounded->interval == Bounds{-kInfinity, kInfinity});
  CHECK(to_string(FiellerType::exterior) == "exterior");
}

TEST_CASE("lift: no lift on a control mean of 0, nor where the absolute test has none", "[stats]") {
  const Moments zero(10, 0, 9);
  CHECK(relative_lift_fieller(zero, kTreatment).reason() == Undefined::zero_control_mean);
  CHECK(relative_lift_delta(zero, kTreatment).reason() == Undefined::zero_control_mean);
  CHECK(relative_lift_naive(zero, kTreatment).reason() == Undefined::zero_control_mean);
  CHECK(relative_lift_fieller(kControl, Moments(1, 3, 0)).reason() == Undefined::insufficient_data);
  CHECK(relative_lift_delta(Moments(), kTreatment).reason() == Undefined::insufficient_data);
  CHECK(relative_lift_naive(Moments(4, 1, 0), Moments(4, 2, 0)).reason() == Undefined::zero_variance);
  CHECK(relative_lift_fieller(kControl, kTreatment, {.alpha = 0}).reason() == Undefined::invalid_input);
}

TEST_CASE("lift: means so small that the lift overflows are refused, not NaN", "[stats]") {
  const Moments tiny(10, 1e-310, 0);
  CHECK(relative_lift_fieller(tiny, Moments(10, 1, 9)).reason() == Undefined::invalid_input);
  CHECK(relative_lift_delta(tiny, Moments(10, 1, 9)).reason() == Undefined::invalid_input);
  CHECK(relative_lift_naive(tiny, Moments(10, 1, 9)).reason() == Undefined::invalid_input);
  CHECK(relative_lift_fieller(Moments(10, 1e-200, 0), Moments(10, 1, 9)).reason() == Undefined::invalid_input);
}

TEST_CASE("delta: variance, Wald test and interval of the ratio", "[stats]") {
  const auto lift = relative_lift_delta(kControl, kTreatment);
  REQUIRE(lift);
  CHECK(lift->estimate == 0.25);
  CHECK(lift->standard_error == near(0.024957288157048266));
  CHECK(lift->dof == near(352.39825780665339));
  CHECK(lift->p_value == near(5.9955100111400664e-21));
  CHECK(lift->interval.lower == near(0.20091603813011146));
  CHECK(lift->interval.upper == near(0.29908396186988854));
  const auto negative = relative_lift_delta(Moments(50, -4, 196), Moments(60, -3, 177));
  REQUIRE(negative);
  CHECK(negative->interval.lower == near(0.097080570800341028));
  CHECK(negative->p_value == near(0.0016116934902378778));
}

TEST_CASE("naive: Welch's interval by the control's mean", "[stats]") {
  const auto lift = relative_lift_naive(kControl, kTreatment);
  REQUIRE(lift);
  CHECK(lift->estimate == 0.25);
  CHECK(lift->p_value == near(1.2463807248113965e-24));
  CHECK(lift->interval.lower == near(0.20556929722636785));
  CHECK(lift->interval.upper == near(0.29443070277363215));
  const auto negative = relative_lift_naive(Moments(50, -4, 196), Moments(60, -3, 177));
  REQUIRE(negative);
  CHECK(negative->interval.lower == near(0.071115569872982644));
}
