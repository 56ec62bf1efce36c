#include <catch2/catch.hpp>

#include "tests/platform/stats/counts/contradictions.h"

using namespace crossfade::stats::test;

TEST_CASE("score intervals: over all pairs of counts, p and the intervals never contradict each other", "[stats]") {
  const auto small = contradictions(450, 50, 1);
  CHECK(small.pairs == 451 * 51);
  CHECK(small.count == 0);
  const auto large = contradictions(1800, 200, 1);
  CHECK(large.pairs == 1801 * 201);
  CHECK(large.count == 0);
  WARN("of " << small.pairs << " and " << large.pairs << " pairs, Wald's interval contradicts p in " << small.by_wald
             << " and " << large.by_wald << ", the score intervals in " << small.count << " and " << large.count);
}
