#include "platform/stats/moments/co_moments.h"

#include <catch2/catch.hpp>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

CoMoments<2> pairs(std::initializer_list<CoMoments<2>::Values> values) {
  CoMoments<2> moments;
  for (const auto& value : values) moments.add(value);
  return moments;
}

}  // namespace

TEST_CASE("co-moments: means, variances and covariance of a sample", "[stats]") {
  const auto four = pairs({{1, 2}, {2, 1}, {3, 5}, {6, 4}});
  CHECK(four.n() == 4);
  CHECK(four.mean(0) == near(3));
  CHECK(four.mean(1) == near(3));
  CHECK(four.covariance(0, 0) == near(14.0 / 3));
  CHECK(four.covariance(1, 1) == near(10.0 / 3));
  CHECK(four.covariance(0, 1) == near(7.0 / 3));
  CHECK(four.covariance(1, 0) == four.covariance(0, 1));
  CHECK(four.marginal(0).variance() == near(14.0 / 3));
}

TEST_CASE("co-moments: merged parts are the whole, in any order", "[stats]") {
  const auto whole = pairs({{1, 2}, {2, 1}, {3, 5}, {6, 4}, {-7, 1e3}});
  const auto left = pairs({{1, 2}, {2, 1}});
  const auto right = pairs({{3, 5}, {6, 4}, {-7, 1e3}});
  for (auto [first, second] : {std::pair{left, right}, std::pair{right, left}}) {
    first.merge(second);
    first.merge({});
    CHECK(first.n() == whole.n());
    for (const std::size_t i : {0U, 1U}) {
      CHECK(first.mean(i) == near(whole.mean(i)));
      for (const std::size_t j : {0U, 1U}) CHECK(first.covariance(i, j) == near(whole.covariance(i, j)));
    }
  }
  CoMoments<2> none;
  none.merge(left);
  CHECK(none == left);
}

TEST_CASE("co-moments: a large offset costs no digits", "[stats]") {
  const auto far = pairs({{1e9 + 1, -1e9}, {1e9 - 1, -1e9 + 2}});
  CHECK(far.covariance(0, 0) == 2);
  CHECK(far.covariance(0, 1) == -2);
}

TEST_CASE("co-moments: fewer than two units have no variance", "[stats]") {
  CHECK(pairs({}).covariance(0, 1) == 0);
  CHECK(pairs({{3, 4}}).covariance(0, 0) == 0);
}
