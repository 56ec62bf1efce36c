#include "platform/analysis/planning.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "platform/core/error.h"

using namespace crossfade;
using namespace crossfade::analysis;

namespace {

PlanRequest request(double mde) {
  PlanRequest result;
  result.mean = 10;
  result.sd = 4;
  result.mde = mde;
  return result;
}

std::string fault_of(const PlanRequest& plan) {
  try {
    plan_experiment(plan);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("planning: the sample size of a relative difference is the closed form", "[analysis]") {
  const double k = 1.959963984540054 + 0.8416212335729143;
  for (const double lift : {0.01, 0.05, 0.3}) {
    // k^2 (sd / mean)^2 (1 + (1 + lift)^2) / lift^2
    const double n = k * k * 0.16 * (1 + (1 + lift) * (1 + lift)) / (lift * lift);
    const PlanAnswer answer = plan_experiment(request(lift));
    CHECK(answer.units_per_variant == std::ceil(n));
    CHECK(answer.units == 2 * std::ceil(n));
    CHECK(*answer.mde <= lift);
    CHECK(*answer.mde == Approx(lift).epsilon(0.01));
    CHECK(*answer.power == Approx(0.8).margin(0.01));
    CHECK(*answer.power >= 0.8 - 1e-9);
  }
}

TEST_CASE("planning: the other way round gives the effect back", "[analysis]") {
  PlanRequest by_size = request(0.05);
  by_size.sample_size = plan_experiment(by_size).units;
  by_size.mde = std::nullopt;
  CHECK(*plan_experiment(by_size).mde == Approx(0.05).epsilon(1e-3));
  by_size.sample_size = 4;
  by_size.sd = 40;
  CHECK_FALSE(plan_experiment(by_size).mde);  // no lift, however large
}

TEST_CASE("planning: looks and treatments cost units, history saves them", "[analysis]") {
  const PlanAnswer fixed = plan_experiment(request(0.05));
  PlanRequest looks = request(0.05);
  looks.mode = SequentialMode::group_sequential;
  looks.looks = 14;
  const PlanAnswer sequential = plan_experiment(looks);
  CHECK(sequential.inflation > 1.02);
  CHECK(sequential.inflation < 1.06);
  CHECK(sequential.units / fixed.units == Approx(sequential.inflation).epsilon(0.01));
  looks.mode = SequentialMode::always_valid;
  const PlanAnswer always = plan_experiment(looks);
  // At its narrowest the multiplier is 3.0352.
  CHECK(always.inflation == Approx(std::pow((3.0352 + 0.84162) / 2.80159, 2)).epsilon(1e-4));
  PlanRequest many = request(0.05);
  many.treatments = 3;
  CHECK(plan_experiment(many).units_per_variant > fixed.units_per_variant * 1.2);
  PlanRequest history = request(0.05);
  history.variance_reduction = 0.5;
  CHECK(plan_experiment(history).units / fixed.units == Approx(0.5).epsilon(0.01));
}

TEST_CASE("planning: days come from the traffic", "[analysis]") {
  PlanRequest daily = request(0.05);
  daily.daily_units = 100;
  daily.days = 60;
  const PlanAnswer answer = plan_experiment(daily);
  CHECK(*answer.days == std::ceil(answer.units / 100));
  REQUIRE(answer.by_day.size() == 60);
  CHECK(answer.by_day[9].units == 1000);
  const auto enough = static_cast<std::size_t>(*answer.days);
  REQUIRE(enough < 60);
  CHECK(*answer.by_day[enough - 1].mde <= 0.05);
  CHECK(*answer.by_day[enough - 2].mde > 0.05);
}

TEST_CASE("planning: what cannot be planned is said", "[analysis]") {
  PlanRequest bad = request(0.05);
  bad.mean = 0;
  CHECK(fault_of(bad).find("mean must not be 0") != std::string::npos);
  bad = request(-1);
  CHECK(fault_of(bad) == "the effect must be above 0");
  bad = request(0.05);
  bad.sample_size = 100;
  CHECK(fault_of(bad) == "want an effect or a sample size, one of them");
  bad = request(0.05);
  bad.power = 0.04;
  CHECK(fault_of(bad) == "the power must be above alpha");
  CHECK(fault_of(request(1e-9)).find("more than 1e12 units") != std::string::npos);
  CHECK(fault_of(request(INFINITY)) == "the effect must be above 0");
  bad = request(0.05);
  bad.mde = std::nullopt;
  bad.sample_size = INFINITY;
  CHECK(fault_of(bad) == "the sample size must be above 0 and at most 1e12");
}
