#include "platform/stats/looks/sequential.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "platform/stats/means/relative_lift_delta.h"
#include "platform/stats/means/welch.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

// n units in both variants together, standard error 1, estimate z.
Moments half(double n, double mean) {
  const double each = n / 2;
  return {static_cast<std::int64_t>(each), mean, 0.5 * each * (each - 1)};
}

Result<Sequential> at(double n, double z, const SequentialOptions& options = {}) {
  return sequential(half(n, 10), half(n, 10 + z), options);
}

}  // namespace

TEST_CASE("sequential: multiplier and p-value of the normal mixture", "[stats]") {
  // 3.0352 at n = n_star = 5000: also in the calibration of the design.
  const auto planned = at(5000, 3);
  REQUIRE(planned);
  CHECK(planned->standard_error == near(1));
  CHECK(planned->rho == near(0.039840066771373678));
  CHECK(planned->multiplier == near(3.0352089903762529));
  CHECK(*planned->p_value == near(0.054947614547404816));
  CHECK(planned->interval.lower == near(3 - 3.0352089903762529, 1e-9));

  const auto early = at(380, 2);
  REQUIRE(early);
  CHECK(early->multiplier == near(4.1448284885254905));
  CHECK(*early->p_value == near(0.59662301491296443));

  const auto late = at(2e7, 55, {.test = {.alpha = 0.01}});
  REQUIRE(late);
  CHECK(late->multiplier == near(4.4665558181506562));
  CHECK(*late->p_value == 0);  // 3e-655
}

TEST_CASE("sequential: one-sided bounds, without a p-value", "[stats]") {
  const auto greater = at(5000, 3, {.test = {.alternative = Alternative::greater}});
  REQUIRE(greater);
  CHECK(greater->multiplier == near(2.7790942353135217));
  CHECK(greater->interval.lower == near(3 - 2.7790942353135217, 1e-10));
  CHECK(greater->interval.upper == kInfinity);
  CHECK_FALSE(greater->p_value);
  const auto less = at(380, 3, {.test = {.alternative = Alternative::less}});
  REQUIRE(less);
  CHECK(less->multiplier == near(3.9843367608687909));
  CHECK(less->interval.lower == -kInfinity);
}

TEST_CASE("sequential: the p-value is below alpha exactly when the interval excludes 0", "[stats]") {
  for (double n = 20; n < 1e7; n *= 1.7) {
    const double size = 2 * std::floor(n / 2);
    const auto reference = at(size, 0);
    REQUIRE(reference);
    for (const double shift : {-1e-6, 1e-6}) {
      const auto close = at(size, reference->multiplier * (1 + shift));
      REQUIRE(close);
      CHECK((*close->p_value < 0.05) == (shift > 0));
      CHECK((close->interval.lower > 0) == (shift > 0));
    }
  }
}

TEST_CASE("sequential: wider than the fixed-sample interval, narrowest where it was planned", "[stats]") {
  const auto fixed = welch_t(half(5000, 10), half(5000, 10.5));
  const auto planned = at(5000, 0.5);
  const auto planned_later = at(5000, 0.5, {.n_star = 50'000});
  const auto planned_earlier = at(5000, 0.5, {.n_star = 500});
  REQUIRE((fixed && planned && planned_later && planned_earlier));
  CHECK(planned->interval.upper > fixed->interval.upper);
  CHECK(planned->multiplier < planned_later->multiplier);
  CHECK(planned->multiplier < planned_earlier->multiplier);
}

TEST_CASE("sequential: a relative difference has the delta method's error", "[stats]") {
  const Moments control(200, 10, 796), treatment(180, 12.5, 1000);
  const auto absolute = sequential(control, treatment);
  const auto relative = sequential(control, treatment, {.difference = Difference::relative});
  const auto delta = relative_lift_delta(control, treatment);
  REQUIRE((absolute && relative && delta));
  CHECK(relative->estimate == delta->estimate);
  CHECK(relative->standard_error == delta->standard_error);
  CHECK(relative->multiplier == absolute->multiplier);
}

TEST_CASE("sequential: rho given takes the place of n_star", "[stats]") {
  const auto by_rho = at(5000, 3, {.n_star = 7, .rho = 0.039840066771373678});
  REQUIRE(by_rho);
  CHECK(by_rho->multiplier == near(3.0352089903762529));
}

TEST_CASE("sequential: undefined like Welch's test, and without a mixture", "[stats]") {
  const Moments fine(10, 1, 5);
  CHECK(sequential(Moments(1, 1, 0), fine).reason() == Undefined::insufficient_data);
  CHECK(sequential(Moments(9, 1, 0), Moments(9, 2, 0)).reason() == Undefined::zero_variance);
  CHECK(sequential(Moments(9, 0, 3), fine, {.difference = Difference::relative}).reason() ==
        Undefined::zero_control_mean);
  CHECK(sequential(fine, fine, {.n_star = 0}).reason() == Undefined::invalid_input);
  CHECK(sequential(fine, fine, {.n_star = -5}).reason() == Undefined::invalid_input);
  CHECK(sequential(fine, fine, {.rho = 0}).reason() == Undefined::invalid_input);
  CHECK(sequential(fine, fine, {.rho = std::nan("")}).reason() == Undefined::invalid_input);
  CHECK(sequential(fine, fine, {.test = {.alpha = 0.5, .alternative = Alternative::less}}).reason() ==
        Undefined::invalid_input);
  CHECK(sequential(fine, fine, {.test = {.alpha = 1}}).reason() == Undefined::invalid_input);
}
