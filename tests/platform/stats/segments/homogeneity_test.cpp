#include "platform/stats/segments/homogeneity.h"

#include <catch2/catch.hpp>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

Result<Homogeneity> homogeneity_of(std::initializer_list<std::int64_t> successes,
                                   std::initializer_list<std::int64_t> totals) {
  return homogeneity({successes.begin(), successes.size()}, {totals.begin(), totals.size()});
}

}  // namespace

TEST_CASE("homogeneity: Pearson's chi-square of a 2 x 3 table", "[stats]") {
  const auto result = homogeneity_of({180, 150, 205}, {200, 190, 230});
  REQUIRE(result);
  CHECK(result->statistic == near(12.554543132935717));
  CHECK(result->p_value == near(0.00187851902269349));
  CHECK(result->dof == 2);
}

TEST_CASE("homogeneity: empty samples take no part", "[stats]") {
  const auto result = homogeneity_of({180, 0, 150, 205}, {200, 0, 190, 230});
  REQUIRE(result);
  CHECK(result->dof == 2);
  CHECK(result->statistic == near(12.554543132935717));
}

TEST_CASE("homogeneity: undefined where nothing varies or nothing is there", "[stats]") {
  CHECK(homogeneity_of({5, 7}, {5, 7}).reason() == Undefined::zero_variance);
  CHECK(homogeneity_of({0, 0}, {5, 7}).reason() == Undefined::zero_variance);
  CHECK(homogeneity_of({1, 0}, {5, 0}).reason() == Undefined::insufficient_data);
  CHECK(homogeneity_of({}, {}).reason() == Undefined::insufficient_data);
  CHECK(homogeneity_of({6, 1}, {5, 7}).reason() == Undefined::invalid_input);
  CHECK(homogeneity_of({-1, 1}, {5, 7}).reason() == Undefined::invalid_input);
  CHECK(homogeneity_of({1}, {5, 7}).reason() == Undefined::invalid_input);
}
