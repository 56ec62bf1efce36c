#include "platform/analysis/planning.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "platform/core/error.h"

using namespace crossfade;
using namespace crossfade::analysis;

namespace {

PlanRequest request(double mde) {
  PlanRequest result;
  result.design.mean = 10;
  result.design.variance = 16;
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

TEST_CASE("planning: the sample size is that of the difference that is tested", "[analysis]") {
  // By the delta method's lift it was k^2 (sd / mean)^2 (1 + (1 + lift)^2) / lift^2: a fifth too many for 20 %.
  const double k = 1.959963984540054 + 0.8416212335729143;
  for (const double lift : {0.01, 0.05, 0.3}) {
    const double n = k * k * 2 * 0.16 / (lift * lift);
    const PlanAnswer answer = plan_experiment(request(lift));
    CHECK(answer.variants == std::vector<double>(2, std::ceil(n)));
    CHECK(answer.units == 2 * std::ceil(n));
    CHECK(*answer.mde <= lift);
    CHECK(*answer.mde == Approx(lift).epsilon(0.01));
    CHECK(*answer.power == Approx(0.8).margin(0.01));
    CHECK(*answer.power >= 0.8 - 1e-9);
  }
  PlanRequest as_large_as_its_spread = request(0.2);
  as_large_as_its_spread.design.variance = 100;
  CHECK(plan_experiment(as_large_as_its_spread).variants[0] == 393);
}

TEST_CASE("planning: the other way round gives the effect back", "[analysis]") {
  PlanRequest by_size = request(0.05);
  by_size.sample_size = plan_experiment(by_size).units;
  by_size.mde = std::nullopt;
  CHECK(*plan_experiment(by_size).mde == Approx(0.05).epsilon(1e-3));
  by_size.design.type = MetricType::proportion;
  by_size.design.mean = 0.9;
  by_size.sample_size = 20;
  CHECK_FALSE(plan_experiment(by_size).mde);  // more than all there is
}

TEST_CASE("planning: looks and treatments cost units, history saves them", "[analysis]") {
  const PlanAnswer fixed = plan_experiment(request(0.05));
  PlanRequest looks = request(0.05);
  looks.design.mode = SequentialMode::group_sequential;
  looks.design.looks = 14;
  const PlanAnswer sequential = plan_experiment(looks);
  CHECK(sequential.inflation > 1.02);
  CHECK(sequential.inflation < 1.06);
  CHECK(sequential.units / fixed.units == Approx(sequential.inflation).epsilon(0.01));
  CHECK(*sequential.power == Approx(0.8).margin(0.001));
  CHECK(*sequential.mde == Approx(0.05).epsilon(0.001));
  looks.design.mode = SequentialMode::always_valid;
  const PlanAnswer always = plan_experiment(looks);
  // At its narrowest the multiplier is 3.0352.
  CHECK(always.inflation == Approx(std::pow((3.0352 + 0.84162) / 2.80159, 2)).epsilon(1e-4));
  PlanRequest many = request(0.05);
  many.design.weights.assign(4, 1);
  CHECK(plan_experiment(many).variants[0] > fixed.variants[0] * 1.2);
  PlanRequest history = request(0.05);
  history.design.variance_reduction = 0.5;
  CHECK(plan_experiment(history).units / fixed.units == Approx(0.5).epsilon(0.01));
  PlanRequest half_measured = request(0.05);
  half_measured.design.measured = 0.5;
  CHECK(plan_experiment(half_measured).units / fixed.units == Approx(2).epsilon(0.01));
}

TEST_CASE("planning: unequal weights, and the treatment that asks for most", "[analysis]") {
  PlanRequest unequal = request(0.05);
  unequal.design.weights = {0.8, 0.2};
  const double k = 1.959963984540054 + 0.8416212335729143;
  const double control = k * k * 0.16 * (1 + 4) / 0.0025;
  const PlanAnswer answer = plan_experiment(unequal);
  CHECK(answer.variants == std::vector{std::ceil(control), std::ceil(control / 4)});
  unequal.design.weights = {0.5, 0.4, 0.1};
  const PlanAnswer two = plan_experiment(unequal);
  PlanRequest smaller = unequal;
  smaller.design.weights = {0.5, 0.1};
  smaller.design.alpha = 0.025;
  CHECK(two.variants[2] == plan_experiment(smaller).variants[1]);
  unequal.mde = std::nullopt;
  unequal.sample_size = two.units;
  CHECK(*plan_experiment(unequal).mde == Approx(0.05).epsilon(0.01));
}

TEST_CASE("planning: a share is planned on the side that is better", "[analysis]") {
  PlanRequest share = request(0.2);
  share.design.type = MetricType::proportion;
  share.design.mean = 0.3;
  const double up = plan_experiment(share).units;
  share.design.direction = Direction::decrease;
  const double down = plan_experiment(share).units;
  CHECK(down < up);  // .24 is further from a half than .36
  const auto by_pooled_z = [](double from, double to) {
    const double both = (from + to) / 2;
    const double root = 1.959963984540054 * std::sqrt(2 * both * (1 - both)) +
                        0.8416212335729143 * std::sqrt(from * (1 - from) + to * (1 - to));
    return 2 * std::ceil(root * root / ((to - from) * (to - from)));
  };
  CHECK(up == by_pooled_z(0.3, 0.36));
  CHECK(down == by_pooled_z(0.3, 0.24));
}

// n = (z_alpha + z_power)^2 s^2 (1 + (1 - M)^2) / (M mu)^2, one-sided.
TEST_CASE("planning: a guardrail's margin asks for units of its own", "[analysis]") {
  PlanRequest plan = request(0.05);
  PlanRequest guardrail = request(0.05);
  guardrail.design.direction = Direction::decrease;
  plan.guardrails = {{.metric = "latency", .margin = 0.05, .design = guardrail.design},
                     {.metric = "unseen", .margin = 0.05}};
  const PlanAnswer answer = plan_experiment(plan);
  const double n = std::pow(1.6448536269514722 + 0.8416212335729143, 2) * 0.16 * (1 + 1.05 * 1.05) / 0.0025;
  REQUIRE(answer.guardrails.size() == 2);
  CHECK(*answer.guardrails[0].units == 2 * std::ceil(n));
  CHECK_FALSE(answer.guardrails[1].units);
  CHECK(answer.guardrails[1].reason == "insufficient_data");
  guardrail.margin = 0.05;
  guardrail.mde = std::nullopt;
  CHECK(plan_experiment(guardrail).units == 2 * std::ceil(n));
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

TEST_CASE("planning: so many that anything is called at all", "[analysis]") {
  // Four units a variant were planned where nothing is called before 20, and 179 where it takes 853.
  PlanRequest few = request(0.2);
  few.design.variance = 1;
  CHECK(plan_experiment(few).variants == std::vector{20.0, 20.0});
  PlanRequest rare = request(3);
  rare.design.type = MetricType::proportion;
  rare.design.mean = 0.01;
  rare.design.weights = {0.9, 0.1};
  // The rate of both is 1.3 %: 770 units for ten expected events.
  CHECK(plan_experiment(rare).variants == std::vector{6930.0, 770.0});
  PlanRequest margin = rare;
  margin.mde = std::nullopt;
  margin.margin = 0.9;
  CHECK(plan_experiment(margin).variants == std::vector{9000.0, 1000.0});
}

TEST_CASE("planning: what cannot be planned is said", "[analysis]") {
  PlanRequest bad = request(0.05);
  bad.design.mean = 0;
  CHECK(fault_of(bad).find("mean must not be 0") != std::string::npos);
  bad = request(-1);
  CHECK(fault_of(bad) == "the effect must be above 0");
  bad = request(0.05);
  bad.sample_size = 100;
  CHECK(fault_of(bad) == "want an effect, a margin or a sample size, one of them");
  bad = request(0.05);
  bad.design.power = 0.04;
  CHECK(fault_of(bad) == "the power must be above alpha");
  CHECK(fault_of(request(1e-9)).find("more than 1e12 units") != std::string::npos);
  CHECK(fault_of(request(INFINITY)) == "the effect must be above 0");
  bad = request(0.05);
  bad.mde = std::nullopt;
  bad.sample_size = INFINITY;
  CHECK(fault_of(bad) == "the sample size must be above 0 and at most 1e12");
  bad = request(0.5);
  bad.design.type = MetricType::proportion;
  bad.design.mean = 0.8;
  CHECK(fault_of(bad) == "an effect of 0.5 on a share of 0.8, want one that stays between 0 and 1");
  bad = request(0.05);
  bad.design.weights = {1, 0};
  CHECK(fault_of(bad) == "a weight of 0, want weights above 0");
  bad = request(0.05);
  bad.design.mode = SequentialMode::group_sequential;
  bad.design.variance_reduction = 0.5;  // sized for a test that never takes place
  CHECK(fault_of(bad) ==
        "a group sequential plan is decided without CUPED: want no variance reduction, or another mode");
}
