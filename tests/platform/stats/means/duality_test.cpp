#include <catch2/catch.hpp>
#include <cmath>

#include "platform/calibration/draws.h"
#include "platform/stats/looks/sequential.h"
#include "platform/stats/means/relative_lift_fieller.h"
#include "platform/stats/means/welch.h"

using namespace crossfade;
using namespace crossfade::stats;
using crossfade::calibration::draw;

namespace {

bool excludes_zero(const Bounds& bounds) {
  return bounds.lower > 0 || bounds.upper < 0;
}

// 10^(from..to), uniform in the exponent.
double scale(Random& random, double from, double to) {
  return std::pow(10.0, from + (to - from) * random.uniform());
}

}  // namespace

TEST_CASE("duality: p-value, absolute interval and Fieller's lift interval never contradict each other", "[stats]") {
  Random random({20260105});
  int significant = 0;
  int without_interval = 0;
  int contradictions = 0;
  for (int round = 0; round < 100'000; ++round) {
    const auto control_n = static_cast<std::int64_t>(scale(random, 0.5, 6));
    const auto treatment_n = static_cast<std::int64_t>(scale(random, 0.5, 6));
    const double sd = scale(random, -3, 3);
    const double mean = (random.below(4) == 0 ? -1 : 1) * scale(random, -3, 3);
    const double error = sd / std::sqrt(static_cast<double>(std::min(control_n, treatment_n)));
    const Moments control = draw(random, std::max<std::int64_t>(2, control_n), mean, sd);
    const Moments treatment = draw(random, std::max<std::int64_t>(2, treatment_n),
                                   mean + error * 6 * (random.uniform() - 0.5), sd * scale(random, -1, 1));
    const TestOptions options{.alpha = scale(random, -6, -0.5)};
    const auto welch = welch_t(control, treatment, options);
    const auto lift = relative_lift_fieller(control, treatment, options);
    const bool rejects = welch->p_value < options.alpha;
    if (rejects != excludes_zero(welch->interval)) ++contradictions;
    if (lift->type == FiellerType::bounded) {
      if (rejects != excludes_zero(lift->interval)) ++contradictions;
      if (lift->interval.lower > lift->estimate || lift->estimate > lift->interval.upper) ++contradictions;
    } else {
      ++without_interval;
    }
    if (rejects) ++significant;
  }
  CHECK(contradictions == 0);
  // The cases are worth the name: both answers are frequent, and so are controls close to 0.
  CHECK(significant > 10'000);
  CHECK(significant < 90'000);
  CHECK(without_interval > 1'000);
  CHECK(without_interval < 50'000);
}

TEST_CASE("duality: nor do they for a handful of units, or variants without variance", "[stats]") {
  // 0 .. 5 units of 0, 1 or 2: variants that do not vary, means of exactly 0 and equal means are all frequent.
  Random random({20260107});
  const auto few = [&] {
    Moments moments;
    const std::uint64_t values = 1 + random.below(3);
    const double offset = random.below(2) == 0 ? 0 : -1e3;
    for (std::uint64_t left = random.below(6); left > 0; --left) {
      moments.add(offset + static_cast<double>(random.below(values)));
    }
    return moments;
  };
  int undefined = 0;
  int without_lift = 0;
  int one_without_variance = 0;
  int significant = 0;
  int contradictions = 0;
  for (int round = 0; round < 100'000; ++round) {
    const Moments control = few();
    const Moments treatment = few();
    const TestOptions options{.alpha = scale(random, -4, -0.1)};
    const auto welch = welch_t(control, treatment, options);
    const auto lift = relative_lift_fieller(control, treatment, options);
    if (!welch) {
      ++undefined;
      if (lift.defined() || lift.reason() != welch.reason()) ++contradictions;
      continue;
    }
    const bool rejects = welch->p_value < options.alpha;
    if (rejects != excludes_zero(welch->interval)) ++contradictions;
    one_without_variance += control.m2() == 0 || treatment.m2() == 0;
    significant += rejects;
    if (!lift) {
      ++without_lift;
      if (control.mean() != 0 || lift.reason() != Undefined::zero_control_mean) ++contradictions;
    } else if (lift->type == FiellerType::bounded && rejects != excludes_zero(lift->interval)) {
      ++contradictions;
    }
  }
  CHECK(contradictions == 0);
  for (const int cases : {undefined, without_lift, one_without_variance, significant}) {
    CHECK(cases > 1'000);
    CHECK(cases < 90'000);
  }
}

TEST_CASE("duality: always-valid p-value, interval and lift interval never contradict each other", "[stats]") {
  Random random({20260106});
  int significant = 0;
  int contradictions = 0;
  for (int round = 0; round < 20'000; ++round) {
    const auto n = static_cast<std::int64_t>(scale(random, 1, 5));
    const double error = std::sqrt(2 / static_cast<double>(n));
    const Moments control = draw(random, n, 20, 1);
    const Moments treatment = draw(random, n, 20 + error * 12 * (random.uniform() - 0.5), 1);
    const auto absolute = sequential(control, treatment);
    const auto lift = relative_lift_fieller(control, treatment, {}, absolute->multiplier);
    const bool rejects = *absolute->p_value < 0.05;
    if (rejects != excludes_zero(absolute->interval) || rejects != excludes_zero(lift->interval)) ++contradictions;
    if (rejects) ++significant;
  }
  CHECK(contradictions == 0);
  CHECK(significant > 2'000);
  CHECK(significant < 18'000);
}
