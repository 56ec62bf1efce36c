#include "platform/stats/looks/group_sequential.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "platform/core/random.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

// Constants from references_group_sequential.py, which integrates on another grid and scale.
namespace {

constexpr Spending kOBrienFleming{.type = SpendingType::obrien_fleming};
constexpr Spending kPocock{.type = SpendingType::pocock};

std::vector<double> bounds(const std::vector<double>& fractions, const Spending& spending, double alpha = 0.05) {
  const auto result = group_sequential(fractions, {.alpha = alpha, .spending = spending});
  REQUIRE(result);
  return result->z_bounds;
}

void check(const std::vector<double>& actual, const std::vector<double>& expected, double tolerance = 1e-9) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) CHECK(actual[i] == near(expected[i], tolerance));
}

std::vector<double> equal_steps(int looks) {
  std::vector<double> fractions;
  for (int k = 1; k <= looks; ++k) fractions.push_back(static_cast<double>(k) / looks);
  return fractions;
}

}  // namespace

TEST_CASE("group sequential: five equal looks", "[stats]") {
  check(bounds(equal_steps(5), kOBrienFleming),
        {4.8768849487908, 3.3570119215745, 2.6802800645452, 2.2898167677125, 2.0310320433107});
  check(bounds(equal_steps(5), kPocock),
        {2.43797668805, 2.4268138581503, 2.4101938402717, 2.3966454006495, 2.3859845716238});
}

TEST_CASE("group sequential: fractions at any distance", "[stats]") {
  check(bounds({0.1, 0.15, 0.6, 0.62, 0.9}, {.type = SpendingType::power, .rho = 3}),
        {4.0556269811224, 3.820202432774, 2.553235307512, 2.628078319638, 2.1467918238369});
  check(bounds({0.5, 1}, kOBrienFleming), {2.9625880427276, 1.9685956405937});
  check(bounds({0.3, 0.31}, {.type = SpendingType::power, .rho = 2}, 0.01), {3.3200541166994, 3.4528133598161});
  check(bounds({0.5, 0.50002}, kPocock), {2.1569992183447, 2.1729104059626}, 1e-9);
}

TEST_CASE("group sequential: fifty looks", "[stats]") {
  const auto obrien_fleming = bounds(equal_steps(50), kOBrienFleming);
  check({obrien_fleming[0], obrien_fleming[1], obrien_fleming[9], obrien_fleming[24], obrien_fleming[49]},
        {15.805489048232, 11.145479010822, 4.8931253099214, 3.0683671166778, 2.1636042567161});
  const auto pocock = bounds(equal_steps(50), kPocock);
  check({pocock[0], pocock[1], pocock[9], pocock[24], pocock[49]},
        {3.1400107478895, 3.1014166926311, 2.8629369510004, 2.6936841852459, 2.5811974624669});
}

TEST_CASE("group sequential: one look is the fixed test", "[stats]") {
  for (const Spending& spending : {kOBrienFleming, kPocock, Spending{.type = SpendingType::power, .rho = 1}}) {
    check(bounds({1}, spending), {1.9599639845400542}, 1e-12);
  }
}

TEST_CASE("group sequential: what may be spent up to each look", "[stats]") {
  const std::vector<double> fractions{0.25, 0.5, 1};
  const auto power = group_sequential(fractions, {.spending = {.type = SpendingType::power, .rho = 2}});
  REQUIRE(power);
  check(power->cumulative_alpha, {0.003125, 0.0125, 0.05}, 1e-14);
  const auto pocock = group_sequential(fractions, {.spending = kPocock});
  REQUIRE(pocock);
  check(pocock->cumulative_alpha, {0.017868700975439427, 0.031005725347913876, 0.05}, 1e-13);
  // 4 P(Z > z_0.0125 / sqrt(t))
  const auto obrien_fleming = group_sequential(fractions, {});
  REQUIRE(obrien_fleming);
  check(obrien_fleming->cumulative_alpha, {1.4733616871738982e-5, 0.0030506455159778178, 0.05}, 1e-13);
}

TEST_CASE("group sequential: later looks do not move earlier bounds", "[stats]") {
  const auto all = bounds({0.2, 0.5, 0.55, 1}, kOBrienFleming);
  check(bounds({0.2, 0.5}, kOBrienFleming), {all[0], all[1]}, 1e-12);
}

TEST_CASE("group sequential: a look that may spend nothing has an infinite bound and costs nothing", "[stats]") {
  const auto early = bounds({0.001, 0.003, 0.5, 1}, kOBrienFleming);
  CHECK(early[0] == kInfinity);
  CHECK(early[1] == kInfinity);
  check({early[2], early[3]}, {2.9625880427276, 1.9685956405937});
  const auto tiny = bounds({1e-300, 1}, kPocock);
  CHECK(tiny[0] > 30);
  CHECK(tiny[1] == near(1.9599639845400542));
}

TEST_CASE("group sequential: impossible plans", "[stats]") {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  for (const std::vector<double>& bad : std::vector<std::vector<double>>{{},
                                                                         {0, 1},
                                                                         {-0.1, 1},
                                                                         {0.5, 1.01},
                                                                         {0.5, 0.5},
                                                                         {0.5, 0.4},
                                                                         {0.5, 0.500001},
                                                                         {kNan},
                                                                         {0.5, kNan},
                                                                         {kNan, 1}}) {
    CHECK(group_sequential(bad).reason() == Undefined::invalid_input);
  }
  const std::vector<double> fine{0.5, 1};
  CHECK(group_sequential(fine, {.alpha = 0}).reason() == Undefined::invalid_input);
  CHECK(group_sequential(fine, {.alpha = 1e-310}).reason() == Undefined::invalid_input);
  CHECK(group_sequential(fine, {.alpha = kNan}).reason() == Undefined::invalid_input);
  for (const double rho : {0.0, -1.0, kNan, kInfinity}) {
    CHECK(group_sequential(fine, {.spending = {.type = SpendingType::power, .rho = rho}}).reason() ==
          Undefined::invalid_input);
  }
}

TEST_CASE("group sequential: power without a drift is what is spent, and one look is the z-test", "[stats]") {
  const auto looks = equal_steps(5);
  CHECK(*group_sequential_power(looks, 0) == Approx(0.05).epsilon(1e-9));
  const std::vector<double> one = {1.0};
  // Two-sided z-test at an expected z of 2.801585: 80.00 %.
  CHECK(*group_sequential_power(one, 2.8015852) == Approx(0.8).margin(2e-6));
  CHECK(*group_sequential_drift(one, 0.8) == Approx(2.8015).margin(1e-3));
  CHECK(*group_sequential_power(looks, *group_sequential_drift(looks, 0.9)) == Approx(0.9).epsilon(1e-12));
  CHECK(group_sequential_drift(looks, 0.05).reason() == Undefined::not_attainable);
  CHECK(group_sequential_drift(looks, 1).reason() == Undefined::invalid_input);
}

// Against experiments drawn at random: 100 000 paths of the score process at the looks.
TEST_CASE("group sequential: power is the share of paths that cross", "[stats]") {
  const auto looks = equal_steps(14);
  const auto boundary = group_sequential(looks);
  REQUIRE(boundary);
  constexpr double drift = 2.8;
  constexpr int paths = 100'000;
  crossfade::Random random{2026};
  const auto normal = [&random] {
    return std::sqrt(-2 * std::log(1 - random.uniform())) * std::cos(2 * std::numbers::pi * random.uniform());
  };
  int crossed = 0;
  for (int path = 0; path < paths; ++path) {
    double score = 0;
    for (std::size_t k = 0; k < looks.size(); ++k) {
      score += drift / 14 + normal() / std::sqrt(14.0);
      if (std::abs(score) / std::sqrt(looks[k]) >= boundary->z_bounds[k]) {
        ++crossed;
        break;
      }
    }
  }
  const double power = *group_sequential_power(looks, drift);
  const double error = std::sqrt(power * (1 - power) / paths);
  CHECK(static_cast<double>(crossed) / paths == Approx(power).margin(4 * error));
}
