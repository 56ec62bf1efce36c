#include "platform/stats/ratios/ratio_jackknife.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <utility>
#include <vector>

#include "platform/stats/means/relative_lift_fieller.h"
#include "platform/stats/means/welch.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

// Of each unit its numerator and its denominator.
std::vector<RatioGroup> units(std::initializer_list<std::pair<double, double>> values) {
  std::vector<RatioGroup> groups;
  for (const auto& [numerator, denominator] : values) groups.push_back({denominator, Moments(1, numerator, 0)});
  return groups;
}

const auto kControl = units({{1, 2}, {0, 1}, {3, 4}, {0, 0}, {2, 7}, {1, 1}, {0, 0}});
const auto kTreatment = units({{2, 2}, {1, 3}, {0, 0}, {4, 5}, {2, 2}, {3, 9}});

}  // namespace

TEST_CASE("ratio by jackknife: leaving out one unit after the other", "[stats]") {
  const auto control = ratio_jackknife(kControl);
  REQUIRE(control);
  CHECK(control->value == near(7.0 / 15));
  CHECK(control->variance == near(0.030288702306684325));
  CHECK(control->dof == near(225.0 / 71 - 1));
}

TEST_CASE("ratio by jackknife: the test and the lift take it as they take a mean", "[stats]") {
  const auto test = welch_t(*ratio_jackknife(kControl), *ratio_jackknife(kTreatment));
  REQUIRE(test);
  CHECK(test->estimate == near(0.10476190476190476));
  CHECK(test->standard_error == near(0.25275283694800691));
  CHECK(test->dof == near(4.7482429365717272));
  CHECK(test->p_value == near(0.69657580487109363));
  CHECK(test->interval.lower == near(-0.55545941425556708));
  CHECK(test->interval.upper == near(0.7649832237793766));
  const auto lift = relative_lift_fieller(*ratio_jackknife(kControl), *ratio_jackknife(kTreatment));
  REQUIRE(lift);
  CHECK(lift->estimate == near(0.10476190476190476 / (7.0 / 15)));
  CHECK(lift->dof == test->dof);
}

// A closed form: where denominators are equal nothing is left of the ratio but a mean.
TEST_CASE("ratio by jackknife: with equal denominators it is Welch's test of the quotients", "[stats]") {
  std::vector<RatioGroup> control = units({{0, 0}, {0, 0}, {0, 0}});
  std::vector<RatioGroup> treatment = units({{0, 0}});
  for (const double x : {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0}) control.push_back({3, {1, 3 * x, 0}});
  for (const double x : {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}) treatment.push_back({5, {1, 5 * x, 0}});
  const auto test = welch_t(*ratio_jackknife(control), *ratio_jackknife(treatment));
  const auto welch = welch_t(sleep1(), sleep2());
  CHECK(test->dof == near(welch->dof));
  CHECK(test->standard_error == near(welch->standard_error));
  CHECK(test->p_value == near(welch->p_value));
}

TEST_CASE("ratio by jackknife: units of one denominator may come together", "[stats]") {
  const std::vector<RatioGroup> groups = {
      {1, sample({0, 1})}, {2, sample({1})}, {7, sample({2})}, {4, sample({3})}, {0, Moments(1000, 0, 0)}};
  const auto together = ratio_jackknife(groups);
  const auto apart = ratio_jackknife(kControl);
  CHECK(together->value == near(apart->value));
  CHECK(together->variance == near(apart->variance));
  CHECK(together->dof == near(apart->dof));
}

TEST_CASE("ratio by jackknife: undefined", "[stats]") {
  const auto reason = [](std::initializer_list<std::pair<double, double>> values) {
    return ratio_jackknife(units(values)).reason();
  };
  CHECK(ratio_jackknife({}).reason() == Undefined::insufficient_data);
  CHECK(reason({{0, 0}, {0, 0}}) == Undefined::zero_denominator);
  CHECK(reason({{1, 2}, {0, 0}}) == Undefined::insufficient_data);
  CHECK(reason({{1, 2}, {3, 0}}) == Undefined::insufficient_data);  // one has all the denominators
  CHECK(reason({{1, 2}, {1, -1}}) == Undefined::invalid_input);
  CHECK(reason({{std::nan(""), 2}, {1, 1}}) == Undefined::invalid_input);
  CHECK(reason({{1, 2}, {1, std::nan("")}}) == Undefined::invalid_input);
  CHECK(reason({{1e308, 1e-308}, {1, 1e-308}}) == Undefined::invalid_input);
  CHECK(ratio_jackknife(std::vector<RatioGroup>{{1, Moments(-1, 0, 0)}}).reason() == Undefined::invalid_input);
  // Exactly proportional: a ratio without an error is for the test to refuse.
  const auto proportional = ratio_jackknife(units({{1, 2}, {2, 4}, {3, 6}}));
  CHECK(proportional->variance == 0);
  CHECK(welch_t(*proportional, *proportional).reason() == Undefined::zero_variance);
}
