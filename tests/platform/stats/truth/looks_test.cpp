#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "platform/stats/counts/srm.h"
#include "platform/stats/counts/srm_sequential.h"
#include "platform/stats/looks/group_sequential.h"
#include "platform/stats/looks/group_sequential_estimate.h"
#include "platform/stats/looks/minimum_size.h"
#include "platform/stats/looks/sequential.h"
#include "platform/stats/means/contrast.h"
#include "platform/stats/numerics/distributions.h"
#include "tests/platform/stats/truth/simulated.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;
using crossfade::Random;

TEST_CASE("looks: a t statistic is compared through its p-value", "[truth]") {
  constexpr int rounds = 20'000;
  constexpr int looks = 5;
  std::vector<double> fractions;
  for (int look = 1; look <= looks; ++look) fractions.push_back(static_cast<double>(look) / looks);
  const auto plan = group_sequential(fractions);
  Random random{21};
  Rate as_z;
  Rate through_p;
  for (int round = 0; round < rounds; ++round) {
    Moments control;
    Moments treatment;
    bool z_rejects = false;
    bool p_rejects = false;
    for (int look = 0; look < looks; ++look) {
      for (int unit = 0; unit < 20 / looks; ++unit) {
        control.add(normal(random));
        treatment.add(normal(random));
      }
      const auto difference = contrast(control, treatment);
      const double t = difference->estimate / difference->standard_error;
      const double bound = plan->z_bounds[static_cast<std::size_t>(look)];
      z_rejects = z_rejects || std::abs(t) >= bound;
      p_rejects = p_rejects || std::abs(z_of_t(t, difference->dof)) >= bound;
    }
    as_z.add(z_rejects);
    through_p.add(p_rejects);
  }
  show("group sequential, 20 units a variant, t against z bounds", as_z);
  show("group sequential, 20 units a variant, t through its p-value", through_p);
  CHECK(as_z.share() > 0.05 + 4 * as_z.error(0.05));  // must fail
  CHECK(through_p.share() == Approx(0.05).margin(4 * through_p.error(0.05)));
}

// An effect that a single look finds with 80 %, seven looks: what is read where the test stopped.
TEST_CASE("looks: after a stop the median-unbiased estimate is as often too large as too small", "[truth]") {
  constexpr int rounds = 3'000;
  constexpr int looks = 7;
  constexpr double drift = 2.8;
  std::vector<double> fractions;
  for (int look = 1; look <= looks; ++look) fractions.push_back(static_cast<double>(look) / looks);
  const auto plan = group_sequential(fractions);
  Random random{22};
  Rate plain_above;
  Rate unbiased_above;
  Rate plain_covers;
  Rate covers;
  for (int round = 0; round < rounds; ++round) {
    double score = 0;
    std::size_t look = 0;
    for (;; ++look) {
      score += drift / looks + normal(random) / std::sqrt(static_cast<double>(looks));
      const double z = score / std::sqrt(fractions[look]);
      if (look + 1 == looks || std::abs(z) >= plan->z_bounds[look]) break;
    }
    // The effect is the drift: its error at the look is 1 / sqrt(t).
    const double error = 1 / std::sqrt(fractions[look]);
    const double plain = score / fractions[look];
    const auto found = group_sequential_estimate({.information_fractions = std::span(fractions).first(look + 1),
                                                  .z_bounds = std::span(plan->z_bounds).first(look + 1),
                                                  .estimate = plain,
                                                  .standard_error = error});
    REQUIRE(found);
    plain_above.add(plain > drift);
    unbiased_above.add(found->estimate > drift);
    plain_covers.add(std::abs(plain - drift) <= 1.9599639845400542 * error);
    covers.add(found->interval.lower <= drift && drift <= found->interval.upper);
  }
  show("after a group sequential stop, the estimate is above the effect", plain_above);
  show("after a group sequential stop, the median-unbiased one is above it", unbiased_above);
  show("its interval covers", covers);
  CHECK(plain_above.share() > 0.5 + 4 * plain_above.error(0.5));  // must fail
  CHECK(unbiased_above.share() == Approx(0.5).margin(4 * unbiased_above.error(0.5)));
  CHECK(covers.share() == Approx(0.95).margin(4 * covers.error(0.95)));
}

// Nine units in the control for one in the treatment, values that are lognormal (sigma 2), a look after each ten of
// them, from two units in the treatment on.
TEST_CASE("looks: an always-valid test begins with enough units", "[truth]") {
  constexpr int rounds = 4'000;
  constexpr int units = 200;  // in the treatment
  Random random{33};
  const auto value = [&] { return std::exp(2 * normal(random)); };
  const auto excludes = [](const auto& found) {
    return found && (found->interval.lower > 0 || found->interval.upper < 0);
  };
  Rate from_two;
  Rate from_enough;
  for (int round = 0; round < rounds; ++round) {
    Moments control;
    Moments treatment;
    bool two_calls = false;
    bool enough_calls = false;
    for (int unit = 1; unit <= units; ++unit) {
      for (int i = 0; i < 9; ++i) control.add(value());
      treatment.add(value());
      two_calls = two_calls || (unit > 1 && excludes(sequential(control, treatment)));
      if (enough_calls || !minimum_size(control, treatment).reached) continue;
      enough_calls = excludes(sequential(control, treatment, {.variance = DifferenceVariance::conservative}));
    }
    from_two.add(two_calls);
    from_enough.add(enough_calls);
  }
  show("always-valid, 90/10, lognormal, from two units on, unpooled", from_two);
  show("always-valid, 90/10, lognormal, from 20 units on, conservative", from_enough);
  CHECK(from_two.share() > 0.05 + 4 * from_two.error(0.05));  // must fail
  CHECK(from_enough.share() < 0.05);
}

TEST_CASE("looks: a sound split that is looked at every day", "[truth]") {
  constexpr int rounds = 10'000;
  constexpr int days = 28;
  constexpr int units = 500;  // a day
  constexpr double alpha = 0.001;
  const std::vector<double> weights{0.5, 0.5};
  Random random{34};
  Rate single;
  Rate always_valid;
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::int64_t> observed(2);
    bool single_calls = false;
    bool always_calls = false;
    for (int day = 0; day < days; ++day) {
      for (int unit = 0; unit < units; ++unit) ++observed[random.uniform() < 0.5 ? 0 : 1];
      single_calls = single_calls || srm(observed, weights)->p_value < alpha;
      always_calls = always_calls || srm_sequential(observed, weights, {.concentration = 100})->p_value < alpha;
    }
    single.add(single_calls);
    always_valid.add(always_calls);
  }
  show("sample ratio, 28 looks, chi-square of each", single);
  show("sample ratio, 28 looks, always-valid", always_valid);
  CHECK(single.share() > alpha + 4 * single.error(alpha));  // must fail
  CHECK(always_valid.share() < alpha + 4 * always_valid.error(alpha));
}
