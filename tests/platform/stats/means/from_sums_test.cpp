#include "platform/stats/means/from_sums.h"

#include <catch2/catch.hpp>
#include <limits>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

TEST_CASE("from sums: the moments of a sample", "[stats]") {
  const auto moments = moments_from_sums(4, 12, 50);  // 1, 2, 3, 6
  REQUIRE(moments);
  CHECK(moments->n() == 4);
  CHECK(moments->mean() == 3);
  CHECK(moments->variance() == near(14.0 / 3));
}

TEST_CASE("from sums: the digits that the sums have left are kept", "[stats]") {
  // x - 2, x, x + 2: both sums are exact in a double, the square of the first (above 2^56) is not.
  const double x = 94'906'266;
  const auto three = moments_from_sums(3, 3 * x, 3 * (x * x) + 8);
  REQUIRE(three);
  CHECK(three->mean() == x);
  CHECK(three->variance() == 4);
}

TEST_CASE("from sums: below 0 by rounding is 0, further below is refused", "[stats]") {
  const auto rounded = moments_from_sums(10, 1, 0.1 - 1e-14);
  REQUIRE(rounded);
  CHECK(rounded->variance() == 0);
  CHECK(moments_from_sums(10, 1, 0.0999).reason() == Undefined::invalid_input);
}

TEST_CASE("from sums: what no sample has", "[stats]") {
  CHECK(moments_from_sums(-1, 0, 0).reason() == Undefined::invalid_input);
  CHECK(moments_from_sums(0, 1, 0).reason() == Undefined::invalid_input);
  CHECK(moments_from_sums(5, std::numeric_limits<double>::infinity(), 1).reason() == Undefined::invalid_input);
  CHECK(moments_from_sums(5, 1, std::numeric_limits<double>::quiet_NaN()).reason() == Undefined::invalid_input);
  CHECK(moments_from_sums(5, 1e200, 1e300).reason() == Undefined::invalid_input);
  REQUIRE(moments_from_sums(0, 0, 0));
  CHECK(moments_from_sums(0, 0, 0)->n() == 0);
}

TEST_CASE("from sums: two quantities, and a covariance that their variances do not allow", "[stats]") {
  Sums<2> sums{.n = 4, .sum = {12, 12}, .product = {{{50, 0}, {43, 46}}}};  // (1,2) (2,1) (3,5) (6,4)
  const auto moments = moments_from_sums(sums);
  REQUIRE(moments);
  CHECK(moments->covariance(0, 0) == near(14.0 / 3));
  CHECK(moments->covariance(1, 1) == near(10.0 / 3));
  CHECK(moments->covariance(0, 1) == near(7.0 / 3));
  CHECK(moments->covariance(0, 1) == moments->covariance(1, 0));
  sums.product[1][0] = 49;
  CHECK(moments_from_sums(sums).reason() == Undefined::invalid_input);
}
