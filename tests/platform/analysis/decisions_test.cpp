// What decides never contradicts itself, and begins only where it may.
#include <catch2/catch.hpp>
#include <cmath>

#include "platform/analysis/analyze.h"
#include "platform/analysis/findings/compare.h"
#include "platform/analysis/render/render.h"
#include "platform/core/random.h"
#include "tests/platform/analysis/drawn_samples.h"
#include "tests/platform/analysis/fake_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;
using Catch::Matchers::Contains;

namespace {

Report conversion_report(std::int64_t control_units, std::int64_t control, std::int64_t treatment_units,
                         std::int64_t treatment, std::optional<Plan> plan = std::nullopt) {
  return share_report({control_units, control}, {treatment_units, treatment}, {.plan = plan});
}

const Comparison& comparison_of(const Report& report) {
  return report.metrics.at(0).comparisons.at(0);
}

}  // namespace

TEST_CASE("decisions: the always-valid p, interval and lift never contradict each other", "[analysis]") {
  // The lift was by each variant's own variance, and the p-value will be by the larger of that and the pooled one.
  Random random{11};
  MetricDefinition mean{.name = "m"};
  MetricDefinition ratio{.name = "r", .type = MetricType::ratio};
  MetricDefinition share{.name = "p", .type = MetricType::proportion};
  int significant = 0;
  for (int i = 0; i < 3000; ++i) {
    const auto control_units = static_cast<std::int64_t>(between(random, 20, 20'000));
    const auto treatment_units = static_cast<std::int64_t>(between(random, 20, 20'000));
    const double error =
        std::sqrt(1.0 / static_cast<double>(control_units) + 1.0 / static_cast<double>(treatment_units));
    const double control_mean = between(random, 0.1, 10);
    const double treatment_mean = control_mean + (12 * random.uniform() - 6) * error;
    const auto compared = [&](const MetricDefinition& metric, const storage::MetricAggregate& control,
                              const storage::MetricAggregate& treatment) {
      const Comparison comparison =
          compare(sample_of(metric, control, kAlpha), sample_of(metric, treatment, kAlpha), {.always_valid = true});
      const AlwaysValid& sequence = *comparison.always_valid;
      check_agreement(sequence.p_value, sequence.interval, sequence.lift_interval, sequence.reason);
      if (sequence.p_value && *sequence.p_value < kAlpha) ++significant;
    };
    const double control_sd = between(random, 0.2, 2);
    const double treatment_sd = between(random, 0.2, 2);
    for (const bool history : {false, true}) {
      compared(mean, some_units(random, control_units, control_mean, control_sd, history),
               some_units(random, treatment_units, treatment_mean, treatment_sd, history));
    }
    compared(ratio, some_ratio(random, control_units, control_mean, control_sd),
             some_ratio(random, treatment_units, treatment_mean, treatment_sd));
    const double rate = between(random, 0.001, 0.5);
    compared(share, some_shares(control_units, std::llround(rate * static_cast<double>(control_units))),
             some_shares(treatment_units, std::llround(std::min(1.0, rate * (0.5 + random.uniform())) *
                                                       static_cast<double>(treatment_units))));
  }
  CHECK(significant > 1000);
}

TEST_CASE("decisions: what several treatments show agrees with Holm's p-values", "[analysis]") {
  // Each interval was at alpha, and each p-value at its part of it: an interval excluded 0 beside an adjusted p of .08.
  const auto mode = GENERATE(std::optional<SequentialMode>{}, std::optional{SequentialMode::fixed},
                             std::optional{SequentialMode::group_sequential});
  Random random{3};
  int significant = 0;
  int unadjusted_would_be = 0;
  for (int round = 0; round < 100; ++round) {
    std::vector<Seen> variants = {seen("control", 2500, 3.8)};
    for (const char* key : {"a", "b", "c", "d"}) variants.push_back(seen(key, 2500, 3.55 + 0.5 * random.uniform()));
    Configuration config = configuration({experiment("e", {"control", "a", "b", "c", "d"})});
    if (mode) config.experiments[0].plan = Plan{.sample_size = 12'500, .mode = *mode};
    const Report report = analyze(config, FakeStore({aggregate("e", variants)}), {}).at(0);
    for (const Comparison& comparison : report.metrics.at(0).comparisons) {
      const AlwaysValid& sequence = *comparison.always_valid;
      check_agreement(sequence.adjusted_p_value, sequence.interval, sequence.lift_interval, sequence.reason);
      const Deciding& deciding = *comparison.deciding;
      REQUIRE(deciding.lift_interval);
      CHECK(deciding.significant == excludes_zero(*deciding.interval));
      CHECK(deciding.significant == excludes_zero(*deciding.lift_interval));
      significant += deciding.significant ? 1 : 0;
      unadjusted_would_be += *sequence.p_value < kAlpha && !deciding.significant ? 1 : 0;
    }
  }
  CHECK(significant > 20);
  if (!mode) CHECK(unadjusted_would_be > 5);
}

TEST_CASE("decisions: nothing is called before the smaller variant is large enough", "[analysis]") {
  // 18 of 1 800 against none of 200 was STOP_HARM with a lift of [-100.000000000 %, -100.000000000 %]; Fisher's exact p
  // is .25. At 1 % it takes 1 112 units to expect ten events.
  const auto mode = GENERATE(std::optional<SequentialMode>{}, std::optional{SequentialMode::fixed},
                             std::optional{SequentialMode::group_sequential});
  std::optional<Plan> plan;
  if (mode) plan = Plan{.sample_size = 2000, .mode = *mode};
  const Report report = conversion_report(1800, 18, 200, 0, plan);
  CHECK(report.decision.verdict == (mode ? Verdict::inconclusive : Verdict::keep_running));
  CHECK(report.decision.summary ==
        "treatment: to conclude anything from converted takes 1112 units in the smaller variant, which has 200.");
  const Comparison& comparison = comparison_of(report);
  CHECK(comparison.always_valid->reason == "too_small");
  CHECK(comparison.always_valid->units_needed == 1112);
  CHECK_FALSE(comparison.always_valid->p_value);
  CHECK_FALSE(comparison.always_valid->interval);
  CHECK(comparison.deciding->reason == "too_small");
  CHECK_FALSE(comparison.deciding->significant);
  // A clear difference waits too.
  CHECK(conversion_report(900, 40, 100, 0, plan).decision.verdict != Verdict::stop_harm);
  CHECK(conversion_report(900, 0, 100, 30, plan).decision.verdict != Verdict::ship);
  // Large enough: harm is harm.
  CHECK(conversion_report(18'000, 1800, 2000, 60, plan).decision.verdict == Verdict::stop_harm);
}

TEST_CASE("decisions: nothing is concluded from no event at all", "[analysis]") {
  const Report report = conversion_report(1800, 0, 200, 0);
  CHECK(report.decision.verdict == Verdict::keep_running);
  CHECK_THAT(report.decision.summary, Contains("cannot be compared (zero_variance)"));
  CHECK(conversion_report(1800, 3, 200, 0).decision.summary ==
        "treatment: to conclude anything from converted takes 6667 units in the smaller variant, which has 200.");
}

TEST_CASE("decisions: means begin with 20 units in the smaller variant", "[analysis]") {
  const auto compared = [](std::int64_t units) {
    return *compare(moments(1000, 10, 1), moments(units, 20, 1), {.always_valid = true}).always_valid;
  };
  CHECK(compared(19).reason == "too_small");
  CHECK(compared(19).units_needed == 20);
  CHECK(*compared(20).p_value < 1e-6);
}

TEST_CASE("decisions: the level that is shown decides nothing", "[analysis]") {
  // A planned look's p is .011 and the always-valid one .2: shown at 50 %, it was shipped.
  const Configuration config = configuration({experiment("e", {"control", "x"})});
  const FakeStore store({aggregate("e", {seen("control", 2500, 3.8), seen("x", 2500, 3.96)})});
  const Report configured = analyze(config, store, {}).at(0);
  for (const double level : {0.5, 0.8, 0.99}) {
    AnalyzeOptions options;
    options.confidence_level = level;
    const Report shown = analyze(config, store, options).at(0);
    CHECK(shown.decision.verdict == Verdict::keep_running);
    CHECK(shown.decision.reasons == configured.decision.reasons);
    CHECK(comparison_of(shown).deciding->lift_interval == comparison_of(configured).deciding->lift_interval);
    CHECK(comparison_of(shown).always_valid->interval == comparison_of(configured).always_valid->interval);
    CHECK(comparison_of(shown).interval != comparison_of(configured).interval);
  }
  // The configured one does.
  Configuration bold = config;
  bold.confidence_level = 0.5;
  CHECK(analyze(bold, store, {}).at(0).decision.verdict == Verdict::ship);
}

TEST_CASE("decisions: a single look's p, interval and lift never contradict each other", "[analysis]") {
  // 450 against 50 units at 2 %: the interval of the lift excluded 0 in 36 % of the experiments without an effect, p
  // was below 5 % in 3.9 %. The group sequential interval had a z where the test had a t.
  Random random{12};
  const MetricDefinition mean{.name = "m"};
  const MetricDefinition ratio{.name = "r", .type = MetricType::ratio};
  const MetricDefinition share{.name = "p", .type = MetricType::proportion};
  int significant = 0;
  int crossed = 0;
  const auto compared = [&](const MetricDefinition& metric, const storage::MetricAggregate& control,
                            const storage::MetricAggregate& treatment) {
    const Comparison comparison = compare(sample_of(metric, control, kAlpha), sample_of(metric, treatment, kAlpha),
                                          {.bound = 2.2, .planned = true});
    check_agreement(comparison.p_value, comparison.interval, comparison.lift_interval, comparison.reason);
    const auto& deciding_p = comparison.adjusted ? comparison.adjusted->p_value : comparison.p_value;
    const PlannedLook& planned = *comparison.planned;
    check_agreement(deciding_p, planned.interval, planned.lift_interval, planned.reason);
    const GroupSequentialLook& look = *comparison.group_sequential;
    if (look.interval) CHECK(look.crossed == excludes_zero(*look.interval));
    if (look.lift_interval) CHECK(look.crossed == excludes_zero(*look.lift_interval));
    if (look.crossed) CHECK(look.interval);
    significant += comparison.p_value && *comparison.p_value < kAlpha ? 1 : 0;
    crossed += look.crossed ? 1 : 0;
  };
  for (int i = 0; i < 1000; ++i) {
    const auto control_units = static_cast<std::int64_t>(between(random, 20, 2000));
    const auto treatment_units = static_cast<std::int64_t>(between(random, 20, 2000));
    const double error =
        std::sqrt(1.0 / static_cast<double>(control_units) + 1.0 / static_cast<double>(treatment_units));
    const double mean_of_control = between(random, 0.1, 10);
    const double mean_of_treatment = mean_of_control + (8 * random.uniform() - 4) * error;
    for (const bool history : {false, true}) {
      compared(mean, some_units(random, control_units, mean_of_control, 1, history),
               some_units(random, treatment_units, mean_of_treatment, between(random, 0.5, 2), history));
    }
    compared(ratio, some_ratio(random, control_units, mean_of_control, 1),
             some_ratio(random, treatment_units, mean_of_treatment, 1));
    const double rate = between(random, 0.005, 0.9);
    compared(share, some_shares(control_units, std::llround(rate * static_cast<double>(control_units))),
             some_shares(treatment_units, std::llround(std::min(1.0, rate * (0.3 + 1.4 * random.uniform())) *
                                                       static_cast<double>(treatment_units))));
  }
  CHECK(significant > 500);
  CHECK(crossed > 300);
}

TEST_CASE("decisions: a t statistic is compared with a boundary through its p-value", "[analysis]") {
  // 21 units a variant: t = 2.24 with 40 degrees of freedom is z = 2.16.
  const double treatment_mean = 10 + 2.24 * std::sqrt(2.0 / 21);
  const auto look = [&](double bound) {
    return *compare(moments(21, 10, 1), moments(21, treatment_mean, 1), {.bound = bound}).group_sequential;
  };
  CHECK(*look(2.2).statistic == Approx(2.16075).epsilon(1e-5));
  CHECK_FALSE(look(2.2).crossed);
  CHECK_FALSE(excludes_zero(*look(2.2).interval));
  CHECK(look(2.14).crossed);
  CHECK(excludes_zero(*look(2.14).interval));
  CHECK_FALSE(look(INFINITY).interval);
}

TEST_CASE("decisions: intervals of selected shares agree with their tests", "[analysis]") {
  // 1 of 450 against 3 of 50 is p = 1e-5 by the pooled z, and its interval was by Welch's error, which reaches to 0.
  const ShareExperiment secondary{
      .roles = {.primary = "mean_time_per_session", .secondary = {"converted"}, .guardrails = {}}};
  const Comparison converted = share_report({450, 1}, {50, 3}, secondary).metrics.at(1).comparisons.at(0);
  CHECK(*converted.p_value < 0.001);
  REQUIRE(converted.fcr_interval);
  CHECK(excludes_zero(*converted.fcr_interval));
  CHECK(excludes_zero(*converted.interval));
  CHECK(excludes_zero(*converted.lift_interval));
}

TEST_CASE("decisions: the chance to win is that of the lift, and says where prior and data disagree", "[analysis]") {
  // 124 against 257 of 21 000 was better with 84.8 %, where exact binomials say 99.8 %.
  const Report doubled = share_report({21'000, 124}, {21'000, 257});
  const BayesianView& view = *comparison_of(doubled).bayesian;
  CHECK(*view.chance_to_win == Approx(0.996).margin(0.001));
  CHECK(*view.prior_conflict < 1e-6);
  CHECK_THAT(render_markdown(std::vector{doubled}),
             Contains("The data surprise the prior, and the chances are not about them: treatment in converted"));
  const Report alike = share_report({21'000, 124}, {21'000, 130});
  CHECK(*comparison_of(alike).bayesian->prior_conflict > 0.1);
  CHECK_THAT(render_markdown(std::vector{alike}), !Contains("surprise"));
}
