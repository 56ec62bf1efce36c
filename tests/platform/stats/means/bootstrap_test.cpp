#include "platform/stats/means/bootstrap.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "platform/stats/means/welch.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

using Values = std::vector<double>;

const Values kControl{3, 1, 4, 1, 5, 9, 2};
const Values kTreatment{2, 7, 18, 2, 8};

}  // namespace

TEST_CASE("bootstrap: the same generator and percentiles, written in another language", "[stats]") {
  const auto absolute = bootstrap(kControl, kTreatment, {.replicates = 500, .seed = 42});
  REQUIRE(absolute);
  CHECK(absolute->estimate == near(7.4 - 25.0 / 7));
  CHECK(absolute->interval.lower == near(-1.1578571428571427));
  CHECK(absolute->interval.upper == near(8.9607142857142819));
  const auto relative =
      bootstrap(kControl, kTreatment, {.statistic = Difference::relative, .replicates = 500, .seed = 42});
  REQUIRE(relative);
  CHECK(relative->estimate == near(7.4 / (25.0 / 7) - 1));
  CHECK(relative->interval.lower == near(-0.27586206896551729));
  CHECK(relative->interval.upper == near(3.3866666666666672));
}

TEST_CASE("bootstrap: one-sided limits", "[stats]") {
  const auto greater =
      bootstrap(kControl, kTreatment, {.test = {.alternative = Alternative::greater}, .replicates = 500, .seed = 42});
  const auto less =
      bootstrap(kControl, kTreatment, {.test = {.alternative = Alternative::less}, .replicates = 500, .seed = 42});
  REQUIRE((greater && less));
  CHECK(greater->interval.lower == near(-0.57285714285714295));
  CHECK(greater->interval.upper == kInfinity);
  CHECK(less->interval.lower == -kInfinity);
  CHECK(less->interval.upper == near(8.4028571428571404));
}

TEST_CASE("bootstrap: the exact percentiles of two values a variant, at any offset", "[stats]") {
  // Means of replicates: 0, 1, 2 and 10, 12, 14 with chances 1/4, 1/2, 1/4: the ends, 8 and 14, have 1/16 each.
  for (const double offset : {0.0, 1e9}) {
    const auto result = bootstrap(Values{offset, offset + 2}, Values{offset + 10, offset + 14});
    REQUIRE(result);
    CHECK(result->estimate == 11);
    CHECK(result->interval == Bounds{8, 14});
  }
}

TEST_CASE("bootstrap: close to Welch's interval in a large sample, whatever the seed", "[stats]") {
  Values control, treatment;
  Moments of_control, of_treatment;
  for (int i = 0; i < 500; ++i) {
    control.push_back(std::sin(i) * 3 + 10);
    treatment.push_back(std::cos(i) * 4 + 10.5);
    of_control.add(control.back());
    of_treatment.add(treatment.back());
  }
  const auto welch = welch_t(of_control, of_treatment);
  REQUIRE(welch);
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto result = bootstrap(control, treatment, {.replicates = 4000, .seed = seed});
    REQUIRE(result);
    // A percentile of 4000 replicates has an error of 0.042 standard errors: 4 of those.
    CHECK(std::abs(result->interval.lower - welch->interval.lower) < 0.17 * welch->standard_error);
    CHECK(std::abs(result->interval.upper - welch->interval.upper) < 0.17 * welch->standard_error);
  }
}

TEST_CASE("bootstrap: few values, no variance, no control mean, impossible input", "[stats]") {
  CHECK(bootstrap({}, kTreatment).reason() == Undefined::insufficient_data);
  CHECK(bootstrap(kControl, Values{1}).reason() == Undefined::insufficient_data);
  CHECK(bootstrap(Values{1, 1}, Values{2, 2}).reason() == Undefined::zero_variance);
  const BootstrapOptions relative{.statistic = Difference::relative};
  CHECK(bootstrap(Values{-1, 1}, kTreatment, relative).reason() == Undefined::zero_control_mean);
  // A quarter of the replicates of 0, 0.1 draws 0 only.
  CHECK(bootstrap(Values{0, 0.1}, kTreatment, relative).reason() == Undefined::zero_control_mean);
  CHECK(bootstrap(Values{0, 0, 0.1}, kTreatment, relative).reason() == Undefined::zero_control_mean);
  CHECK(bootstrap(Values{1, std::nan("")}, kTreatment).reason() == Undefined::invalid_input);
  CHECK(bootstrap(kControl, Values{1, kInfinity}).reason() == Undefined::invalid_input);
  CHECK(bootstrap(kControl, kTreatment, {.test = {.alpha = 1}}).reason() == Undefined::invalid_input);
  CHECK(bootstrap(kControl, kTreatment, {.replicates = 0}).reason() == Undefined::invalid_input);
}
