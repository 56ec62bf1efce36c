// A guardrail's loss against its margin: at every look, and at the one that was planned.
#include <catch2/catch.hpp>
#include <cmath>

#include "platform/stats/decisions/guardrail.h"
#include "platform/stats/ratios/ratio.h"
#include "tests/platform/analysis/drawn_samples.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

const ShareExperiment kCrashes{.roles = {.primary = "mean_time_per_session",
                                         .secondary = {},
                                         .guardrails = {{.metric = "crashed", .margin = 0.1}}},
                               .metric = "crashed",
                               .direction = Direction::decrease};

GuardrailResult guarded(const stats::Moments& control, const stats::Moments& treatment, CompareOptions options = {}) {
  options.always_valid = true;
  options.guardrail_margin = 0.1;
  return *compare(control, treatment, options).guardrail;
}

}  // namespace

TEST_CASE("guardrails: harm is seen where the control is near 0", "[analysis]") {
  // 3 of 2 000 against 200 of 2 000 crashes (p = 1e-45) was KEEP_RUNNING and not mentioned: of a control that cannot be
  // told from 0 no lift is excluded.
  const Report report = share_report({2000, 3}, {2000, 200}, kCrashes);
  CHECK(report.decision.verdict == Verdict::stop_harm);
  CHECK_THAT(report.decision.summary, StartsWith("treatment raises crashed by 0.0985") &&
                                          Contains("beyond the margin of 10 % (always-valid p < 1e-12): end it."));
  CHECK(share_report({2000, 0}, {2000, 200}, kCrashes).decision.verdict == Verdict::stop_harm);
  const GuardrailResult& crashed = *report.metrics.at(1).comparisons.at(0).guardrail;
  CHECK(crashed.harmed);
  CHECK_FALSE(crashed.failed);
  CHECK_FALSE(crashed.non_inferior);
  // The other way round it is safe.
  CHECK(share_report({2000, 200}, {2000, 3}, kCrashes).metrics.at(1).comparisons.at(0).guardrail->non_inferior);
}

TEST_CASE("guardrails: a share that breaks completely is harm, one that heals completely is none", "[analysis]") {
  // Neither variant has a variance of its own then, and nothing was called.
  const Report broken = share_report({2000, 0}, {2000, 2000}, kCrashes);
  CHECK(broken.decision.verdict == Verdict::stop_harm);
  CHECK_THAT(broken.decision.summary, StartsWith("treatment raises crashed by 1.0"));
  CHECK(share_report({2000, 2000}, {2000, 0}, kCrashes).metrics.at(1).comparisons.at(0).guardrail->non_inferior);
}

TEST_CASE("guardrails: what is the same for everybody does not block", "[analysis]") {
  ShareExperiment ahead = kCrashes;
  ahead.session_time = 7;
  for (const int crashes : {0, 2000}) {
    const Report report = share_report({2000, crashes}, {2000, crashes}, ahead);
    CHECK(report.decision.verdict == Verdict::ship);
    CHECK(report.decision.reasons.back() == "Guardrail crashed is the same for every unit: nothing guards it.");
  }
}

TEST_CASE("guardrails: before the smaller variant is large enough they say nothing, and block", "[analysis]") {
  ShareExperiment ahead = kCrashes;
  ahead.session_time = 7;
  const Report report = share_report({1000, 3}, {1000, 0}, ahead);
  CHECK(report.decision.verdict == Verdict::keep_running);
  CHECK_THAT(report.decision.summary, StartsWith("treatment raises mean_time_per_session") &&
                                          Contains("but guardrail crashed takes 6667 units in the smaller variant."));
  CHECK(report.metrics.at(1).comparisons.at(0).guardrail->reason == "too_small");
  CHECK_FALSE(report.metrics.at(1).comparisons.at(0).guardrail->p_value);
}

TEST_CASE("guardrails: at any look they are always-valid, at the planned one by its own tests", "[analysis]") {
  // A loss equal to the margin was shipped in 17 % of the experiments with 22 looks, each at 5 %.
  const stats::Moments control = moments(1000, 10, 4);
  const stats::Moments close = moments(1000, 9.35, 4);  // the contrast is 2.0 errors off
  CHECK_FALSE(guarded(control, close).non_inferior);
  CHECK(*guarded(control, close).p_value > 0.1);
  const GuardrailResult planned = guarded(control, close, {.planned_look = true});
  CHECK(planned.non_inferior);
  CHECK(*planned.p_value == Approx(0.01994).epsilon(0.005));
  const stats::Moments lost = moments(1000, 8.6, 4);  // 2.4 errors beyond the margin
  CHECK_FALSE(guarded(control, lost).failed);
  CHECK_FALSE(guarded(control, lost).planned_harm_p_value);
  const GuardrailResult failed = guarded(control, lost, {.planned_look = true});
  CHECK(failed.failed);
  CHECK_FALSE(failed.harmed);
  CHECK(*failed.planned_harm_p_value < 0.05);
  CHECK(*failed.harm_p_value > 0.05);
  const GuardrailResult harmed = guarded(control, moments(1000, 7, 4), {.planned_look = true});
  CHECK(harmed.harmed);
  CHECK_FALSE(harmed.failed);
}

TEST_CASE("guardrails: GUARDRAIL_FAIL is harm at the single look that was planned", "[analysis]") {
  ShareExperiment experiment = kCrashes;
  experiment.plan = Plan{.sample_size = 4000, .mode = SequentialMode::fixed};
  const Report report = share_report({2000, 200}, {2000, 265}, experiment);
  CHECK(report.decision.verdict == Verdict::guardrail_fail);
  CHECK_THAT(report.decision.summary, StartsWith("treatment raises crashed by 3") &&
                                          Contains("beyond the margin of 10 % at the planned look (p = ") &&
                                          Contains("the always-valid test is not sure of it yet"));
  experiment.plan->sample_size = 5000;  // a peek
  CHECK(share_report({2000, 200}, {2000, 265}, experiment).decision.verdict == Verdict::keep_running);
  experiment.plan.reset();
  CHECK(share_report({2000, 200}, {2000, 265}, experiment).decision.verdict == Verdict::keep_running);
}

TEST_CASE("guardrails: what they say is what the always-valid interval of the lift shows", "[analysis]") {
  Random random{13};
  int told = 0;
  for (int i = 0; i < 3000; ++i) {
    const auto control_units = static_cast<std::int64_t>(between(random, 20, 20'000));
    const auto treatment_units = static_cast<std::int64_t>(between(random, 20, 20'000));
    const double error =
        std::sqrt(1.0 / static_cast<double>(control_units) + 1.0 / static_cast<double>(treatment_units));
    const double mean = (random.uniform() < 0.2 ? -1 : 1) * between(random, 0.1, 10);
    const Direction direction = random.uniform() < 0.5 ? Direction::increase : Direction::decrease;
    const double treatment_mean = mean + (20 * random.uniform() - 10) * error;
    const Comparison comparison = compare(moments(control_units, mean, between(random, 0.5, 2)),
                                          moments(treatment_units, treatment_mean, between(random, 0.5, 2)),
                                          {.direction = direction, .always_valid = true, .guardrail_margin = 0.1});
    const auto& lift = comparison.always_valid->lift_interval;
    const GuardrailResult& guardrail = *comparison.guardrail;
    CHECK_FALSE((guardrail.harmed && guardrail.non_inferior));
    if (!lift) continue;
    const bool higher = direction == Direction::increase;
    CHECK(guardrail.harmed == (higher ? lift->upper < -0.1 : lift->lower > 0.1));
    CHECK(guardrail.non_inferior == (higher ? lift->lower > -0.1 : lift->upper < 0.1));
    told += guardrail.harmed || guardrail.non_inferior ? 1 : 0;
  }
  CHECK(told > 1000);
}

TEST_CASE("guardrails: a ratio's contrast is that of its linearised units", "[analysis]") {
  // At r x the control's ratio, numerator - kappa x denominator has the same z as the difference of the ratios.
  Random random{14};
  const MetricDefinition ratio{.name = "r", .type = MetricType::ratio};
  for (int i = 0; i < 200; ++i) {
    const auto units = static_cast<std::int64_t>(between(random, 1000, 20'000));
    const double mean = between(random, 1, 10);
    const auto control = some_ratio(random, units, mean, 1);
    const auto treatment = some_ratio(random, units, 0.9 * mean + (6 * random.uniform() - 3) / std::sqrt(units), 1);
    const double kappa = 0.9 * control.moments.mean(0) / control.moments.mean(1);
    const auto linear = [&](const stats::MetricMoments& all, double at) {
      return stats::Moments(all.n(), all.mean(0) - at * all.mean(1),
                            all.c2(0, 0) - 2 * at * all.c2(0, 1) + at * at * all.c2(1, 1));
    };
    const stats::Moments of_control = linear(control.moments, kappa / 0.9);
    const stats::Moments of_treatment = linear(treatment.moments, kappa);
    const double z = (of_treatment.mean() - 0.9 * of_control.mean()) /
                     std::sqrt((of_treatment.variance() + 0.81 * of_control.variance()) / static_cast<double>(units));
    const auto found = stats::guardrail(*sample_of(ratio, control, kAlpha).moments,
                                        *sample_of(ratio, treatment, kAlpha).moments, {.margin = 0.1});
    const double pooled = (of_treatment.variance() + of_control.variance()) / 2 * 1.81 / static_cast<double>(units);
    const double own = (of_treatment.variance() + 0.81 * of_control.variance()) / static_cast<double>(units);
    CHECK(found->statistic == Approx(z * std::sqrt(own / std::max(own, pooled))).epsilon(0.06).margin(0.03));
  }
}
