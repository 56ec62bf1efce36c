#include "platform/stats/segments/interaction.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

Cells cells() {
  return {.a0_b0 = Moments(50, 10, 196),
          .a0_b1 = Moments(60, 11, 250),
          .a1_b0 = Moments(55, 10.5, 240),
          .a1_b1 = Moments(40, 13.5, 150)};
}

}  // namespace

TEST_CASE("interaction: difference of differences with four samples' degrees of freedom", "[stats]") {
  const auto result = interaction(cells());
  REQUIRE(result);
  CHECK(result->estimate == 2);
  CHECK(result->standard_error == near(0.57234901580109372));
  CHECK(result->dof == near(187.23493458848085));
  CHECK(result->p_value == near(0.00059307266896353803));
  CHECK(result->interval.lower == near(0.87091856182401184));
  CHECK(result->interval.upper == near(3.1290814381759882));
  CHECK(result->assignment_chi2 == near(3.1574390521758943));
  CHECK(result->assignment_p == near(0.07558166413580003));
}

TEST_CASE("interaction: one-sided", "[stats]") {
  const auto result = interaction(cells(), {.alternative = Alternative::greater});
  REQUIRE(result);
  CHECK(result->p_value == near(0.00059307266896353803 / 2));
  CHECK(result->interval.upper == kInfinity);
}

TEST_CASE("interaction: ten million units a cell at a large offset", "[stats]") {
  const Moments here(10'000'000, 1e9, 1e7 - 1);
  const Moments there(10'000'000, 1e9 + 1, 1e7 - 1);
  const auto result = interaction({.a0_b0 = here, .a0_b1 = here, .a1_b0 = here, .a1_b1 = there});
  REQUIRE(result);
  CHECK(result->estimate == 1);
  CHECK(result->standard_error == near(std::sqrt(4e-7)));
  CHECK(result->dof == near(4 * (1e7 - 1)));
  CHECK(result->p_value == 0);
  CHECK(result->assignment_chi2 == 0);
}

TEST_CASE("interaction: cells without variance drop out, all of them leave nothing", "[stats]") {
  Cells flat = cells();
  flat.a0_b0 = Moments(50, 10, 0);
  flat.a0_b1 = Moments(60, 11, 0);
  flat.a1_b0 = Moments(55, 10.5, 0);
  const auto one = interaction(flat);
  REQUIRE(one);
  CHECK(one->dof == near(39));
  flat.a1_b1 = Moments(40, 13.5, 0);
  CHECK(interaction(flat).reason() == Undefined::zero_variance);
}

TEST_CASE("interaction: few units and impossible input", "[stats]") {
  for (Moments Cells::* cell : {&Cells::a0_b0, &Cells::a0_b1, &Cells::a1_b0, &Cells::a1_b1}) {
    for (const Moments& few : {Moments(), Moments(1, 3, 0)}) {
      Cells changed = cells();
      changed.*cell = few;
      CHECK(interaction(changed).reason() == Undefined::insufficient_data);
    }
    for (const Moments& bad : {Moments(-1, 0, 0), Moments(9, std::nan(""), 1), Moments(9, 1, -1),
                               Moments(9, 1, kInfinity), Moments(9, kInfinity, 1)}) {
      Cells changed = cells();
      changed.*cell = bad;
      CHECK(interaction(changed).reason() == Undefined::invalid_input);
    }
  }
  CHECK(interaction(cells(), {.alpha = 1}).reason() == Undefined::invalid_input);
}
