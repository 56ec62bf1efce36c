#include "platform/stats/planning/additional_users.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

const Moments kControl(200, 10, 796);
const Moments kTreatment(250, 10.25, 1245);

}  // namespace

TEST_CASE("additional users: of a fixed and of a sequential test", "[stats]") {
  for (const double target : {0.02, -0.02}) {
    const auto fixed = additional_users(kControl, kTreatment, {.target_mde = target});
    REQUIRE(fixed);
    CHECK(fixed->standard_error == near(0.020251543151078636));
    CHECK(fixed->power_at_target_mde == near(0.16703109586690284));
    CHECK(fixed->scaling_factor == near(7.0475347909685175));
    CHECK(fixed->additional_users == near(3171.3906559358329));
  }
  const auto sequential = additional_users(kControl, kTreatment, {.target_mde = 0.02, .n_star = 5000});
  REQUIRE(sequential);
  CHECK(sequential->power_at_target_mde == near(0.0014826328356090923));
  CHECK(sequential->scaling_factor == near(14.45646238953195));
  CHECK(sequential->additional_users == near(6505.4080752893776));
}

TEST_CASE("additional users: none where the power is there already", "[stats]") {
  const auto result = additional_users(kControl, kTreatment, {.target_mde = 0.2});
  REQUIRE(result);
  CHECK(result->power_at_target_mde > 0.99);
  CHECK(result->scaling_factor == 0);
  CHECK(result->additional_users == 0);
}

TEST_CASE("additional users: undefined", "[stats]") {
  const auto reason = [](const AdditionalUsersOptions& options) {
    return additional_users(kControl, kTreatment, options).reason();
  };
  CHECK(reason({.target_mde = 0}) == Undefined::not_attainable);
  CHECK(reason({.target_mde = 1e-20}) == Undefined::not_attainable);
  CHECK(reason({.target_mde = std::nan("")}) == Undefined::invalid_input);
  CHECK(reason({.target_mde = 0.1, .power = 1}) == Undefined::invalid_input);
  CHECK(reason({.target_mde = 0.1, .alpha = 0}) == Undefined::invalid_input);
  CHECK(reason({.target_mde = 0.1, .n_star = 0}) == Undefined::invalid_input);
  CHECK(additional_users(Moments(9, 0, 1), kTreatment, {.target_mde = 0.1}).reason() == Undefined::zero_control_mean);
  CHECK(additional_users(Moments(1, 1, 0), kTreatment, {.target_mde = 0.1}).reason() == Undefined::insufficient_data);
}
