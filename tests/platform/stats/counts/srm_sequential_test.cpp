#include "platform/stats/counts/srm_sequential.h"

#include <catch2/catch.hpp>
#include <limits>
#include <vector>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

using Counts = std::vector<std::int64_t>;
using Weights = std::vector<double>;

void check(const Counts& observed, const Weights& weights, double concentration, double log_factor, double p_value) {
  const auto result = srm_sequential(observed, weights, {.concentration = concentration});
  REQUIRE(result);
  CHECK(result->log_bayes_factor == near(log_factor, 1e-10));
  CHECK(result->p_value == near(p_value, 1e-10));
}

}  // namespace

TEST_CASE("sequential srm: Dirichlet-multinomial against the configured shares", "[stats]") {
  check({5100, 4900}, {1, 1}, 10'000, 0.65348058122043288, 0.52023191251629161);
  check({821588, 815482}, {1, 1}, 10'000, 8.7659722924104263, 0.00015595044016950173);
  check({3, 0, 1}, {0.7, 0.2, 0.1}, 1, -0.94082391839802708, 1);
  check({5, 5}, {1, 1}, 0.001, -7.809042875128169, 1);
}

TEST_CASE("sequential srm: ten million units, and a factor beyond doubles", "[stats]") {
  check({10'000'000, 10'030'000}, {1, 1}, 100, 16.359909704694173, 7.8520216938808845e-8);
  check({300, 100'000}, {1, 1}, 10'000, 55195.072769346757, 0);
}

TEST_CASE("sequential srm: variants without weight do not count", "[stats]") {
  check({5100, 77, 4900}, {50, 0, 50}, 10'000, 0.65348058122043288, 0.52023191251629161);
}

TEST_CASE("sequential srm: before the first unit nothing is known, and the factor is 1", "[stats]") {
  for (const Weights& weights : {Weights{1, 1}, Weights{0.9, 0.1}, Weights{5, 0, 3, 2}}) {
    const auto result = srm_sequential(Counts(weights.size(), 0), weights);
    REQUIRE(result);
    CHECK(result->log_bayes_factor == Approx(0).margin(1e-12));
    CHECK(result->p_value == Approx(1).epsilon(1e-12));
  }
}

TEST_CASE("sequential srm: nothing to compare, and impossible input", "[stats]") {
  CHECK(srm_sequential(Counts{5, 5}, Weights{1, 0}).reason() == Undefined::insufficient_data);
  CHECK(srm_sequential(Counts{}, Weights{}).reason() == Undefined::insufficient_data);
  CHECK(srm_sequential(Counts{5}, Weights{1, 1}).reason() == Undefined::invalid_input);
  CHECK(srm_sequential(Counts{5, -1}, Weights{1, 1}).reason() == Undefined::invalid_input);
  CHECK(srm_sequential(Counts{5, 1}, Weights{1, -1}).reason() == Undefined::invalid_input);
  CHECK(srm_sequential(Counts{5, 1}, Weights{1, 1e-310}).reason() == Undefined::invalid_input);
  for (const double bad : {0.0, -1.0, kInfinity, std::numeric_limits<double>::quiet_NaN()}) {
    CHECK(srm_sequential(Counts{5, 1}, Weights{1, 1}, {.concentration = bad}).reason() == Undefined::invalid_input);
    if (bad != 0) CHECK(srm_sequential(Counts{5, 1}, Weights{1, bad}).reason() == Undefined::invalid_input);
  }
}
