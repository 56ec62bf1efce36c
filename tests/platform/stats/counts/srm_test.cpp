#include "platform/stats/counts/srm.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

Result<Srm> srm_of(std::initializer_list<std::int64_t> observed, std::initializer_list<double> weights) {
  return srm({observed.begin(), observed.size()}, {weights.begin(), weights.size()});
}

}  // namespace

TEST_CASE("srm: the example of Kohavi, Tang and Xu", "[stats]") {
  // Trustworthy Online Controlled Experiments (2020), chapter 21: 821 588 and 815 482 users, p = 1.8E-6.
  const auto result = srm_of({821'588, 815'482}, {0.5, 0.5});
  REQUIRE(result);
  CHECK(result->p_value == near(1.8e-6, 0.02));
  CHECK(result->statistic == near(22.77436884189436));
  CHECK(result->p_value == near(1.8217928726191872e-6));
  CHECK(result->dof == 1);
  CHECK(result->expected == std::vector<double>{818'535, 818'535});
}

TEST_CASE("srm: Mendel's peas, 9:3:3:1", "[stats]") {
  // The textbook example of a chi-square test: 0.470, p = 0.925.
  const auto result = srm_of({315, 108, 101, 32}, {9, 3, 3, 1});
  REQUIRE(result);
  CHECK(result->statistic == near(0.47002398081534772));
  CHECK(result->p_value == near(0.92542589510361597));
  CHECK(result->dof == 3);
}

TEST_CASE("srm: variants without weight take no part", "[stats]") {
  const auto result = srm_of({315, 1000, 108, 101, 32}, {9, 0, 3, 3, 1});
  REQUIRE(result);
  CHECK(result->statistic == near(0.47002398081534772));
  CHECK(result->expected[1] == 0);
}

TEST_CASE("srm: a split that nothing explains has p = 0, not an error", "[stats]") {
  const auto result = srm_of({10'000'000, 11'000'000}, {1, 1});
  REQUIRE(result);
  CHECK(result->statistic == near(47619.047619047619));
  CHECK(result->p_value == 0);  // 1.7e-10343
}

TEST_CASE("srm: undefined without two variants or without users", "[stats]") {
  CHECK(srm_of({}, {}).reason() == Undefined::insufficient_data);
  CHECK(srm_of({5}, {1}).reason() == Undefined::insufficient_data);
  CHECK(srm_of({5, 7}, {1, 0}).reason() == Undefined::insufficient_data);
  CHECK(srm_of({0, 0}, {1, 1}).reason() == Undefined::insufficient_data);
  CHECK(srm_of({5, 7}, {1}).reason() == Undefined::invalid_input);
  CHECK(srm_of({5, -7}, {1, 1}).reason() == Undefined::invalid_input);
  CHECK(srm_of({5, 7}, {1, -1}).reason() == Undefined::invalid_input);
  CHECK(srm_of({5, 7}, {1, std::nan("")}).reason() == Undefined::invalid_input);
  CHECK(srm_of({5, 7}, {1, kInfinity}).reason() == Undefined::invalid_input);
}
