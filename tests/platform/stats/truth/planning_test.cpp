#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <string_view>

#include "platform/calibration/draws.h"
#include "platform/stats/counts/proportion.h"
#include "platform/stats/decisions/non_inferiority.h"
#include "platform/stats/means/welch.h"
#include "platform/stats/planning/planned_test.h"
#include "tests/platform/stats/truth/simulated.h"

// Experiments of the planned size find what they were planned for as often as planned.
using namespace crossfade::stats;
using namespace crossfade::stats::test;
using crossfade::Random;

namespace {

constexpr int kRounds = 4000;

Moments moments(Random& random, double n, double mean, double sd) {
  return crossfade::calibration::draw(random, static_cast<std::int64_t>(n), mean, sd);
}

Trials trials(Random& random, double n, double rate) {
  Trials made{.n = static_cast<std::int64_t>(n), .successes = 0};
  for (std::int64_t unit = 0; unit < made.n; ++unit) made.successes += random.uniform() < rate ? 1 : 0;
  return made;
}

template <class Found>
void check(std::string_view name, double power, const Found& found) {
  Rate rate;
  for (int round = 0; round < kRounds; ++round) rate.add(found());
  show(name, rate);
  // Rounded up to whole units, a little more than planned.
  CHECK(rate.share() == Approx(power).margin(4 * rate.error(power)));
}

}  // namespace

TEST_CASE("planning: Welch's test of the difference, balanced and 90/10", "[truth]") {
  for (const double ratio : {1.0, 1.0 / 9}) {
    const auto size = planned_size({.variance = 100, .control_mean = 10, .ratio = ratio}, 2, 0.8);
    Random random{31, static_cast<std::uint64_t>(100 * ratio)};
    check(fmt::format("power 80 %, means, {:.0f} units against {:.0f}", size->n_control_ceil, size->n_treatment_ceil),
          0.8, [&] {
            const Moments control = moments(random, size->n_control_ceil, 10, 10);
            return welch_t(control, moments(random, size->n_treatment_ceil, 12, 10))->p_value < 0.05;
          });
  }
}

TEST_CASE("planning: the pooled z of proportions", "[truth]") {
  for (const double ratio : {1.0, 0.25}) {
    const auto size = planned_size({.control_mean = 0.1, .proportion = true, .ratio = ratio}, 0.03, 0.9);
    Random random{32, static_cast<std::uint64_t>(100 * ratio)};
    check(fmt::format("power 90 %, proportions, {:.0f} units against {:.0f}", size->n_control_ceil,
                      size->n_treatment_ceil),
          0.9, [&] {
            const Trials control = trials(random, size->n_control_ceil, 0.1);
            const auto test = proportion(control, trials(random, size->n_treatment_ceil, 0.13));
            return test && test->p_value && *test->p_value < 0.05;
          });
  }
}

TEST_CASE("planning: non-inferiority", "[truth]") {
  const auto size = planned_size({.variance = 100, .control_mean = 10, .margin = 0.1}, 0, 0.8);
  Random random{33};
  check(fmt::format("power 80 %, non-inferiority at 10 %, {:.0f} units a variant", size->n_control_ceil), 0.8, [&] {
    const Moments control = moments(random, size->n_control_ceil, 10, 10);
    return non_inferiority(control, moments(random, size->n_treatment_ceil, 10, 10), {.margin = 0.1})->non_inferior;
  });
}
