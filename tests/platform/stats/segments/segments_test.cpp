#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "platform/stats/segments/effect_trend.h"
#include "platform/stats/segments/segment_heterogeneity.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

using Parts = std::vector<TwoSamples>;
using Days = std::vector<double>;

const TwoSamples kFirst{Moments(100, 10, 400), Moments(110, 10.5, 450)};
const TwoSamples kSecond{Moments(40, 8, 300), Moments(35, 10, 260)};
const TwoSamples kThird{Moments(900, 12, 9000), Moments(950, 12.1, 9400)};
const TwoSamples kFew{Moments(1, 5, 0), Moments(30, 6, 20)};
const TwoSamples kFlat{Moments(9, 5, 0), Moments(9, 6, 0)};
const TwoSamples kBad{Moments(9, 5, -1), Moments(9, 6, 4)};

}  // namespace

TEST_CASE("segments: fixed-effect mean, Cochran's Q and I squared", "[stats]") {
  const auto result = segment_heterogeneity(Parts{kFirst, kSecond, kThird});
  REQUIRE(result);
  REQUIRE(result->effects.size() == 3);
  CHECK(result->effects[1]->estimate == 2);
  CHECK(result->effects[1]->standard_error == near(std::sqrt(300.0 / 39 / 40 + 260.0 / 34 / 35)));
  CHECK(result->pooled_estimate == near(0.2582253215099516));
  CHECK(result->pooled_standard_error == near(0.12734023114820628));
  CHECK(result->q_statistic == near(9.2969154214533238));
  CHECK(result->dof == 2);
  CHECK(result->p_value == near(0.0095763600643672822));
  CHECK(result->i_squared == near(0.78487488491238167));
}

TEST_CASE("segments: equal effects have no heterogeneity", "[stats]") {
  const auto result = segment_heterogeneity(Parts{kFirst, kFirst});
  REQUIRE(result);
  CHECK(result->q_statistic == 0);
  CHECK(result->p_value == 1);
  CHECK(result->i_squared == 0);
  CHECK(result->pooled_estimate == 0.5);
}

TEST_CASE("segments: tiny errors and a large offset keep their digits", "[stats]") {
  const TwoSamples small{Moments(10, 0, 9e-320), Moments(10, 3e-160, 9e-320)};
  const TwoSamples other{Moments(10, 0, 9e-320), Moments(10, 4e-160, 9e-320)};
  CHECK(segment_heterogeneity(Parts{small, other}).defined());
  const TwoSamples far{Moments(10, 0, 9), Moments(10, 1e9, 9)};
  const TwoSamples farther{Moments(10, 0, 9), Moments(10, 1e9 + 1, 9)};
  const auto result = segment_heterogeneity(Parts{far, farther});
  REQUIRE(result);
  CHECK(result->q_statistic == near(2.5));  // 2 x 0.5^2 / 0.2
}

TEST_CASE("segments: those without an error count nowhere", "[stats]") {
  const auto result = segment_heterogeneity(Parts{kFew, kFirst, kFlat, kSecond, kThird});
  REQUIRE(result);
  CHECK_FALSE(result->effects[0]);
  CHECK_FALSE(result->effects[2]);
  CHECK(result->dof == 2);
  CHECK(result->q_statistic == near(9.2969154214533238));
  CHECK(segment_heterogeneity({}).reason() == Undefined::insufficient_data);
  CHECK(segment_heterogeneity(Parts{kFirst}).reason() == Undefined::insufficient_data);
  CHECK(segment_heterogeneity(Parts{kFlat, kFew, kFirst}).reason() == Undefined::zero_variance);
  CHECK(segment_heterogeneity(Parts{kFirst, kSecond, kBad}).reason() == Undefined::invalid_input);
}

TEST_CASE("trend: inverse-variance weighted line through the daily effects", "[stats]") {
  const auto trend = effect_trend(Days{1, 2, 5}, Parts{kFirst, kSecond, kThird});
  REQUIRE(trend);
  CHECK(trend->slope == near(-0.14654934940714054));
  CHECK(trend->slope_standard_error == near(0.076366729613814696));
  CHECK(trend->statistic == near(-1.9190208897020758));
  CHECK(trend->p_value == near(0.05498169018744735));
  CHECK(trend->first_day_fit == near(0.70510167505787189));
  CHECK(trend->last_day_fit == near(0.11890427742930974));
  REQUIRE(trend->effects.size() == 3);
  CHECK(trend->effects[2]->estimate == near(0.1));
}

TEST_CASE("trend: the order of the days, their origin and days without an error do not matter", "[stats]") {
  const auto trend = effect_trend(Days{20'005, 20'009, 20'001, 20'002}, Parts{kThird, kFew, kFirst, kSecond});
  REQUIRE(trend);
  CHECK(trend->slope == near(-0.14654934940714054));
  CHECK(trend->first_day_fit == near(0.70510167505787189, 1e-10));
  CHECK(trend->last_day_fit == near(0.11890427742930974, 1e-10));
  CHECK_FALSE(trend->effects[1]);
}

TEST_CASE("trend: two days make a line, one does not", "[stats]") {
  const auto two = effect_trend(Days{1, 2}, Parts{kFirst, kSecond});
  REQUIRE(two);
  CHECK(two->slope == near(1.5));
  CHECK(two->first_day_fit == near(0.5));
  CHECK(two->last_day_fit == near(2));
  CHECK(effect_trend(Days{3, 3}, Parts{kFirst, kSecond}).reason() == Undefined::insufficient_data);
  CHECK(effect_trend(Days{1}, Parts{kFirst}).reason() == Undefined::insufficient_data);
  CHECK(effect_trend(Days{1, 2}, Parts{kFirst}).reason() == Undefined::invalid_input);
  CHECK(effect_trend(Days{1, std::nan("")}, Parts{kFirst, kSecond}).reason() == Undefined::invalid_input);
  CHECK(effect_trend(Days{1, 2}, Parts{kFirst, kBad}).reason() == Undefined::invalid_input);
}
