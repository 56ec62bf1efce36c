#include "platform/stats/counts/score_intervals.h"

#include <catch2/catch.hpp>

#include "tests/platform/stats/counts/contradictions.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

void check(const Bounds& found, double lower, double upper) {
  CHECK(found.lower == near(lower));
  CHECK(found.upper == near(upper));
}

}  // namespace

TEST_CASE("score intervals: Koopman's and Newcombe's examples", "[stats]") {
  // Koopman (1984): 36/40 against 16/80, the ratio lies in 2.94 .. 7.15. Newcombe (1998), Statistics in Medicine 17,
  // table II, method 5 (Mee): (a) 56/70 - 48/80, .0533 .. .3377. More digits by mpmath, from the score statistic alone.
  const Trials few{.n = 80, .successes = 16};
  const Trials many{.n = 40, .successes = 36};
  check(score_ratio(few, many, {}), 2.9395691922149939, 7.1522234348660296);
  check(score_difference(few, many, {}), 0.54371222935825069, 0.80359538758635926);
  const Trials control{.n = 80, .successes = 48};
  const Trials treatment{.n = 70, .successes = 56};
  check(score_ratio(control, treatment, {}), 1.0798215063618983, 1.6708055780191117);
  check(score_difference(control, treatment, {}), 0.053333849291325058, 0.33772946374114131);
}

TEST_CASE("score intervals: ten million units, and shares next to 1", "[stats]") {
  const Trials control{.n = 10'000'000, .successes = 1'000'000};
  const Trials treatment{.n = 10'000'000, .successes = 1'001'000};
  check(score_ratio(control, treatment, {}), 0.99837199000227428, 1.0036349279104509);
  const Bounds difference = score_difference(control, treatment, {});
  CHECK(difference.lower == near(-0.00016301528841320276, 1e-9));
  CHECK(difference.upper == near(0.00036301538648868186, 1e-9));
  const Trials nearly{.n = 1'000'000, .successes = 999'000};
  const Trials nearer{.n = 100'000, .successes = 99'950};
  check(score_ratio(nearly, nearer, {}), 1.0003312506544516, 1.0006383561757239);
  const Bounds apart = score_difference(nearly, nearer, {});
  CHECK(apart.lower == near(0.00033092586144408653, 1e-10));
  CHECK(apart.upper == near(0.00063769756504130851, 1e-10));
}

TEST_CASE("score intervals: no successes in a variant, or nothing else", "[stats]") {
  // 18 of 1 800 against 0 of 200: the first day of an experiment that was called harmful, with a lift of -100 %, for
  // want of a variance in the treatment. The pooled p is .155.
  check(score_ratio({.n = 1800, .successes = 18}, {.n = 200}, {}), 0, 1.8907568667888014);
  check(score_difference({.n = 1800, .successes = 18}, {.n = 200}, {}), -0.015752211232547013, 0.0088643246450065418);
  const Bounds ratio = score_ratio({.n = 29}, {.n = 56, .successes = 5}, {});
  CHECK(ratio.lower == near(0.72568888359361829));
  CHECK(ratio.upper == kInfinity);
  // Nobody in either variant: Wilson's limits of each beside 0, z^2 / (n + z^2); of the ratio everything is left.
  check(score_difference({.n = 50}, {.n = 60}, {}), -0.07134759913335873, 0.060171852142089868);
  CHECK(score_ratio({.n = 50}, {.n = 60}, {}) == Bounds{0, kInfinity});
  // Everybody: 1 / (1 + z^2 / 60) and 1 + z^2 / 50.
  const Trials all{.n = 50, .successes = 50};
  const Trials everybody{.n = 60, .successes = 60};
  check(score_ratio(all, everybody, {}), 0.93982814785791013, 1.0768291764138825);
  check(score_difference(all, everybody, {}), -0.060171852142089868, 0.07134759913335873);
  CHECK(score_difference({.n = 1}, {.n = 1, .successes = 1}, {}).upper == 1);
}

TEST_CASE("score intervals: one side is the end of a wider two-sided one", "[stats]") {
  const Trials control{.n = 80, .successes = 48};
  const Trials treatment{.n = 70, .successes = 56};
  const Bounds both = score_ratio(control, treatment, {.alpha = 0.1});
  const Bounds greater = score_ratio(control, treatment, {.alternative = Alternative::greater});
  CHECK(greater.lower == near(both.lower));
  CHECK(greater.upper == kInfinity);
  const Bounds less = score_difference(control, treatment, {.alternative = Alternative::less});
  CHECK(less.lower == -kInfinity);
  CHECK(less.upper == near(score_difference(control, treatment, {.alpha = 0.1}).upper));
}

TEST_CASE("score intervals: p and the intervals never contradict each other", "[stats]") {
  // At 450 against 50 units with 2 % each, Wald's interval excluded no effect in 36 % of the experiments, where p was
  // below .05 in 3.9 %. All pairs of counts, but for every seventh and third control; all of them in stats_truth.
  CHECK(contradictions(450, 50, 7).count == 0);
  CHECK(contradictions(1800, 200, 97).count == 0);
  CHECK(contradictions(40, 40, 1, 0.1).count == 0);
  CHECK(contradictions(450, 50, 7).by_wald > 100);  // the count can find what is there
}
