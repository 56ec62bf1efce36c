#include "platform/stats/moments/moments.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "platform/core/random.h"
#include "tests/platform/stats/samples.h"

using crossfade::Random;
using crossfade::stats::Moments;
using crossfade::stats::test::near;
using crossfade::stats::test::sample;

TEST_CASE("moments: nothing, one value and two", "[stats]") {
  CHECK(Moments() == Moments(0, 0, 0));
  CHECK(sample({3}) == Moments(1, 3, 0));
  CHECK(sample({3}).variance() == 0);
  CHECK(sample({3, 5}) == Moments(2, 4, 2));
  CHECK(sample({3, 5}).variance() == 2);
}

TEST_CASE("moments: a large offset costs no digit of the variance", "[stats]") {
  // Sums of squares on the raw scale give 0 or 128 here: 1e18 has a spacing of 128.
  const Moments moments = sample({999'999'999, 1'000'000'001, 1'000'000'000, 1'000'000'002});
  CHECK(moments.mean() == 1'000'000'000.5);
  CHECK(moments.variance() == near(5.0 / 3));
}

TEST_CASE("moments: merging parts gives the whole, whatever the parts", "[stats]") {
  Random random({7});
  for (int round = 0; round < 200; ++round) {
    Moments whole, left, middle, right;
    const double offset = round % 2 == 0 ? 0 : 1e6;
    for (int i = 0; i < 50; ++i) {
      const double x = offset + random.uniform();
      const std::uint64_t part = random.below(3);
      whole.add(x);
      (part == 0 ? left : part == 1 ? middle : right).add(x);
    }
    Moments from_left = left;
    from_left.merge(middle);
    from_left.merge(right);
    Moments from_right = middle;
    from_right.merge(right);
    from_right.merge(left);
    for (const Moments& merged : {from_left, from_right}) {
      CHECK(merged.n() == 50);
      CHECK(merged.mean() == near(whole.mean(), 1e-14));
      CHECK(merged.m2() == near(whole.m2(), 1e-9));
    }
  }
}

TEST_CASE("moments: merging with nothing changes nothing", "[stats]") {
  Moments moments = sample({1, 2, 4});
  moments.merge(Moments());
  CHECK(moments == sample({1, 2, 4}));
  Moments empty;
  empty.merge(moments);
  CHECK(empty == moments);
}
