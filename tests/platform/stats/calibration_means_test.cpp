#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "platform/stats/holm.h"
#include "platform/stats/non_inferiority.h"
#include "platform/stats/power.h"
#include "platform/stats/relative_lift_fieller.h"
#include "platform/stats/relative_lift_naive.h"
#include "platform/stats/welch.h"
#include "tests/platform/stats/calibration.h"
#include "tests/platform/stats/draws.h"

// Do the error rates hold that are promised of means? Moments are drawn, not units; the bands are calibration.h's.
using namespace crossfade;
using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

// How often a nominal 95 % interval of the lift covers it, at a control mean of 25 standard errors.
template <class Method>
double coverage_at(double lift, Method method) {
  Random random({1, static_cast<std::uint64_t>(lift * 100)});
  int covered = 0;
  for (int round = 0; round < kRounds; ++round) {
    const Moments control = draw(random, 500, 10, 9);
    const Moments treatment = draw(random, 500, 10 * (1 + lift), 9 * (1 + lift));
    covered += covers(method(control, treatment)->interval, lift);
  }
  return share(covered);
}

Result<FiellerLift> fieller(const Moments& control, const Moments& treatment) {
  return relative_lift_fieller(control, treatment);
}

auto naive(const Moments& control, const Moments& treatment) {
  return relative_lift_naive(control, treatment);
}

// How often Welch's test finds an effect of `effect` standard deviations with the users planned for a power of 80 %.
double power_as_planned(double effect, double ratio, std::uint64_t seed) {
  const auto plan = sample_size({.sd = 2, .ratio = ratio}, 2 * effect, 0.8);
  Random random({seed});
  int found = 0;
  for (int round = 0; round < kRounds; ++round) {
    const Moments control = draw(random, static_cast<std::int64_t>(plan->n_control_ceil), 7, 2);
    const Moments treatment = draw(random, static_cast<std::int64_t>(plan->n_treatment_ceil), 7 + 2 * effect, 2);
    found += welch_t(control, treatment)->p_value < 0.05;
  }
  return share(found);
}

// How often three treatments without effect yield one p-value below 5 %, once adjusted.
template <class Adjust>
double family_errors(Adjust adjust) {
  Random random({4});
  int families = 0;
  for (int round = 0; round < kRounds; ++round) {
    const Moments control = draw(random, 200, 3, 1);
    std::vector<double> p(3);
    for (double& value : p) value = welch_t(control, draw(random, 200, 3, 1))->p_value;
    families += std::ranges::min(adjust(p)) < 0.05;
  }
  return share(families);
}

}  // namespace

TEST_CASE("calibration: Welch's false positives, on both sides, and its coverage", "[stats][calibration]") {
  Random random({2});
  int positive = 0;
  int negative = 0;
  int covered = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto welch = welch_t(draw(random, 40, 3, 1), draw(random, 25, 3, 4));
    positive += welch->p_value < 0.05 && welch->estimate > 0;
    negative += welch->p_value < 0.05 && welch->estimate < 0;
    covered += covers(welch->interval, 0);
  }
  CHECK(share(positive + negative) == Approx(0.05).margin(band(0.05, kRounds)));
  CHECK(share(positive) == Approx(0.025).margin(band(0.025, kRounds)));
  CHECK(share(negative) == Approx(0.025).margin(band(0.025, kRounds)));
  CHECK(share(covered) == Approx(0.95).margin(band(0.05, kRounds)));
}

TEST_CASE("calibration: Fieller's interval covers at any lift", "[stats][calibration]") {
  for (const double lift : {0.0, 0.3, 1.0}) {
    CAPTURE(lift);
    const double coverage = coverage_at(lift, fieller);
    CAPTURE(coverage);
    CHECK(coverage == Approx(0.95).margin(band(0.05, kRounds)));
  }
}

TEST_CASE("calibration, negative control: the naive lift interval leaves the band", "[stats][calibration]") {
  CHECK(coverage_at(0, naive) == Approx(0.95).margin(band(0.05, kRounds)));  // right only where there is no effect
  CHECK(coverage_at(0.3, naive) < 0.95 - band(0.05, kRounds));
  CHECK(coverage_at(1, naive) < 0.90);
}

TEST_CASE("calibration: the planned sample size has the planned power", "[stats][calibration]") {
  // 78.9 .. 81.1 %; rounding the users up adds less than 0.1 points at these effects.
  CHECK(power_as_planned(0.1, 1, 8) == Approx(0.8).margin(band(0.8, kRounds)));
  CHECK(power_as_planned(0.15, 0.25, 9) == Approx(0.8).margin(band(0.8, kRounds)));
}

TEST_CASE("calibration: non-inferiority at the margin errs as often as alpha says", "[stats][calibration]") {
  Random random({3});
  int passed = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto result = non_inferiority(draw(random, 300, 10, 5), draw(random, 400, 9, 6), {.margin = 0.1});
    passed += result->non_inferior;
  }
  CHECK(share(passed) == Approx(0.05).margin(band(0.05, kRounds)));
}

TEST_CASE("calibration: Holm's family of three treatments against one control", "[stats][calibration]") {
  // At most 5 %, and not hardly any: the three tests share their control, so that a little less is spent.
  const double errors = family_errors([](const std::vector<double>& p) { return *holm(p); });
  CHECK(errors <= 0.05 + band(0.05, kRounds));
  CHECK(errors > 0.03);
}

TEST_CASE("calibration, negative control: a family without Holm", "[stats][calibration]") {
  CHECK(family_errors([](const std::vector<double>& p) { return p; }) > 0.10);  // some 12 %
}
