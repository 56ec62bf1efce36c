#include <catch2/catch.hpp>
#include <cmath>

#include "platform/stats/decisions/bayesian.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

const Moments kControl(200, 10, 796);
const Moments kTreatment(250, 10.25, 1245);

Moments conversions(double successes, std::int64_t n) {
  const double rate = successes / static_cast<double>(n);
  return {n, rate, static_cast<double>(n) * rate * (1 - rate)};
}

}  // namespace

TEST_CASE("bayesian lift by Fieller's likelihood: posterior of two means", "[stats]") {
  const auto result = bayesian(kControl, kTreatment, {.likelihood = Likelihood::fieller});
  REQUIRE(result);
  CHECK(result->estimate == near(0.025));
  CHECK(result->posterior_mean == near(0.021767080665231561, 1e-10));
  CHECK(result->posterior_sd == near(0.018694688390909803, 1e-10));
  CHECK(result->chance_to_win == near(0.87849324351797109, 1e-10));
  CHECK(result->expected_loss_treatment == near(0.0010924368330902119, 1e-10));
  CHECK(result->expected_loss_control == near(0.022859517498321773, 1e-10));
  CHECK(result->interval.lower == near(-0.014448658135870229, 1e-10));
  CHECK(result->interval.upper == near(0.058833662496507031, 1e-10));
  CHECK(*result->prior_conflict == near(0.64065407881740873, 1e-10));
}

TEST_CASE("bayesian lift by Fieller's likelihood: where less is better, chance and losses change sides", "[stats]") {
  const auto result = bayesian(kControl, kTreatment, {.inverse = true, .likelihood = Likelihood::fieller});
  CHECK(result->chance_to_win == near(0.12150675648202891, 1e-10));
  CHECK(result->expected_loss_treatment == near(0.022859517498321773, 1e-10));
}

TEST_CASE("bayesian lift by Fieller's likelihood: a negative control", "[stats]") {
  const auto result = bayesian(Moments(200, -10, 796), Moments(250, -9.75, 1245),
                               {.prior = NormalPrior{0.01, 0.1}, .likelihood = Likelihood::fieller});
  REQUIRE(result);
  CHECK(result->posterior_mean == near(0.024080984754164328, 1e-10));
  CHECK(result->posterior_sd == near(0.019407850955530433, 1e-10));
  CHECK(result->chance_to_win == near(0.89180807530898398, 1e-10));
  CHECK(result->interval.upper == near(0.061605471032671825, 1e-10));
  CHECK(*result->prior_conflict == near(0.88446568720444096, 1e-10));
}

// 124 of 21 000 against 257 of 21 000: twice the conversions, and the delta method, whose error is that of a lift of
// 107 %, let the prior of 5 % have its way: 84.8 %. Exact binomials with a flat prior on the rate of the control say
// 99.79 % (mpmath).
TEST_CASE("bayesian lift by Fieller's likelihood: twice the conversions are better", "[stats]") {
  const Moments control = conversions(124, 21'000);
  const Moments treatment = conversions(257, 21'000);
  const auto delta = bayesian(control, treatment);
  CHECK(delta->chance_to_win == Approx(0.848).margin(0.0005));
  const auto fieller = bayesian(control, treatment, {.likelihood = Likelihood::fieller});
  CHECK(fieller->chance_to_win == near(0.99575030467681197, 1e-10));
  CHECK(fieller->posterior_mean == near(0.11829526856126129, 1e-10));
  CHECK(fieller->expected_loss_treatment == near(5.9187468254106428e-5, 1e-9));
  CHECK(fieller->interval.lower == near(0.030087918700600292, 1e-9));
  CHECK(*fieller->prior_conflict == near(2.581886322081408e-10, 1e-8));
  constexpr double exact = 0.9978558624439661;
  CHECK(fieller->chance_to_win == Approx(exact).margin(0.003));
  CHECK(delta->chance_to_win < exact - 0.149);
}

TEST_CASE("bayesian: what the prior did not expect is said", "[stats]") {
  // 2 P(Z > |0.025| / hypot(0.020251543151078636, 0.05))
  const auto normal = bayesian(kControl, kTreatment);
  CHECK(*normal->prior_conflict ==
        near(std::erfc(0.025 / std::hypot(0.020251543151078636, 0.05) / std::sqrt(2.0)), 1e-12));
  CHECK_FALSE(bayesian(kControl, kTreatment, {.prior = std::nullopt})->prior_conflict);
}

// With much data and a wide prior all likelihoods are one; far out the chance keeps its digits.
TEST_CASE("bayesian lift by Fieller's likelihood: large samples, and tails", "[stats]") {
  const Moments control(1'000'000, 100, 1e10);
  const Moments treatment(1'000'000, 101, 1e10);  // 7.07 standard errors
  const BayesianOptions wide{.prior = NormalPrior{0, 10}};
  const auto fieller = bayesian(control, treatment, {.prior = wide.prior, .likelihood = Likelihood::fieller});
  const auto normal = bayesian(control, treatment, wide);
  CHECK(fieller->posterior_mean == Approx(normal->posterior_mean).epsilon(2e-3));
  CHECK(fieller->posterior_sd == Approx(normal->posterior_sd).epsilon(2e-3));
  CHECK(fieller->interval.lower == Approx(normal->interval.lower).epsilon(5e-3));
  const auto lost = bayesian(treatment, Moments(1'000'000, 97, 1e10),
                             {.prior = NormalPrior{0, 10}, .likelihood = Likelihood::fieller});
  // z = 4 / sqrt(0.02) = 28.28 at a lift of 0; P(Z > 28.28) = 3e-176.
  CHECK(std::log10(lost->chance_to_win) == Approx(-175.5).margin(1));
  CHECK(lost->expected_loss_treatment == Approx(4.0 / 101).epsilon(1e-3));
}

// The tail of the prior's conflict ends in the middle of a panel, where a double holds no smaller one: halving the
// panel there never ended.
TEST_CASE("bayesian lift by Fieller's likelihood: a conflict that no double holds is 0", "[stats]") {
  const Moments control(1000, -2.810133014208391, 343.8128013454507);
  const Moments treatment(1000, 3.4633298032913162, 2599.8414778586866);
  const auto result = bayesian(control, treatment, {.likelihood = Likelihood::fieller});
  REQUIRE(result);
  CHECK(*result->prior_conflict < 1e-300);
  CHECK(result->posterior_mean == Approx(1.953).margin(0.001));
}

TEST_CASE("bayesian lift by Fieller's likelihood: undefined", "[stats]") {
  const auto reason = [](const Moments& control, BayesianOptions options) {
    options.likelihood = Likelihood::fieller;
    return bayesian(control, kTreatment, options).reason();
  };
  CHECK(reason(kControl, {.prior = std::nullopt}) == Undefined::invalid_input);
  CHECK(reason(kControl, {.difference = Difference::absolute}) == Undefined::invalid_input);
  CHECK(reason(kControl, {.prior = NormalPrior{.sd = 0}}) == Undefined::invalid_input);
  CHECK(reason(Moments(200, 0, 796), {}) == Undefined::zero_control_mean);
  CHECK(reason(Moments(1, 10, 0), {}) == Undefined::insufficient_data);
  // One variant alone varies.
  CHECK(bayesian(Moments(200, 10, 0), kTreatment, {.likelihood = Likelihood::fieller}));
  CHECK(bayesian(kControl, Moments(200, 10, 0), {.likelihood = Likelihood::fieller}));
  // Neither can be told from 0: the likelihood has no end, the prior has, and keeps its say.
  const auto weak = bayesian(Moments(200, 0.01, 796), Moments(250, 0.02, 1245), {.likelihood = Likelihood::fieller});
  REQUIRE(weak);
  CHECK(weak->posterior_mean == Approx(0).margin(0.002));
  CHECK(weak->posterior_sd == Approx(0.05).epsilon(0.01));
}
