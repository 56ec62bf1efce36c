#include "platform/stats/decisions/bayesian.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

const Moments kControl(200, 10, 796);
const Moments kTreatment(250, 10.25, 1245);

void check(const BayesianOptions& options, double mean, double sd, double chance, double loss_treatment,
           double loss_control, const Bounds& interval) {
  const auto result = bayesian(kControl, kTreatment, options);
  REQUIRE(result);
  CHECK(result->posterior_mean == near(mean));
  CHECK(result->posterior_sd == near(sd));
  CHECK(result->chance_to_win == near(chance));
  CHECK(result->expected_loss_treatment == near(loss_treatment));
  CHECK(result->expected_loss_control == near(loss_control));
  CHECK(result->interval.lower == near(interval.lower, 1e-11));
  CHECK(result->interval.upper == near(interval.upper, 1e-11));
}

}  // namespace

TEST_CASE("bayesian: a flat prior gives the likelihood back", "[stats]") {
  check({.prior = std::nullopt}, 0.025, 0.020251543151078636, 0.89148680336204202, 0.0010581302170430301,
        0.02605813021704303, {-0.014692295207472929, 0.064692295207472929});
  check({.prior = std::nullopt, .difference = Difference::absolute}, 0.25, 0.2, 0.89435022633314474,
        0.010117373661090567, 0.26011737366109057, {-0.14199279690801085, 0.64199279690801085});
}

TEST_CASE("bayesian: a prior of the lift, for the lift and for the difference", "[stats]") {
  check({}, 0.021476740689832911, 0.018770347120304113, 0.87372644011675573, 0.0011794232301120168,
        0.022656163919944928, {-0.015312463643278271, 0.058265945022944093});
  check({.difference = Difference::absolute}, 0.21551724137931034, 0.18569533817705186, 0.87709685581110334,
        0.011288384533227233, 0.22680562591253758, {-0.14843893354469708, 0.57947341630331777});
}

TEST_CASE("bayesian: a prior in the metric's unit is the same as one in shares of the control's mean", "[stats]") {
  for (const auto& prior : {NormalPrior{-0.01, 0.02}, NormalPrior{-0.1, 0.2, Difference::absolute}}) {
    check({.prior = prior}, 0.0072812837525073291, 0.014230235917125868, 0.69556144066986204, 0.0027637641806697074,
          0.010045047933177037, {-0.02060946613656768, 0.035172033641582339});
    check({.prior = prior, .difference = Difference::absolute}, 0.075, 0.1414213562373095, 0.70205845471741115,
          0.02667202458110123, 0.10167202458110123, {-0.20218076486993559, 0.35218076486993559});
  }
}

TEST_CASE("bayesian: where less is better, chance and losses change sides", "[stats]") {
  check({.prior = std::nullopt, .difference = Difference::absolute, .inverse = true}, 0.25, 0.2,
        1 - 0.89435022633314474, 0.26011737366109057, 0.010117373661090567,
        {-0.14199279690801085, 0.64199279690801085});
}

TEST_CASE("bayesian: thirty standard deviations away the chance and the loss keep their digits", "[stats]") {
  const Moments control(1000, 0, 999000);
  const Moments treatment(1000, -30 * std::sqrt(2.0), 999000);  // standard error sqrt(2)
  const auto result = bayesian(control, treatment, {.prior = std::nullopt, .difference = Difference::absolute});
  REQUIRE(result);
  CHECK(result->chance_to_win == near(4.9067139271481871e-198, 1e-10));
  CHECK(result->expected_loss_control == near(std::sqrt(2.0) * 1.6319567340914012e-199, 1e-10));
  CHECK(result->expected_loss_treatment == near(30 * std::sqrt(2.0)));
}

TEST_CASE("bayesian: a negative control", "[stats]") {
  const auto result = bayesian(Moments(200, -10, 796), Moments(250, -9.75, 1245), {.prior = std::nullopt});
  REQUIRE(result);
  CHECK(result->posterior_mean == near(0.025));
  CHECK(result->chance_to_win > 0.5);
}

TEST_CASE("bayesian: undefined", "[stats]") {
  const auto reason = [](const Moments& control, const BayesianOptions& options) {
    return bayesian(control, kTreatment, options).reason();
  };
  CHECK(reason(Moments(1, 10, 0), {}) == Undefined::insufficient_data);
  CHECK(reason(Moments(200, 0, 796), {}) == Undefined::zero_control_mean);
  CHECK(reason(Moments(200, 0, 796), {.difference = Difference::absolute}) == Undefined::zero_control_mean);
  CHECK(bayesian(Moments(9, 1, 0), Moments(9, 2, 0)).reason() == Undefined::zero_variance);
  CHECK(reason(kControl, {.alpha = 1}) == Undefined::invalid_input);
  CHECK(reason(kControl, {.prior = NormalPrior{.sd = 0}}) == Undefined::invalid_input);
  CHECK(reason(kControl, {.prior = NormalPrior{.mean = std::nan("")}}) == Undefined::invalid_input);
  // Neither needs the control's mean.
  CHECK(bayesian(Moments(200, 0, 796), kTreatment, {.prior = std::nullopt, .difference = Difference::absolute}));
  CHECK(bayesian(Moments(200, 0, 796), kTreatment,
                 {.prior = NormalPrior{0, 1, Difference::absolute}, .difference = Difference::absolute}));
}
