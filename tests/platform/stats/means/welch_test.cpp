#include "platform/stats/means/welch.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("welch: R's t.test on Student's sleep data", "[stats]") {
  const auto welch = welch_t(sleep1(), sleep2());
  REQUIRE(welch);
  // As printed by R's documentation of t.test: t = -1.8608 (of group 1 - group 2), df = 17.776, p-value = 0.07939,
  // interval -3.3654832 .. 0.2054832, means 0.75 and 2.33.
  CHECK(welch->statistic == near(1.8608, 1e-4));
  CHECK(welch->dof == near(17.776, 1e-4));
  CHECK(welch->p_value == near(0.07939, 1e-4));
  CHECK(welch->interval.lower == near(-0.2054832, 1e-6));
  CHECK(welch->interval.upper == near(3.3654832, 1e-7));
  CHECK(welch->control_mean == near(0.75));
  CHECK(welch->treatment_mean == near(2.33));
  // With more digits.
  CHECK(welch->estimate == near(1.58));
  CHECK(welch->standard_error == near(0.84909101723876196));
  CHECK(welch->dof == near(17.77647351617849));
  CHECK(welch->p_value == near(0.079394140187358138));
  CHECK(welch->interval.lower == near(-0.20548323071171097));
  CHECK(welch->interval.upper == near(3.365483230711711));
}

TEST_CASE("welch: one-sided tests and intervals", "[stats]") {
  const auto greater = welch_t(sleep1(), sleep2(), {.alternative = Alternative::greater});
  REQUIRE(greater);
  CHECK(greater->p_value == near(0.039697070093679069));
  CHECK(greater->interval.lower == near(0.10661850266839357));
  CHECK(greater->interval.upper == kInfinity);
  const auto less = welch_t(sleep1(), sleep2(), {.alternative = Alternative::less});
  REQUIRE(less);
  CHECK(less->p_value == near(1 - 0.039697070093679069));
  CHECK(less->interval.lower == -kInfinity);
  CHECK(less->interval.upper == near(3.0533814973316064));
}

TEST_CASE("welch: a null difference shifts the statistic and leaves the interval", "[stats]") {
  const auto welch = welch_t(sleep1(), sleep2(), {}, 1.58);
  REQUIRE(welch);
  CHECK(welch->statistic == Approx(0).margin(1e-14));
  CHECK(welch->p_value == near(1));
  CHECK(welch->interval.lower == near(-0.20548323071171097));
}

TEST_CASE("welch: two units a variant are enough, one or none is not", "[stats]") {
  const auto two = welch_t(Moments(2, 1, 0.5), Moments(2, 3, 2));
  REQUIRE(two);
  CHECK(two->dof == near(1.4705882352941176));
  CHECK(two->p_value == near(0.25853213370782734));
  CHECK(two->interval.lower == near(-4.9185228300710693));
  for (const Moments& few : {Moments(), Moments(1, 3, 0)}) {
    CHECK(welch_t(few, sleep2()).reason() == Undefined::insufficient_data);
    CHECK(welch_t(sleep1(), few).reason() == Undefined::insufficient_data);
    CHECK(welch_t(few, few).reason() == Undefined::insufficient_data);
  }
}

TEST_CASE("welch: ten million units, and a p-value below the smallest double", "[stats]") {
  const auto welch = welch_t(Moments(10'000'000, 10, 4e7), Moments(10'000'000, 10.05, 4.2e7));
  REQUIRE(welch);
  CHECK(welch->dof == near(19988107.394768133));
  CHECK(welch->p_value == 0);  // 1.5e-664
  CHECK(welch->interval.lower == near(0.048225176930096923));
  CHECK(welch->interval.upper == near(0.051774823069903077));
}

TEST_CASE("welch: tiny p-values keep their digits", "[stats]") {
  const auto welch = welch_t(Moments(1000, 1, 999), Moments(1000, 2.75, 999));
  REQUIRE(welch);
  CHECK(welch->p_value == near(3.9153510422391837e-249));
}

TEST_CASE("welch: values around 1e9 that differ by 1", "[stats]") {
  const auto welch = welch_t(sample({999'999'999, 1'000'000'001, 1'000'000'000, 1'000'000'002}),
                             sample({1'000'000'001, 1'000'000'003, 1'000'000'002}));
  REQUIRE(welch);
  CHECK(welch->estimate == 1.5);
  CHECK(welch->p_value == near(0.14429304308394376));
  CHECK(welch->interval.upper == near(3.7317114813387884));
}

TEST_CASE("welch: one variant without variance is valid, with the other's degrees of freedom", "[stats]") {
  const auto welch = welch_t(Moments(5, 2, 0), Moments(4, 3, 1.2), {.alpha = 0.1});
  REQUIRE(welch);
  CHECK(welch->dof == 3);
  CHECK(welch->p_value == near(0.050781866286493775));
  CHECK(welch->interval.lower == near(0.25580113838690681));
  CHECK(welch_t(Moments(5, 2, 0), Moments(4, 3, 0)).reason() == Undefined::zero_variance);
}

TEST_CASE("welch: variances whose squares underflow", "[stats]") {
  const auto welch = welch_t(Moments(10, 1e-120, 9e-240), Moments(10, 3e-120, 9e-240));
  REQUIRE(welch);
  CHECK(welch->dof == near(18));
  CHECK(welch->statistic == near(2 / std::sqrt(0.2)));
}

TEST_CASE("welch: what is no sample is refused", "[stats]") {
  const Moments fine(10, 1, 5);
  for (const Moments& bad : {Moments(-1, 0, 0), Moments(10, kNan, 1), Moments(10, 1, -1), Moments(10, 1, kNan),
                             Moments(10, kInfinity, 1), Moments(10, 1, kInfinity)}) {
    CHECK(welch_t(fine, bad).reason() == Undefined::invalid_input);
    CHECK(welch_t(bad, fine).reason() == Undefined::invalid_input);
  }
  for (const double alpha : {0.0, 1.0, -0.1, 1.5, kNan}) {
    CHECK(welch_t(fine, fine, {.alpha = alpha}).reason() == Undefined::invalid_input);
  }
  CHECK(welch_t(fine, fine, {}, kNan).reason() == Undefined::invalid_input);
}
