#include <catch2/catch.hpp>
#include <cmath>

#include "platform/stats/relative_lift_fieller.h"
#include "platform/stats/sequential.h"
#include "platform/stats/welch.h"
#include "tests/platform/stats/draws.h"

using namespace crossfade;
using namespace crossfade::stats;
using namespace crossfade::stats::test;

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
