#include "platform/stats/numerics/distributions.h"

#include <catch2/catch.hpp>

#include "platform/stats/numerics/result.h"
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

TEST_CASE("distributions: the expected excess keeps its digits in the far tail", "[stats]") {
  CHECK(normal_expected_excess(-40) == near(40));
  CHECK(normal_expected_excess(-2) == near(2.0084907026168296));
  CHECK(normal_expected_excess(0) == near(0.39894228040143268));
  CHECK(normal_expected_excess(2.999) == near(0.00038350643322096181, 1e-11));
  CHECK(normal_expected_excess(3) == near(0.0003821543170477236));
  CHECK(normal_expected_excess(5) == near(5.346165533832815e-8));
  CHECK(normal_expected_excess(30) == near(1.6319567340914012e-199));
  CHECK(normal_expected_excess(37) == near(1.5451991905122025e-301));
}

TEST_CASE("distributions: the noncentral t, near and so far that the series gives up", "[stats]") {
  CHECK(noncentral_t_upper_tail(2, 3.5, 2.8) == near(0.77758595269599895));
  CHECK(noncentral_t_upper_tail(12.7, 1, 40) == near(0.99830987371593823));
  CHECK(noncentral_t_upper_tail(2e5, 2, 1e5) == near(0.22119921693833014, 1e-9));
  CHECK(noncentral_t_upper_tail(-2e5, 2, -1e5) == near(1 - 0.22119921693833014, 1e-9));
  CHECK(noncentral_t_upper_tail(2, 1e7, 1e300) == 1);
  CHECK(noncentral_t_upper_tail(2, 1e7, -1e300) == 0);
}

TEST_CASE("distributions: tosses of a fair coin", "[stats]") {
  CHECK(fair_coin_lower_tail(1, 4) == near(0.3125));
  CHECK(fair_coin_lower_tail(100, 1000) == near(1.3403435580012593e-161 / 2, 1e-10));
  CHECK(fair_coin_lower_tail(4990000, 10000000) == near(2.5448004911551731e-10 / 2, 1e-8));
}
