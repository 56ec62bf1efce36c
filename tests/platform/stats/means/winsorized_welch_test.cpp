#include "platform/stats/means/winsorized_welch.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "platform/stats/moments/linear_quantile.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

const std::vector<double> kControl{9, 2, 3, 100, 5, 6, 7, 8, 1, 4};
const std::vector<double> kTreatment{250, 3, 4, 5, 6, 7, 8, 9, 2};

}  // namespace

TEST_CASE("quantile: interpolated as numpy does", "[stats]") {
  CHECK(linear_quantile({4, 1, 3, 2}, 0) == 1);
  CHECK(linear_quantile({4, 1, 3, 2}, 1) == 4);
  CHECK(linear_quantile({4, 1, 3, 2}, 0.5) == 2.5);
  CHECK(linear_quantile({4, 1, 3, 2}, 0.9) == near(3.7));
  CHECK(linear_quantile({7}, 0.3) == 7);
}

TEST_CASE("winsorized: capped at a quantile of both variants together", "[stats]") {
  const auto upper = winsorized_welch(kControl, kTreatment, {.upper_quantile = 0.9});
  REQUIRE(upper);
  CHECK(upper->upper_cap == near(27.2));
  CHECK_FALSE(upper->lower_cap);
  CHECK(upper->n_capped == 2);
  CHECK(upper->welch.control_mean == near(7.22));
  CHECK(upper->welch.estimate == near(0.69111111111111039));
  CHECK(upper->welch.p_value == near(0.84421840759326894));
  CHECK(upper->welch.interval.lower == near(-6.6238556026512761));
  CHECK(upper->welch.interval.upper == near(8.0060778248734968));
  const auto both = winsorized_welch(kControl, kTreatment, {.upper_quantile = 0.9, .lower_quantile = 0.07});
  REQUIRE(both);
  CHECK(*both->lower_cap == 2);
  CHECK(both->welch.estimate == near(0.59111111111111039));
  CHECK(both->welch.p_value == near(0.86580290218950815));
}

TEST_CASE("winsorized: at the largest value nothing is capped", "[stats]") {
  const auto all = winsorized_welch(kControl, kTreatment, {.upper_quantile = 1});
  REQUIRE(all);
  CHECK(all->n_capped == 0);
  CHECK(all->welch.treatment_mean == near(294.0 / 9));
}

TEST_CASE("winsorized: values around 1e9", "[stats]") {
  const std::vector<double> control{1e9 - 1, 1e9 + 1, 1e9}, treatment{1e9 + 1, 1e9 + 3, 1e9 + 2};
  const auto welch = winsorized_welch(control, treatment, {.upper_quantile = 0.8});
  REQUIRE(welch);
  CHECK(welch->upper_cap == 1e9 + 2);
  CHECK(welch->welch.estimate == near(5.0 / 3, 1e-7));
}

TEST_CASE("winsorized: few values, no variance, impossible input", "[stats]") {
  const std::vector<double> none, one{3};
  CHECK(winsorized_welch(none, none).reason() == Undefined::insufficient_data);
  CHECK(winsorized_welch(kControl, none).reason() == Undefined::insufficient_data);
  CHECK(winsorized_welch(one, kTreatment).reason() == Undefined::insufficient_data);
  CHECK(winsorized_welch(kControl, kTreatment, {.upper_quantile = 0}).reason() == Undefined::zero_variance);
  const std::vector<double> bad{1, 2, std::nan("")}, infinite{1, 2, kInfinity};
  CHECK(winsorized_welch(kControl, bad).reason() == Undefined::invalid_input);
  CHECK(winsorized_welch(infinite, kTreatment).reason() == Undefined::invalid_input);
  for (const double q : {-0.1, 1.1, std::nan("")}) {
    CHECK(winsorized_welch(kControl, kTreatment, {.upper_quantile = q}).reason() == Undefined::invalid_input);
    CHECK(winsorized_welch(kControl, kTreatment, {.lower_quantile = q}).reason() == Undefined::invalid_input);
  }
  CHECK(winsorized_welch(kControl, kTreatment, {.test = {.alpha = 0}}).reason() == Undefined::invalid_input);
}
