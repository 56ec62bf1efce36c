#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "platform/stats/holm.h"
#include "platform/stats/non_inferiority.h"
#include "platform/stats/relative_lift_fieller.h"
#include "platform/stats/relative_lift_naive.h"
#include "platform/stats/sequential.h"
#include "platform/stats/welch.h"
#include "tests/platform/stats/draws.h"

// Do the error rates hold that are promised? Fixed seeds. The bands are 4 standard errors of a share over the given
// number of rounds, 4 sqrt(p (1 - p) / rounds): a right method leaves one in about 1 of 16 000 seeds, a wrong one
// always.
using namespace crossfade;
using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

constexpr int kRounds = 20'000;
// Of the peeking test.
constexpr int kExperiments = 4'000;
constexpr int kLooks = 261;

double share(int count) {
  return static_cast<double>(count) / kRounds;
}

bool covers(const Bounds& bounds, double value) {
  return bounds.lower <= value && value <= bounds.upper;
}

struct Coverage {
  double fieller = 0;
  double naive = 0;
};

// Of the nominal 95 % intervals of a lift, at a control mean of 25 standard errors.
Coverage coverage_at(double lift) {
  Random random({1, static_cast<std::uint64_t>(lift * 100)});
  int fieller = 0;
  int naive = 0;
  for (int round = 0; round < kRounds; ++round) {
    const Moments control = draw(random, 500, 10, 9);
    const Moments treatment = draw(random, 500, 10 * (1 + lift), 9 * (1 + lift));
    const auto by_fieller = relative_lift_fieller(control, treatment);
    const auto by_naive = relative_lift_naive(control, treatment);
    fieller += covers(by_fieller->interval, lift);
    naive += covers(by_naive->interval, lift);
  }
  return {share(fieller), share(naive)};
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
  CHECK(share(positive + negative) == Approx(0.05).margin(0.0062));
  CHECK(share(positive) == Approx(0.025).margin(0.0044));
  CHECK(share(negative) == Approx(0.025).margin(0.0044));
  CHECK(share(covered) == Approx(0.95).margin(0.0062));
}

TEST_CASE("calibration: Fieller's interval covers at any lift, the naive one does not", "[stats][calibration]") {
  const Coverage none = coverage_at(0);
  const Coverage medium = coverage_at(0.3);
  const Coverage large = coverage_at(1);
  for (const Coverage& coverage : {none, medium, large}) CHECK(coverage.fieller == Approx(0.95).margin(0.0062));
  // Negative control: this test must be able to fail an interval.
  CHECK(none.naive == Approx(0.95).margin(0.0062));
  CHECK(medium.naive < 0.95 - 0.0062);
  CHECK(large.naive < 0.90);
}

TEST_CASE("calibration: non-inferiority at the margin errs as often as alpha says", "[stats][calibration]") {
  Random random({3});
  int passed = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto result = non_inferiority(draw(random, 300, 10, 5), draw(random, 400, 9, 6), {.margin = 0.1});
    passed += result->non_inferior;
  }
  CHECK(share(passed) == Approx(0.05).margin(0.0062));
}

TEST_CASE("calibration: Holm's family of three treatments against one control", "[stats][calibration]") {
  Random random({4});
  int families = 0;
  int unadjusted = 0;
  for (int round = 0; round < kRounds; ++round) {
    const Moments control = draw(random, 200, 3, 1);
    std::vector<double> p(3);
    for (double& value : p) value = welch_t(control, draw(random, 200, 3, 1))->p_value;
    const auto adjusted = holm(p);
    families += std::ranges::min(*adjusted) < 0.05;
    unadjusted += std::ranges::min(p) < 0.05;
  }
  CHECK(share(families) <= 0.0562);
  CHECK(share(families) > 0.03);
  CHECK(share(unadjusted) > 0.10);  // negative control: without Holm some 12 % of the families err
}

TEST_CASE("calibration: looking 261 times, always-valid and with a plain t-test", "[stats][calibration]") {
  // 4 000 A/A experiments of 20 .. 10 000 units, looked at in logarithmic steps. Always-valid: at most 5 % ever cross,
  // and not hardly any (that would be an uselessly wide interval).
  Random random({5});
  int always_valid = 0;
  int peeking = 0;
  for (int experiment = 0; experiment < kExperiments; ++experiment) {
    Moments control;
    Moments treatment;
    bool crossed = false;
    bool peeked = false;
    for (int look = 0; look < kLooks; ++look) {
      const auto n = static_cast<std::int64_t>(std::lround(10 * std::pow(500.0, look / (kLooks - 1.0))));
      // One unit at a time is a draw of its own: a chi-square with 0 degrees of freedom is 0.
      const std::int64_t more = n - control.n();
      if (more == 0) continue;
      for (Moments* variant : {&control, &treatment}) {
        if (more > 1) {
          variant->merge(draw(random, more, 5, 1));
        } else {
          boost::random::normal_distribution<double> unit(5, 1);
          variant->add(unit(random));
        }
      }
      const auto result = sequential(control, treatment);
      crossed = crossed || *result->p_value < 0.05;
      peeked = peeked || std::abs(result->estimate) > 1.96 * result->standard_error;
    }
    always_valid += crossed;
    peeking += peeked;
  }
  CHECK(always_valid >= kExperiments * 0.015);
  CHECK(always_valid <= kExperiments * 0.05);
  CHECK(peeking > kExperiments * 0.15);  // negative control
}
