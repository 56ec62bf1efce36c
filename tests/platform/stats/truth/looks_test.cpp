#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "platform/stats/looks/group_sequential.h"
#include "platform/stats/looks/group_sequential_estimate.h"
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
