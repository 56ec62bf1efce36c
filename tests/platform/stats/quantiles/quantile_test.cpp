#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "platform/stats/means/welch.h"
#include "platform/stats/quantiles/quantile_raw.h"
#include "platform/stats/quantiles/quantile_summary.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

using Users = std::vector<std::vector<double>>;

const Users kControl = {{1, 2, 2.5}, {4, 7}, {3, 9, 11, 12}, {5}, {6, 8, 10}};
const Users kTreatment = {{2, 4, 6, 8}, {3, 5}, {10, 13, 15}, {1, 14, 16}, {}};

QuantileSummary summary() {
  return {.n = 1000, .n_star = 800, .nu = 0.6, .quantile = 1, .quantile_lower = 0.9, .quantile_upper = 1.2};
}

}  // namespace

TEST_CASE("quantile of a summary: the interval's width is the error", "[stats]") {
  const auto moments = quantile_moments(summary());
  REQUIRE(moments);
  CHECK(moments->mean() == 1);
  CHECK(moments->m2() == near(4676.3531352274191));
  CHECK(welch_t(*moments, *moments)->estimate == 0);
}

TEST_CASE("quantile of a summary: users with several events", "[stats]") {
  QuantileSummary clustered = summary();
  clustered.n = 18;
  clustered.n_star = 18;
  RatioMoments users;
  for (const RatioMoments::Values& user : {RatioMoments::Values{3, 4}, {1, 5}, {6, 6}, {2, 3}}) users.add(user);
  clustered.clusters = users;
  CHECK(quantile_moments(clustered)->m2() == near(4.9922360308777769));
}

TEST_CASE("quantile of a summary: undefined", "[stats]") {
  const auto reason = [](auto change) {
    QuantileSummary changed = summary();
    change(changed);
    return quantile_moments(changed).reason();
  };
  CHECK(reason([](auto& s) { s.n = 1; }) == Undefined::insufficient_data);
  CHECK(reason([](auto& s) { s.n = -1; }) == Undefined::invalid_input);
  CHECK(reason([](auto& s) { s.n_star = 0; }) == Undefined::invalid_input);
  CHECK(reason([](auto& s) { s.nu = 1; }) == Undefined::invalid_input);
  CHECK(reason([](auto& s) { s.quantile_lower = 1.3; }) == Undefined::invalid_input);
  CHECK(reason([](auto& s) { s.quantile = std::nan(""); }) == Undefined::invalid_input);
  CHECK(reason([](auto& s) { s.clusters = RatioMoments(1, {1, 1}, {}); }) == Undefined::insufficient_data);
  CHECK(reason([](auto& s) { s.clusters = RatioMoments(9, {0, 0}, {}); }) == Undefined::zero_denominator);
}

TEST_CASE("quantile of raw values: order statistics at the ends of the share's interval", "[stats]") {
  const auto result = quantile_raw(kControl, kTreatment, 0.5);
  REQUIRE(result);
  CHECK(result->control_quantile == 6);
  CHECK(result->treatment_quantile == 6);
  CHECK(result->estimate == 0);
  CHECK(result->standard_error == near(4.1134723963769793));
  CHECK(result->interval.lower == near(-8.0622577482985497));
  CHECK(result->interval.upper == near(8.0622577482985497));
  CHECK(quantile_raw(kControl, kTreatment, 0.5, {.alpha = 0.2})->standard_error == near(5.3245395779906395));
  const auto greater = quantile_raw(kControl, kTreatment, 0.5, {.alternative = Alternative::greater});
  CHECK(greater->interval.upper == kInfinity);
  CHECK(greater->interval.lower > result->interval.lower);
}

TEST_CASE("quantile of raw values: n nu is the whole number that it is meant to be", "[stats]") {
  Users users(100);
  for (std::size_t i = 0; i < 100; ++i) users[i] = {1e9 + static_cast<double>(i + 1)};
  CHECK(quantile_raw(users, users, 0.07)->control_quantile == 1e9 + 7);
  CHECK(quantile_raw(users, users, 0.071)->control_quantile == 1e9 + 8);
}

TEST_CASE("quantile of raw values: undefined", "[stats]") {
  CHECK(quantile_raw(kControl, Users{{1, 2, 3}}, 0.5).reason() == Undefined::insufficient_data);
  CHECK(quantile_raw(Users{}, kTreatment, 0.5).reason() == Undefined::insufficient_data);
  CHECK(quantile_raw(Users{{}, {}}, kTreatment, 0.5).reason() == Undefined::insufficient_data);
  CHECK(quantile_raw(Users{{3}, {3}}, Users{{3}, {3}}, 0.5).reason() == Undefined::zero_variance);
  CHECK(quantile_raw(Users{{3}, {std::nan("")}}, kTreatment, 0.5).reason() == Undefined::invalid_input);
  CHECK(quantile_raw(kControl, kTreatment, 0).reason() == Undefined::invalid_input);
  CHECK(quantile_raw(kControl, kTreatment, 0.5, {.alpha = 1}).reason() == Undefined::invalid_input);
}
