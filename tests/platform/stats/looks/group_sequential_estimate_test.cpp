#include "platform/stats/looks/group_sequential_estimate.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "platform/stats/looks/group_sequential.h"
#include "platform/stats/numerics/distributions.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

// rpact 3.x, tests/testthat/test-f_analysis_base_survival.R, "three-stage group sequential design and survival data",
// x1: Wang and Tsiatis' boundary (0.25) at a one-sided 0.025, information 0.2, 0.4, 1, log-ranks 1.52, 1.38, 2.9 of 38
// events at the end; final p 0.0074535505, hazard ratio 2.4764002 [1.222663, 4.752454]. Its test has no lower boundary,
// which is crossed and left again in 1e-9 of experiments (and moves the last digits).
TEST_CASE("group sequential estimate: rpact's final analysis of three stages", "[stats]") {
  const std::vector<double> fractions = {0.2, 0.4, 1};
  const std::vector<double> bounds = {3.0366296758836837, 2.5534910089036384, 2.030716655550908};
  const double error = 2 / std::sqrt(38.0);  // of the log hazard ratio
  const auto result = group_sequential_estimate(
      {.information_fractions = fractions, .z_bounds = bounds, .estimate = 2.9 * error, .standard_error = error});
  REQUIRE(result);
  CHECK(result->p_value / 2 == near(0.0074535505, 2e-7));
  CHECK(std::exp(result->estimate) == near(2.4764002, 2e-7));
  CHECK(std::exp(result->interval.lower) == near(1.222663, 4e-7));
  CHECK(std::exp(result->interval.upper) == near(4.752454, 4e-7));
}

TEST_CASE("group sequential estimate: the first look is a test without others", "[stats]") {
  const std::vector<double> fraction = {0.3};
  const std::vector<double> bound = {3.9};
  for (const double z : {2.0, 4.0, -4.0, 0.0}) {
    const auto result = group_sequential_estimate(
        {.information_fractions = fraction, .z_bounds = bound, .estimate = z / 2, .standard_error = 0.5});
    REQUIRE(result);
    CHECK(result->estimate == Approx(z / 2).margin(1e-9));
    CHECK(result->interval.lower == Approx(z / 2 - 0.5 * 1.9599639845400542).epsilon(1e-9));
    CHECK(result->interval.upper == Approx(z / 2 + 0.5 * 1.9599639845400542).epsilon(1e-9));
    CHECK(result->p_value == near(2 * normal_upper_tail(std::abs(z)), 1e-9));
  }
}

TEST_CASE("group sequential estimate: the p-value at a boundary is what was spent", "[stats]") {
  const std::vector<double> fractions = {0.25, 0.5, 0.75, 1};
  const auto plan = group_sequential(fractions);
  for (std::size_t looks = 1; looks <= 4; ++looks) {
    const auto result = group_sequential_estimate({.information_fractions = std::span(fractions).first(looks),
                                                   .z_bounds = std::span(plan->z_bounds).first(looks),
                                                   .estimate = plan->z_bounds[looks - 1],
                                                   .standard_error = 1});
    CHECK(result->p_value == near(plan->cumulative_alpha[looks - 1], 1e-7));
    CHECK(result->estimate < plan->z_bounds[looks - 1] + 1e-9);
    const auto mirrored = group_sequential_estimate({.information_fractions = std::span(fractions).first(looks),
                                                     .z_bounds = std::span(plan->z_bounds).first(looks),
                                                     .estimate = -plan->z_bounds[looks - 1],
                                                     .standard_error = 1});
    CHECK(mirrored->estimate == near(-result->estimate));
    CHECK(mirrored->interval.lower == near(-result->interval.upper));
    CHECK(mirrored->p_value == near(result->p_value));
  }
}

TEST_CASE("group sequential estimate: looks at which nothing could be found change nothing", "[stats]") {
  const std::vector<double> fractions = {0.001, 0.5};
  const std::vector<double> bounds = {kInfinity, 3};
  const auto result = group_sequential_estimate(
      {.information_fractions = fractions, .z_bounds = bounds, .estimate = 2, .standard_error = 1});
  REQUIRE(result);
  CHECK(result->estimate == near(2, 1e-7));
}

TEST_CASE("group sequential estimate: undefined", "[stats]") {
  const std::vector<double> fractions = {0.5, 1};
  const std::vector<double> bounds = {3, 2};
  const auto reason = [&](double estimate, double error, double alpha = 0.05) {
    return group_sequential_estimate(
               {.information_fractions = fractions, .z_bounds = bounds, .estimate = estimate, .standard_error = error},
               alpha)
        .reason();
  };
  CHECK(reason(1, 0) == Undefined::invalid_input);
  CHECK(reason(std::nan(""), 1) == Undefined::invalid_input);
  CHECK(reason(1, 1, 0) == Undefined::invalid_input);
  CHECK(reason(1e300, 1e-300) == Undefined::invalid_input);
  CHECK(group_sequential_estimate({.information_fractions = fractions, .z_bounds = std::span(bounds).first(1)})
            .reason() == Undefined::invalid_input);
  CHECK(group_sequential_estimate({}).reason() == Undefined::invalid_input);
}

TEST_CASE("z of t: the same tail", "[stats]") {
  // P(T > 3) with 18 degrees of freedom is 0.0038419 (Student's table); P(Z > 2.6662) is the same.
  CHECK(normal_upper_tail(z_of_t(3, 18)) == near(student_t_upper_tail(3, 18)));
  CHECK(z_of_t(-3, 18) == -z_of_t(3, 18));
  CHECK(z_of_t(2.1009220402410378, 18) == near(1.9599639845400542));
  CHECK(z_of_t(1.5, kInfinity) == near(1.5));
  CHECK(z_of_t(0, 5) == Approx(0).margin(1e-15));
  CHECK(z_of_t(1e9, 1e9) == Approx(37).margin(0.1));
  CHECK(z_of_t(-kInfinity, 4) == Approx(-37).margin(0.1));
}
