#include <algorithm>
#include <catch2/catch.hpp>

#include "platform/analysis/analyze.h"
#include "platform/analysis/verdict/conclude.h"
#include "tests/platform/analysis/fake_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

namespace {

const MetricRoles kGuarded{
    .primary = "mean_time_per_session", .secondary = {}, .guardrails = {{.metric = "sessions", .margin = 0.1}}};

// Of an experiment that is configured as its variants were seen, the first one as control.
Decision decision_of(const std::vector<Seen>& variants, int days = 7, const MetricRoles& roles = kGuarded,
                     Status status = Status::running) {
  std::vector<std::string> keys;
  keys.reserve(variants.size());
  for (const Seen& variant : variants) keys.push_back(variant.variant);
  Experiment configured = experiment("e", keys, roles);
  configured.status = status;
  return analyze(configuration({configured}), FakeStore({aggregate("e", variants, days)}), {}).at(0).decision;
}

Seen with_sessions(Seen variant, double mean) {
  variant.sessions = moments(variant.units, mean, 1.95);
  return variant;
}

// The intervals below, by hand: 2425 units a variant have a session time, so that the always-valid multiplier is 3.0354
// and Fieller's g 0.0012735. With four treatments that of the clearest one is of 98.75 %: 3.5138 and .0017065.
const Seen kRandom = seen("random", 2500, 3.8);
const Seen kSame = seen("same", 2500, 3.83);
const Seen kSticky = seen("sticky", 2500, 3.0);
const Seen kBest = seen("best", 2500, 5.86);
const Seen kGood = seen("good", 2500, 4.3);

}  // namespace

TEST_CASE("verdict: SHIP the best winner, and say who else wins and who harms", "[analysis]") {
  const Decision decision = decision_of({kRandom, kSticky, kGood, kSame, kBest});
  CHECK(decision.verdict == Verdict::ship);
  CHECK(decision.variant == "best");
  CHECK(
      decision.summary ==
      "best raises mean_time_per_session by 54.2 % [+46.9 %, +62.1 %] against random (always-valid p < 1e-12); sticky "
      "harms.");
  REQUIRE(decision.reasons.size() == 4);
  CHECK_THAT(decision.reasons[0], StartsWith("best raises"));
  CHECK_THAT(decision.reasons[1], StartsWith("good raises mean_time_per_session by 13.2 %"));
  CHECK_THAT(decision.reasons[2], StartsWith("sticky lowers mean_time_per_session by 21.1 %") && Contains(": end it."));
  CHECK_THAT(decision.reasons[3], StartsWith("same: no difference in mean_time_per_session seen yet; the interval of "
                                             "the lift is -4.2 % to +6.0 %."));
}

TEST_CASE("verdict: a winner waits for its seven days", "[analysis]") {
  const Decision decision = decision_of({kRandom, kBest}, 3);
  CHECK(decision.verdict == Verdict::keep_running);
  CHECK(decision.variant.empty());
  CHECK_THAT(decision.summary, StartsWith("best raises") && Contains(", but 3 of 7 days."));
  CHECK(decision_of({kRandom, kBest}, 6).verdict == Verdict::keep_running);
  CHECK(decision_of({kRandom, kBest}, 7).verdict == Verdict::ship);
}

// An imported log of one day read INCONCLUSIVE beside p < 1e-12.
TEST_CASE("verdict: days are advice where no more will come of real listeners", "[analysis]") {
  const Decision stopped = decision_of({kRandom, kBest}, 1, kGuarded, Status::stopped);
  CHECK(stopped.verdict == Verdict::ship);
  CHECK_THAT(stopped.summary, StartsWith("best raises mean_time_per_session by 54.2 % [") &&
                                  EndsWith("] against random (always-valid p < 1e-12); one day of data only."));
  CHECK(stopped.reasons.back() ==
        "One day of data only, where 7 are wanted: listeners differ between weekdays and weekends.");

  FakeStore imported({aggregate("e", {kRandom, kBest}, 1)});
  AnalyzeOptions against_random;
  against_random.control = "random";
  const Report log = analyze({}, imported, against_random).at(0);
  CHECK(log.status == "imported");
  CHECK(log.decision.verdict == Verdict::ship);
  CHECK_THAT(log.decision.summary, Contains("; one day of data only."));
  CHECK_FALSE(log.health.waits_for_days);

  const Configuration running = configuration({experiment("e", {"random", "best"}, kGuarded)});
  FakeStore simulated({aggregate("e", {kRandom, kBest}, 3)});
  CHECK(analyze(running, simulated, {}).at(0).health.waits_for_days);
  simulated.recorded_runs = {{.clock = RunClock::simulated}};
  const Report rehearsal = analyze(running, simulated, {}).at(0);
  CHECK(rehearsal.decision.verdict == Verdict::ship);
  CHECK_THAT(rehearsal.decision.summary, Contains("; 3 days of data only."));
  CHECK_THAT(rehearsal.decision.reasons.back(),
             StartsWith("3 days of data only, where 7 are wanted: of real listeners"));
  simulated.recorded_runs.push_back({.clock = RunClock::real});
  CHECK(analyze(running, simulated, {}).at(0).decision.verdict == Verdict::keep_running);
  // Nothing that was found is nothing to be careful with: no days are spoken of where there are enough.
  CHECK_THAT(decision_of({kRandom, kBest}, 7, kGuarded, Status::stopped).summary, !Contains("only"));
}

TEST_CASE("verdict: the days that are wanted are the plan's, else the configured ones", "[analysis]") {
  Configuration running = configuration({experiment("e", {"random", "best"}, kGuarded)});
  const auto verdict_after = [&](int days) {
    const Report report = analyze(running, FakeStore({aggregate("e", {kRandom, kBest}, days)}), {}).at(0);
    CHECK(report.health.waits_for_days == (report.decision.verdict == Verdict::keep_running));
    return report.decision.verdict;
  };
  running.minimum_days = 3;
  CHECK(verdict_after(2) == Verdict::keep_running);
  CHECK(verdict_after(3) == Verdict::ship);
  running.experiments[0].plan = Plan{.duration_days = 5, .mode = SequentialMode::always_valid};
  CHECK(verdict_after(4) == Verdict::keep_running);
  CHECK(verdict_after(5) == Verdict::ship);
  running.experiments[0].plan = Plan{.mde = 0.05, .mode = SequentialMode::always_valid};
  CHECK(verdict_after(2) == Verdict::keep_running);
  CHECK(verdict_after(3) == Verdict::ship);
}

TEST_CASE("verdict: a plan that wants more units than there are listeners is a warning", "[analysis]") {
  Experiment planned = experiment("e", {"random", "best"}, kGuarded);
  planned.coverage = 0.5;
  planned.layer = LayerRange{.layer = "l", .begin = 0.2, .end = 0.6};
  planned.plan = Plan{.sample_size = 40'041};
  FakeStore store({aggregate("e", {kRandom, kBest}, 7)});
  const auto warnings = [&] { return analyze(configuration({planned}), store, {}).at(0).health.data_warnings; };
  CHECK(warnings().empty());  // nobody knows how many real ones there are
  store.recorded_runs = {{.clock = RunClock::simulated, .listeners = 10'000}};
  CHECK(warnings() == std::vector<std::string>{"The plan wants 40041 units, and of the 10000 listeners about 2000 can "
                                               "be in the experiment."});
  store.recorded_runs[0].listeners = 200'205;
  CHECK(warnings().empty());
}

TEST_CASE("verdict: STOP_HARM names the harmful treatment, and who is ahead", "[analysis]") {
  const Decision decision = decision_of({kRandom, kBest, kSticky}, 3);
  CHECK(decision.verdict == Verdict::stop_harm);
  CHECK(decision.variant.empty());
  CHECK(decision.summary ==
        "sticky lowers mean_time_per_session by 21.1 % [-25.5 %, -16.4 %] against random (always-valid p < 1e-12): end "
        "it; best is ahead, but 3 of 7 days.");
  REQUIRE(decision.reasons.size() == 2);
  CHECK_THAT(decision.reasons[1], StartsWith("best raises") && Contains("but 3 of 7 days"));
  CHECK(decision_of({kRandom, kSticky}, 1).verdict == Verdict::stop_harm);
  CHECK_THAT(decision_of({kRandom, kSticky, seen("worse", 2500, 2.5)}).summary, Contains("; worse harms too."));
}

TEST_CASE("verdict: a guardrail that is lost beyond its margin stops, whatever the primary metric says", "[analysis]") {
  const Decision decision = decision_of({kRandom, with_sessions(kBest, 2.0)});
  CHECK(decision.verdict == Verdict::stop_harm);
  CHECK_THAT(decision.summary, StartsWith("best lowers sessions by 37.5 %") &&
                                   Contains(", beyond the margin of 10 % (always-valid p < 1e-12): end it"));
}

TEST_CASE("verdict: a loss within a guardrail's margin does not stand in the way", "[analysis]") {
  // -5 % is far from 0 here (p < 1e-4) and well within 10 %: the margin says that it is acceptable.
  const Seen control = seen("random", 20'000, 3.8);
  const Decision decision = decision_of({control, with_sessions(seen("best", 20'000, 5.86), 3.2 * 0.95)});
  CHECK(decision.verdict == Verdict::ship);
}

TEST_CASE("verdict: a guardrail not yet shown to be safe keeps it running", "[analysis]") {
  const Decision decision = decision_of({seen("random", 250, 3.8), with_sessions(seen("best", 250, 5.86), 3.2 * 0.96)});
  CHECK(decision.verdict == Verdict::keep_running);
  CHECK_THAT(decision.summary, Contains("but guardrail sessions is not yet shown to get worse by less than 10 %."));
}

TEST_CASE("verdict: a guardrail that nobody measured does not block, and is said", "[analysis]") {
  const MetricRoles latency{.primary = "mean_time_per_session",
                            .secondary = {},
                            .guardrails = {{.metric = "mean_request_latency", .margin = 0.1}}};
  const Decision decision = decision_of({kRandom, kBest}, 7, latency);
  CHECK(decision.verdict == Verdict::ship);
  CHECK(decision.reasons.back() == "Guardrail mean_request_latency was not measured: nothing guards it.");
  // Measured in one variant only: that is suspicious, and blocks.
  Seen measured = kRandom;
  measured.latency = moments(2400, 0.3, 0.1);
  CHECK(decision_of({measured, kBest}, 7, latency).verdict == Verdict::keep_running);
}

TEST_CASE("verdict: no difference keeps running, or is inconclusive when it was stopped", "[analysis]") {
  const Decision running = decision_of({kRandom, kSame});
  CHECK(running.verdict == Verdict::keep_running);
  CHECK(running.summary ==
        "same: no difference in mean_time_per_session seen yet; the interval of the lift is -4.2 % to +6.0 %.");
  const Decision stopped = decision_of({kRandom, kSame}, 7, kGuarded, Status::stopped);
  CHECK(stopped.verdict == Verdict::inconclusive);
  CHECK_THAT(stopped.summary, Contains("no difference in mean_time_per_session seen; the interval"));
}

TEST_CASE("verdict: what a single planned look would have found is said, and decides nothing", "[analysis]") {
  const Decision decision = decision_of({kRandom, seen("x", 2500, 3.96)});
  CHECK(decision.verdict == Verdict::keep_running);
  CHECK_THAT(decision.summary, Contains("(a single planned look would have found one, p = 0.011)"));
}

TEST_CASE("verdict: Holm guards against many treatments", "[analysis]") {
  // Always-valid p = 0.02 alone; with four treatments it is 0.08.
  const Seen close = seen("close", 2500, 4.012);
  CHECK(decision_of({kRandom, close}).verdict == Verdict::ship);
  CHECK(decision_of({kRandom, close, seen("b", 2500, 3.81), seen("c", 2500, 3.79), seen("d", 2500, 3.8)}).verdict ==
        Verdict::keep_running);
}

TEST_CASE("verdict: a split that is not as configured makes everything INVALID", "[analysis]") {
  const Decision decision = decision_of({kRandom, seen("best", 2100, 5.86)});
  CHECK(decision.verdict == Verdict::invalid);
  CHECK(
      decision.summary ==
      "Units are not split as configured (sample ratio mismatch, always-valid p = 2.7e-07): find the fault before any "
      "result.");
}

TEST_CASE("verdict: more than 1 % of the units in several variants is INVALID, 1 % is not", "[analysis]") {
  auto data = aggregate("e", {kRandom, kBest});
  const Configuration config = configuration({experiment("e", {"random", "best"})});
  data.multiple_variants = 50;  // of 5050
  CHECK(analyze(config, FakeStore({data}), {}).at(0).decision.verdict == Verdict::ship);
  data.multiple_variants = 51;
  const Report report = analyze(config, FakeStore({data}), {}).at(0);
  CHECK(report.decision.verdict == Verdict::invalid);
  CHECK(report.decision.summary ==
        "1.01 % of the units were seen in several variants, at most 1 % may be: find the fault before any result.");
  CHECK(report.health.warnings ==
        std::vector<std::string>{"51 units (1.01 %) were seen in several variants and left out."});
}

TEST_CASE("verdict: nothing to compare", "[analysis]") {
  CHECK(decision_of({kRandom}).summary == "Only one variant was seen, random.");
  const auto imported = analyze({}, FakeStore({aggregate("e", {seen("C", 2500, 3.8), kSame}, 1)}), {}).at(0).decision;
  CHECK(imported.verdict == Verdict::inconclusive);  // nobody will see more of it
  Experiment draft = experiment("d", {"a", "b"});
  draft.status = Status::draft;
  CHECK(analyze(configuration({draft}), FakeStore({}), {}).at(0).decision.summary ==
        "The experiment is a draft: nobody is in it.");
  Seen none = kSame;
  none.time_per_session = {};
  CHECK(decision_of({kRandom, none}).summary == "same: mean_time_per_session cannot be compared (insufficient_data).");
}

TEST_CASE("verdict: the best winner is the one with the largest lift of those that decide", "[analysis]") {
  Report report;
  report.control = "control";
  report.health.days = 7;
  MetricReport& metric = report.metrics.emplace_back();
  metric.metric = "time";
  metric.direction = Direction::increase;
  for (const auto& [variant, lift, after_cuped] : {std::tuple("a", 0.052, 0.040), std::tuple("b", 0.048, 0.049)}) {
    Comparison& comparison = metric.comparisons.emplace_back();
    comparison.variant = variant;
    comparison.effect = lift;
    comparison.lift = lift;
    comparison.adjusted.emplace();
    comparison.adjusted->effect = after_cuped;
    comparison.adjusted->lift = after_cuped;
    comparison.always_valid.emplace().adjusted_p_value = 0.001;
    comparison.always_valid->lift_interval = Interval{.lower = after_cuped - 0.02, .upper = after_cuped + 0.02};
    report.units.push_back({variant, 100});
  }
  report.units.push_back({"control", 100});
  CHECK(conclude(report).decision.variant == "b");
}
