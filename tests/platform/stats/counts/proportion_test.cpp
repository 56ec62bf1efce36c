#include "platform/stats/counts/proportion.h"

#include <catch2/catch.hpp>

#include "platform/stats/means/welch.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

TEST_CASE("proportion: Newcombe's examples", "[stats]") {
  // Newcombe (1998), table II: (a) 56/70 - 48/80, method 1 0.0575 .. 0.3425, method 10 0.0524 .. 0.3339;
  // (e) 5/56 - 0/29, method 10 -0.0381 .. 0.1926. With more digits:
  const auto a = proportion({.n = 80, .successes = 48}, {.n = 70, .successes = 56});
  REQUIRE(a);
  CHECK(a->estimate == near(0.2));
  CHECK(*a->statistic == near(2.6501719512585326));
  CHECK(*a->p_value == near(0.0080450813681965847));
  CHECK(a->wald.lower == near(0.057504899149037077));
  CHECK(a->wald.upper == near(0.34249510085096292));
  CHECK(a->newcombe.lower == near(0.052431472402364878));
  CHECK(a->newcombe.upper == near(0.33387265403690598));
  CHECK(a->agresti_caffo.lower == near(0.052452926638053699));
  CHECK(a->agresti_caffo.upper == near(0.33575845547576744));
  const auto e = proportion({.n = 29, .successes = 0}, {.n = 56, .successes = 5});
  REQUIRE(e);
  CHECK(e->newcombe.lower == near(-0.038137147903536903));
  CHECK(e->newcombe.upper == near(0.19256001385511162));
  CHECK(e->agresti_caffo.lower == near(-0.028865846303125844));
}

TEST_CASE("proportion: ten million units, and a tiny p-value", "[stats]") {
  const auto huge = proportion({.n = 10'000'000, .successes = 1'000'000}, {.n = 10'000'000, .successes = 1'001'000});
  REQUIRE(huge);
  CHECK(huge->estimate == near(1e-4));
  CHECK(*huge->p_value == near(0.45615661139423146));
  CHECK(huge->wald.lower == near(-0.00016301518321496385));
  CHECK(huge->newcombe.lower == near(-0.00016301529109859414));
  CHECK(huge->newcombe.upper == near(0.00036301533328532258));
  CHECK(huge->agresti_caffo.upper == near(0.00036301523036500401));
  const auto far = proportion({.n = 100'000, .successes = 1000}, {.n = 100'000, .successes = 3000});
  REQUIRE(far);
  CHECK(*far->p_value == near(6.5812930730473941e-224, 1e-10));
}

TEST_CASE("proportion: one-sided tests and limits", "[stats]") {
  const Trials control{.n = 80, .successes = 48};
  const Trials treatment{.n = 70, .successes = 56};
  const auto both = proportion(control, treatment, {.alpha = 0.1});
  const auto greater = proportion(control, treatment, {.alternative = Alternative::greater});
  const auto less = proportion(control, treatment, {.alternative = Alternative::less});
  REQUIRE((both && greater && less));
  CHECK(*greater->p_value == near(0.0080450813681965847 / 2));
  CHECK(*less->p_value == near(1 - 0.0080450813681965847 / 2));
  CHECK(greater->newcombe == Bounds{both->newcombe.lower, kInfinity});
  CHECK(less->wald == Bounds{-kInfinity, both->wald.upper});
  CHECK(less->agresti_caffo == Bounds{-kInfinity, both->agresti_caffo.upper});
}

TEST_CASE("proportion: all or none leaves the intervals and takes the test", "[stats]") {
  for (const std::int64_t successes : {0, 12}) {
    const auto same = proportion({.n = 12, .successes = successes}, {.n = 12, .successes = successes});
    REQUIRE(same);
    CHECK_FALSE(same->statistic);
    CHECK_FALSE(same->p_value);
    CHECK(same->wald == Bounds{0, 0});
    CHECK(same->newcombe.upper == near(0.24249400665524089));  // Wilson's limit of 0 of 12: z^2 / (12 + z^2)
    CHECK(same->newcombe.lower == near(-0.24249400665524089));
  }
  const auto apart = proportion({.n = 1, .successes = 0}, {.n = 1, .successes = 1});
  REQUIRE(apart);
  CHECK(apart->estimate == 1);
  CHECK(*apart->statistic == near(1.4142135623730951));
  CHECK(apart->newcombe.upper == 1);
}

TEST_CASE("proportion: empty variants and impossible counts", "[stats]") {
  const Trials fine{.n = 10, .successes = 4};
  CHECK(proportion({}, fine).reason() == Undefined::insufficient_data);
  CHECK(proportion(fine, {}).reason() == Undefined::insufficient_data);
  for (const Trials& bad : {Trials{.n = 3, .successes = 4}, Trials{.n = 3, .successes = -1}, Trials{.n = -3}}) {
    CHECK(proportion(bad, fine).reason() == Undefined::invalid_input);
    CHECK(proportion(fine, bad).reason() == Undefined::invalid_input);
    CHECK(proportion_moments(bad).reason() == Undefined::invalid_input);
  }
  CHECK(proportion(fine, fine, {.alpha = 0}).reason() == Undefined::invalid_input);
  CHECK(proportion(fine, fine, {.alpha = 0.6, .alternative = Alternative::less}).reason() == Undefined::invalid_input);
}

TEST_CASE("proportion: as a mean, its variance is p (1 - p)", "[stats]") {
  const auto moments = proportion_moments({.n = 80, .successes = 48});
  REQUIRE(moments);
  CHECK(moments->n() == 80);
  CHECK(moments->mean() == near(0.6));
  CHECK(moments->variance() == near(0.24));
  const auto treatment = proportion_moments({.n = 70, .successes = 56});
  REQUIRE(treatment);
  const auto welch = welch_t(*moments, *treatment);
  REQUIRE(welch);
  CHECK(welch->standard_error == near(0.072702917999996986));  // sqrt(0.24 / 80 + 0.16 / 70): Wald's
  const auto none = proportion_moments({});
  REQUIRE(none);
  CHECK(welch_t(*none, *treatment).reason() == Undefined::insufficient_data);
}
