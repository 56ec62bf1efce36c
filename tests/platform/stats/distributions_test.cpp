#include "platform/stats/distributions.h"

#include <catch2/catch.hpp>

#include "platform/stats/result.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using crossfade::stats::test::near;

TEST_CASE("distributions: tails keep their digits down to 1e-300", "[stats]") {
  CHECK(normal_upper_tail(37) == near(5.7255712225245768e-300));
  CHECK(student_t_upper_tail(0.5, 1.5) == near(0.34028355533497));
  CHECK(student_t_upper_tail(40, 1000) == near(5.2394260775866805e-210));
  CHECK(student_t_upper_tail(37, 1e7) == near(6.0006061613191709e-300));
  CHECK(chi_squared_upper_tail(1400, 3) == near(2.9456193610163087e-303));
}

TEST_CASE("distributions: quantiles", "[stats]") {
  // 1.959963984540054: any table of the normal distribution.
  CHECK(normal_upper_quantile(0.025) == near(1.959963984540054));
  CHECK(student_t_upper_quantile(0.025, 3.7) == near(2.8675207071911895));
  CHECK(student_t_upper_quantile(0.025, 1e9) == near(1.9599639869123255));
  CHECK(student_t_upper_quantile(0.975, 3.7) == near(-2.8675207071911895));
}

TEST_CASE("distributions: what underflows or is infinite is 0 or 1, and nothing throws", "[stats]") {
  CHECK(normal_upper_tail(60) == 0);
  CHECK(normal_upper_tail(kInfinity) == 0);
  CHECK(normal_upper_tail(-kInfinity) == 1);
  CHECK(student_t_upper_tail(1e10, 1e7) == 0);
  CHECK(student_t_upper_tail(kInfinity, 3) == 0);
  CHECK(student_t_upper_tail(-kInfinity, 3) == 1);
  CHECK(student_t_upper_tail(0, 3) == 0.5);
  CHECK(chi_squared_upper_tail(1e6, 1) == 0);
  CHECK(chi_squared_upper_tail(kInfinity, 1) == 0);
  CHECK(chi_squared_upper_tail(0, 1) == 1);
}
