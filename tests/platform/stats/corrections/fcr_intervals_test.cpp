#include "platform/stats/corrections/fcr_intervals.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

TEST_CASE("fcr intervals: the selected are wider than plain ones, the others have none", "[stats]") {
  const std::vector<double> estimates = {0.5, 0.2, -0.3, 0.1};
  const std::vector<double> errors(4, 0.1);
  const auto result = fcr_intervals(estimates, errors);
  REQUIRE(result);
  CHECK(result->n_selected == 2);  // 0.2 has p = 0.0455, and 0.0607 when adjusted
  CHECK(result->intervals[0]->lower == near(0.27585972723950546));
  CHECK(result->intervals[0]->upper == near(0.72414027276049454));
  CHECK_FALSE(result->intervals[1]);
  CHECK(result->intervals[2]->lower == near(-0.52414027276049454));
  CHECK(result->intervals[2]->upper == near(-0.075859727239505462));
  CHECK_FALSE(result->intervals[3]);
}

TEST_CASE("fcr intervals: none selected, none at all, beyond every p", "[stats]") {
  CHECK(fcr_intervals(std::vector<double>{0.1, 0}, std::vector<double>{1, 1})->n_selected == 0);
  CHECK(fcr_intervals({}, {})->intervals.empty());
  CHECK(fcr_intervals(std::vector<double>{1e9}, std::vector<double>{1e-9})->n_selected == 1);
}

TEST_CASE("fcr intervals: undefined", "[stats]") {
  const std::vector<double> one = {1};
  CHECK(fcr_intervals(one, {}).reason() == Undefined::invalid_input);
  CHECK(fcr_intervals(one, one, 0).reason() == Undefined::invalid_input);
  CHECK(fcr_intervals(one, std::vector<double>{-1}).reason() == Undefined::invalid_input);
  CHECK(fcr_intervals(std::vector<double>{std::nan("")}, one).reason() == Undefined::invalid_input);
  CHECK(fcr_intervals(one, std::vector<double>{0}).reason() == Undefined::zero_variance);
}
