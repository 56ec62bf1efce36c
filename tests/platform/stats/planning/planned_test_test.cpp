#include "platform/stats/planning/planned_test.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "platform/stats/looks/group_sequential.h"
#include "platform/stats/planning/power.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

const std::vector<double> kFive = {0.2, 0.4, 0.6, 0.8, 1};

// z(0.025) + z(0.2)
constexpr double kBoth = 1.9599639845400542 + 0.84162123357291441;

}  // namespace

// The plan sized the lift by the delta method, whose error grows with the lift that is to be found: 479 units a
// variant.
TEST_CASE("planned size: 20 % where the spread is the mean, for the test of the difference", "[stats]") {
  const auto size = planned_size({.variance = 100, .control_mean = 10}, 2, 0.8);
  REQUIRE(size);
  CHECK(size->n_control == Approx(2 * kBoth * kBoth / 0.04).epsilon(1e-5));
  CHECK(size->n_control_ceil == 393);
  CHECK(size->n_treatment_ceil == 393);
  CHECK(size->inflation == 1);
}

TEST_CASE("planned size: as sample_size has it with a known spread, for any weights and sides", "[stats]") {
  for (const double ratio : {1.0, 0.1111, 3.0}) {
    for (const Alternative side : {Alternative::two_sided, Alternative::greater, Alternative::less}) {
      const double effect = side == Alternative::less ? -0.3 : 0.3;
      const Design design{
          .model = PowerModel::z, .sd = 2, .ratio = ratio, .test = {.alpha = 0.01, .alternative = side}};
      const PlannedTest test{.variance = 4, .ratio = ratio, .alpha = 0.01, .alternative = side};
      const auto size = planned_size(test, effect, 0.9);
      CHECK(size->n_control == near(sample_size(design, effect, 0.9)->n_control, 1e-10));
      CHECK(size->n_treatment_ceil == std::ceil(size->n_control * ratio));
      CHECK(*planned_power(test, 500, effect) == near(*power(design, 500, effect), 1e-12));
      CHECK(*planned_mde(test, 500, 0.9) == near(*mde(design, 500, 0.9), 1e-10));
    }
  }
}

TEST_CASE("planned size: what CUPED takes away is not needed", "[stats]") {
  const auto plain = planned_size({.variance = 1}, 0.1, 0.8);
  const auto cuped = planned_size({.variance = 1, .variance_reduction = 0.4}, 0.1, 0.8);
  CHECK(cuped->n_control == near(0.6 * plain->n_control));
}

// J. L. Fleiss, Statistical Methods for Rates and Proportions, formula (3.14) of the 2nd edition.
TEST_CASE("planned size: the pooled z test of two rates", "[stats]") {
  const PlannedTest test{.control_mean = 0.6, .proportion = true};
  const auto size = planned_size(test, 0.1, 0.9);
  REQUIRE(size);
  const double root = 1.9599639845400542 * std::sqrt(2 * 0.65 * 0.35) + 1.2815515655446004 * std::sqrt(0.24 + 0.21);
  CHECK(size->n_control == Approx(root * root / 0.01).epsilon(1e-6));
  CHECK(*planned_power(test, size->n_control, 0.1) == Approx(0.9).epsilon(1e-9));
  CHECK(*planned_mde(test, size->n_control, 0.9) == Approx(0.1).epsilon(1e-9));
  CHECK(planned_mde(test, 3, 0.9).reason() == Undefined::not_attainable);
}

// n = (z_alpha + z_power)^2 s^2 (1 + (1 - M)^2) / (M mu)^2, one-sided.
TEST_CASE("planned size: non-inferiority", "[stats]") {
  const double wanted = std::pow(1.6448536269514722 + 0.84162123357291441, 2) * 25 * (1 + 0.95 * 0.95) / 0.25;
  const PlannedTest test{.variance = 25, .control_mean = 10, .margin = 0.05};
  CHECK(planned_size(test, 0, 0.8)->n_control == near(wanted, 1e-10));
  CHECK(*planned_power(test, wanted, 0) == near(0.8, 1e-10));
  PlannedTest lower = test;
  lower.higher_is_better = false;
  CHECK(planned_size(lower, 0, 0.8)->n_control == near(wanted / (1 + 0.95 * 0.95) * (1 + 1.05 * 1.05), 1e-10));
  CHECK(planned_size(test, -0.5, 0.8).reason() == Undefined::not_attainable);  // as bad as the margin
  PlannedTest looks = test;
  looks.looks = PlannedLooks::group_sequential;
  looks.information_fractions = kFive;
  const auto size = planned_size(looks, 0, 0.8);
  CHECK(size->inflation > 1);
  CHECK(*planned_power(looks, size->n_control, 0) == near(0.8, 1e-9));
  CHECK(planned_power(looks, wanted, -5).reason() == Undefined::not_attainable);
  CHECK(*planned_power(test, wanted, -5) < 0.05);
  CHECK(planned_size({.variance = 25, .margin = 0.05}, 0, 0.8).reason() == Undefined::zero_control_mean);
  CHECK(planned_mde(test, 100, 0.8).reason() == Undefined::invalid_input);
}

// C. Jennison and B. W. Turnbull's table 2.4 has 1.028 for O'Brien and Fleming's own boundary at five looks.
TEST_CASE("planned size: looks ask for more units", "[stats]") {
  PlannedTest test{.variance = 1, .looks = PlannedLooks::group_sequential, .information_fractions = kFive};
  const auto size = planned_size(test, 0.1, 0.8);
  REQUIRE(size);
  CHECK(size->inflation == Approx(1.028).margin(0.006));
  const double expected_z = 0.1 * std::sqrt(size->n_control / 2);
  CHECK(expected_z == near(*group_sequential_drift(kFive, 0.8), 1e-9));
  CHECK(*planned_power(test, size->n_control, 0.1) == near(0.8, 1e-9));
  CHECK(*planned_mde(test, size->n_control, 0.8) == near(0.1, 1e-9));

  test.looks = PlannedLooks::always_valid;
  const auto always = planned_size(test, 0.1, 0.8);
  // The multiplier at N* is 3.0352 at 5 %, whatever N*.
  CHECK(always->inflation == Approx(std::pow((3.0352 + 0.84162) / kBoth, 2)).epsilon(1e-4));
  CHECK(*planned_power(test, always->n_control, 0.1) == near(0.8, 1e-9));
  test.n_star = 500;
  CHECK(planned_size(test, 0.1, 0.8)->n_control > always->n_control);
}

// 5 % of nine units in ten against 10 % of the tenth one: the unpooled variance .05 x .95 + 9 x .1 x .9 = .8575 is what
// the always-valid test takes, the pooled one of .055 x .945 x 10 = .51975 is too small.
TEST_CASE("planned size: always-valid shares take the larger variance", "[stats]") {
  const PlannedTest test{
      .control_mean = 0.05, .proportion = true, .ratio = 1.0 / 9, .looks = PlannedLooks::always_valid};
  const double expected_z = 3.0352 + 0.84162;
  CHECK(planned_size(test, 0.05, 0.8)->n_control == Approx(expected_z * expected_z * 0.8575 / 0.0025).epsilon(1e-4));
  // Seen the other way round the pooled one is the larger.
  PlannedTest large = test;
  large.ratio = 9;
  const double pooled = 0.095 * 0.905 * (1 + 1.0 / 9);
  const double unpooled = 0.0475 + 0.09 / 9;
  const double root = 3.0352 * std::sqrt(pooled) + 0.84162 * std::sqrt(unpooled);
  CHECK(planned_size(large, 0.05, 0.8)->n_control == Approx(root * root / 0.0025).epsilon(1e-4));
}

TEST_CASE("planned size: undefined", "[stats]") {
  const PlannedTest fine{.variance = 1};
  const auto reason = [&](auto change, double effect = 0.1, double power = 0.8) {
    PlannedTest test = fine;
    change(test);
    return planned_size(test, effect, power).reason();
  };
  const auto same = [](PlannedTest&) {};
  CHECK(reason(same, 0) == Undefined::not_attainable);
  CHECK(reason(same, 0.1, 0.05) == Undefined::not_attainable);
  CHECK(reason(same, 1e-9) == Undefined::not_attainable);
  CHECK(reason(same, 0.1, 1) == Undefined::invalid_input);
  CHECK(reason(same, std::nan("")) == Undefined::invalid_input);
  CHECK(reason([](auto& t) { t.variance = 0; }) == Undefined::zero_variance);
  CHECK(reason([](auto& t) { t.variance = -1; }) == Undefined::invalid_input);
  CHECK(reason([](auto& t) { t.ratio = 0; }) == Undefined::invalid_input);
  CHECK(reason([](auto& t) { t.alpha = 1; }) == Undefined::invalid_input);
  CHECK(reason([](auto& t) { t.variance_reduction = 1; }) == Undefined::invalid_input);
  CHECK(reason([](auto& t) { t.margin = 0; }) == Undefined::invalid_input);
  CHECK(reason([](auto& t) { t.proportion = true; }) == Undefined::invalid_input);
  CHECK(reason([](auto& t) { t.looks = PlannedLooks::group_sequential; }) == Undefined::invalid_input);
  CHECK(reason([](auto& t) { t.alternative = Alternative::less; }) == Undefined::not_attainable);
  CHECK(reason([](auto& t) { t.n_star = 0; }) == Undefined::invalid_input);
  CHECK(planned_size({.control_mean = 0.9, .proportion = true}, 0.1, 0.8).reason() == Undefined::invalid_input);
  CHECK(planned_power(fine, 0, 0.1).reason() == Undefined::insufficient_data);
  CHECK(planned_power(fine, -1, 0.1).reason() == Undefined::invalid_input);
  CHECK(planned_mde(fine, 0, 0.8).reason() == Undefined::insufficient_data);
  CHECK(planned_mde({}, 10, 0.8).reason() == Undefined::zero_variance);
}
