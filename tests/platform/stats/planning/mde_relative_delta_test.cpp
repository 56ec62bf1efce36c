#include "platform/stats/planning/mde_relative_delta.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

TEST_CASE("mde of the lift: the error grows with the lift", "[stats]") {
  const auto lift = [](double mean, double n) {
    return mde_relative_delta({.control_mean = mean, .sd = 2, .n_per_variant = n}, 0.8);
  };
  CHECK(*lift(10, 1000) == near(0.025378095883648572));
  CHECK(*lift(-10, 1000) == near(0.024749988307267555));
  CHECK(*lift(1, 40) == near(8.1886511925814289));
  CHECK(*lift(10, 1e7) < 0.001);
}

TEST_CASE("mde of the lift: none is found where the control's mean is too uncertain", "[stats]") {
  // (k sd / mean)^2 = 31.3955...
  const RelativeDesign few{.control_mean = 1, .sd = 2, .n_per_variant = 31.39551};
  const RelativeDesign enough{.control_mean = 1, .sd = 2, .n_per_variant = 31.39553};
  CHECK(mde_relative_delta(few, 0.8).reason() == Undefined::not_attainable);
  CHECK(mde_relative_delta(enough, 0.8));
  CHECK(mde_relative_delta(enough, 0.01).reason() == Undefined::not_attainable);
}

TEST_CASE("mde of the lift: undefined", "[stats]") {
  const auto reason = [](const RelativeDesign& design, double power) {
    return mde_relative_delta(design, power).reason();
  };
  CHECK(reason({.control_mean = 0, .n_per_variant = 10}, 0.8) == Undefined::zero_control_mean);
  CHECK(reason({.control_mean = 1, .n_per_variant = 0}, 0.8) == Undefined::insufficient_data);
  CHECK(reason({.control_mean = 1, .sd = 0, .n_per_variant = 10}, 0.8) == Undefined::zero_variance);
  CHECK(reason({.control_mean = 1, .sd = -1, .n_per_variant = 10}, 0.8) == Undefined::invalid_input);
  CHECK(reason({.control_mean = 1, .n_per_variant = kInfinity}, 0.8) == Undefined::invalid_input);
  CHECK(reason({.control_mean = std::nan(""), .n_per_variant = 10}, 0.8) == Undefined::invalid_input);
  CHECK(reason({.control_mean = 1, .n_per_variant = 10}, 1) == Undefined::invalid_input);
}
