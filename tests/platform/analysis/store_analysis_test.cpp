// From events in a store to the report: what needs units, not only sums made by hand.
#include <catch2/catch.hpp>
#include <cmath>

#include "platform/analysis/analyze.h"
#include "platform/analysis/verdict/conclude.h"
#include "platform/core/error.h"
#include "platform/core/random.h"
#include "platform/stats/numerics/distributions.h"
#include "tests/platform/analysis/events.h"
#include "tests/platform/analysis/fake_store.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

namespace {

constexpr std::int64_t kStart = 100 * kMsPerDay;

// Units with a taste of their own: one session before the experiment where there is history, one on each of `days`.
void fill(storage::MemoryStore& store, int units, double effect, int days, bool history) {
  Random random{7};
  EventBatch batch;
  std::int64_t id = 0;
  for (int i = 0; i < units; ++i) {
    const std::string unit = std::to_string(i);
    const bool treated = i % 2 == 1;
    const double taste = 2 + 4 * random.uniform();
    if (history && i % 4 != 3 && i % 16 != 0) {
      batch.sessions.push_back(session_of(++id, unit, kStart - kMsPerDay, taste + random.uniform()));
    }
    batch.exposures.push_back({.unit = {unit},
                               .experiment = "e",
                               .version = 1,
                               .variant = treated ? "treatment" : "control",
                               .first_seen = {kStart}});
    for (int day = 0; day < days; ++day) {
      batch.sessions.push_back(
          session_of(++id, unit, kStart + day * kMsPerDay, taste + random.uniform() + (treated ? effect : 0)));
    }
  }
  store.append(batch);
}

Configuration with_plan(std::optional<Plan> plan) {
  Configuration result = configuration({experiment("e", {"control", "treatment"})});
  result.experiments[0].plan = plan;
  return result;
}

Report report_of(const Configuration& configured, const storage::EventStore& store, AnalyzeOptions options = {}) {
  return analyze(configured, store, options).at(0);
}

}  // namespace

TEST_CASE("store analysis: history makes the same effect more precise, and decides", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 600, 0.25, 7, true);
  const Report report = report_of(with_plan(std::nullopt), store);
  const Comparison& primary = report.metrics.at(0).comparisons.at(0);
  REQUIRE(primary.adjusted);
  CHECK(*primary.adjusted->variance_reduction > 0.5);
  CHECK(primary.adjusted->share_with_history == Approx(0.6867).margin(1e-4));
  CHECK(*primary.adjusted->standard_error < 0.7 * *primary.standard_error);
  CHECK(*primary.adjusted->effect == Approx(0.25).margin(4 * *primary.adjusted->standard_error));
  CHECK(primary.variant == "treatment");
  // The sequence is that of the adjusted difference.
  const double middle = (primary.always_valid->interval->lower + primary.always_valid->interval->upper) / 2;
  CHECK(middle == Approx(*primary.adjusted->effect).epsilon(1e-9));

  AnalyzeOptions raw;
  raw.cuped = false;
  const Report without = report_of(with_plan(std::nullopt), store, raw);
  CHECK_FALSE(without.metrics.at(0).comparisons.at(0).adjusted);
  CHECK(without.metrics.at(0).comparisons.at(0).p_value == primary.p_value);
}

TEST_CASE("store analysis: without history there is nothing to take out", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 100, 0, 7, false);
  for (const MetricReport& metric : report_of(with_plan(std::nullopt), store).metrics) {
    CHECK_FALSE(metric.comparisons.at(0).adjusted);
  }
}

TEST_CASE("store analysis: the configured prior is what is believed before the data", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 600, 0.25, 7, false);
  Configuration configured = with_plan(std::nullopt);
  const auto view = [&] { return *report_of(configured, store).metrics.at(0).comparisons.at(0).bayesian; };
  const double usual = *view().posterior_lift;
  configured.prior = {.mean = -0.3, .sd = 0.001};  // nothing will change this mind
  CHECK(*view().posterior_lift == Approx(-0.3).margin(0.01));
  CHECK(*view().chance_to_win < 0.001);
  CHECK(usual > 0);
}

TEST_CASE("store analysis: before its first day, an experiment that only the store knows has nobody", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 100, 0, 7, false);
  AnalyzeOptions options;
  options.experiments = {"e"};
  options.until = Timestamp{kStart - 3 * kMsPerDay};
  const Report report = analyze(configuration({}), store, options).at(0);
  CHECK(report.experiment == "e");
  CHECK(report.units.empty());
  options.experiments = {"f"};
  CHECK_THROWS_WITH(analyze(configuration({}), store, options), Catch::Contains("no experiment \"f\""));
}

TEST_CASE("store analysis: segments, days and the split within them", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 400, 0.5, 7, true);
  AnalyzeOptions options;
  options.by = {"history"};
  options.by_day = true;
  const Report report = report_of(with_plan(std::nullopt), store, options);
  const MetricReport& primary = report.metrics.at(0);
  REQUIRE(primary.segments.size() == 1);
  const MetricSegments& history = primary.segments.at(0);
  CHECK(history.dimension == "history");
  REQUIRE(history.levels.size() == 2);
  CHECK(history.levels[0].level == "new");
  CHECK(history.levels[0].variants[0].n + history.levels[0].variants[1].n == 125);
  CHECK(history.levels[1].variants[0].n + history.levels[1].variants[1].n == 275);
  CHECK(history.heterogeneity.at(0).p_value);
  // Of 125 new units 100 are treated: the split within the levels says so.
  REQUIRE(report.health.segments.size() == 2);
  CHECK(report.health.segments[0].srm.mismatch);
  REQUIRE(primary.by_day.size() == 1);
  CHECK(primary.by_day[0].variant == "treatment");
  CHECK(primary.by_day[0].days[0].n == 400);
  const DailyEffect& first_day = primary.by_day[0].days[0];
  CHECK(first_day.interval->lower == Approx(*first_day.effect - 1.9599639845 * *first_day.standard_error));
  CHECK(primary.by_day[0].days[5].n == 400);
  CHECK(primary.by_day[0].days[6].n == 0);  // the seventh day is not over
  CHECK(*primary.by_day[0].p_value > 1e-4);
  AnalyzeOptions unknown;
  unknown.by = {"histori"};
  CHECK_THROWS_WITH(report_of(with_plan(std::nullopt), store, unknown),
                    "no dimension \"histori\"; did you mean \"history\"?");
}

TEST_CASE("store analysis: a fixed plan decides at its end and not before", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 400, 0.6, 7, false);
  const Report before = report_of(with_plan(Plan{.sample_size = 1000, .mode = SequentialMode::fixed}), store);
  REQUIRE(before.plan);
  CHECK(before.plan->information_fraction == 0.4);
  CHECK_FALSE(before.plan->complete);
  CHECK(before.plan->guarantee.starts_with("This is a peek"));
  CHECK(before.decision.verdict == Verdict::keep_running);
  CHECK(*before.plan->days_left > 0);
  const Report after = report_of(with_plan(Plan{.sample_size = 400, .mode = SequentialMode::fixed}), store);
  CHECK(after.plan->complete);
  CHECK(after.plan->guarantee == "The error rate of 5 % holds.");
  CHECK(after.decision.verdict == Verdict::ship);
  CHECK(after.decision.variant == "treatment");
}

TEST_CASE("store analysis: a complete plan shows no effect, or nothing", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 2000, 0, 7, false);
  const auto verdict_for = [&](double mde) {
    const Plan plan{.mde = mde, .sample_size = 2000, .mode = SequentialMode::fixed};
    return report_of(with_plan(plan), store).decision.verdict;
  };
  CHECK(verdict_for(0.1) == Verdict::no_effect);
  CHECK(verdict_for(0.001) == Verdict::inconclusive);
}

TEST_CASE("store analysis: every look spends its share of the error rate", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 400, 0.6, 7, false);
  const Configuration configured = with_plan(Plan{.sample_size = 800, .looks = 4});
  store.record_look({.experiment = "e", .version = 1, .at = {1}, .units = 200, .data_through = {kStart + 5}});
  store.record_look({.experiment = "other", .version = 1, .at = {1}, .units = 300, .data_through = {kStart + 6}});
  const Report report = report_of(configured, store);
  REQUIRE(report.plan);
  CHECK(report.plan->looks == std::vector<double>{0.25, 0.5});
  const auto& look = report.metrics.at(0).comparisons.at(0).group_sequential;
  REQUIRE(look);
  // O'Brien-Fleming spending at 0.25 and 0.5: K. K. G. Lan, D. L. DeMets (1983) give 2.963 at half of the information.
  CHECK(look->bound == Approx(2.963).margin(0.001));
  CHECK(*report.plan->alpha_spent == Approx(0.00305).margin(1e-5));
  CHECK(look->crossed);
  CHECK(report.decision.verdict == Verdict::ship);

  record_looks({report}, {kStart}, store);
  CHECK(report_of(configured, store).plan->looks == report.plan->looks);  // the same data are the same look
  CHECK(store.looks().size() == 3);
  CHECK(store.looks().back().units == 400);
}

TEST_CASE("store analysis: peeking by small steps spends as much as large ones", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 400, 0.6, 7, false);
  for (int units = 1; units < 400; ++units) {
    store.record_look({.experiment = "e", .version = 1, .at = {1}, .units = units, .data_through = {kStart + units}});
  }
  const Report report = report_of(with_plan(Plan{.sample_size = 400, .looks = 4}), store);
  // Of 0.25 % each, two of which are one look.
  CHECK(report.plan->looks.size() == 200);
  CHECK(report.plan->looks.front() == 0.005);
  CHECK(report.plan->looks.back() == 1);
  CHECK(report.plan->guarantee.starts_with("200 looks were taken where 4 were planned."));
  // A single look at the end would reject from 1.96 on.
  CHECK(report.metrics.at(0).comparisons.at(0).group_sequential->bound > 2.1);
}

TEST_CASE("store analysis: the look that ends a group sequential plan stands, whatever comes later", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 400, 0, 7, false);
  const Configuration configured = with_plan(Plan{.sample_size = 400, .looks = 4});
  const Report last = report_of(configured, store);
  CHECK(last.plan->complete);
  CHECK(last.decision.verdict == Verdict::inconclusive);
  record_looks({last}, {kStart}, store);

  EventBatch later;
  for (int i = 1; i < 400; i += 2) {
    later.sessions.push_back(session_of(100'000 + i, std::to_string(i), kStart + 8 * kMsPerDay, 30));
  }
  store.append(later);
  const Report report = report_of(configured, store);
  const Comparison& primary = report.metrics.at(0).comparisons.at(0);
  CHECK(*primary.p_value < 1e-9);
  CHECK(*primary.group_sequential->statistic ==
        Approx(*last.metrics.at(0).comparisons.at(0).group_sequential->statistic));
  CHECK_FALSE(primary.group_sequential->crossed);
  CHECK(report.plan->looks == std::vector<double>{1});
  CHECK(report.decision.verdict == Verdict::inconclusive);
  CHECK(report.decision.reasons.back().starts_with("The plan ended with the look at 400 units, data through 1970-"));
  record_looks({report}, {kStart + kMsPerDay}, store);
  CHECK(report_of(configured, store).decision.verdict == Verdict::inconclusive);
}

TEST_CASE("store analysis: a plan that ended with a crossing waits for its days only", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 400, 0.6, 3, false);
  const Configuration configured = with_plan(Plan{.sample_size = 400, .looks = 4});
  const Report last = report_of(configured, store);
  CHECK(last.metrics.at(0).comparisons.at(0).group_sequential->crossed);
  CHECK(last.decision.verdict != Verdict::ship);  // three days of seven
  record_looks({last}, {kStart}, store);

  store.append({.sessions = {session_of(100'000, "0", kStart + 8 * kMsPerDay, 900)}});
  const Report report = report_of(configured, store);
  const Comparison& primary = report.metrics.at(0).comparisons.at(0);
  CHECK(*primary.p_value > 0.05);
  CHECK(report.decision.verdict == Verdict::ship);
  // What decides is all of that look, not of the data that came later.
  const Deciding numbers = *primary.deciding;
  CHECK(numbers.by == DecidingInterval::group_sequential);
  CHECK(numbers.significant);
  CHECK(*numbers.effect == Approx(*last.metrics.at(0).comparisons.at(0).effect));
  CHECK(*numbers.lift == Approx(*last.metrics.at(0).comparisons.at(0).lift));
  CHECK(numbers.lift_interval->lower < *numbers.lift);
  CHECK(*numbers.lift < numbers.lift_interval->upper);
  CHECK(std::abs(*numbers.lift - *primary.lift) > 0.1);
}

TEST_CASE("store analysis: by what the verdict goes in each mode", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 400, 0.6, 7, true);
  const auto deciding_of = [&](std::optional<Plan> plan) {
    const Report report = report_of(with_plan(plan), store);
    const MetricReport& metric = report.metrics.at(0);
    return std::pair(*metric.comparisons.at(0).deciding, metric.comparisons.at(0));
  };
  const auto [free, free_comparison] = deciding_of(std::nullopt);
  CHECK(free.by == DecidingInterval::always_valid);
  CHECK(free.lift_interval->lower == free_comparison.always_valid->lift_interval->lower);
  CHECK(*free.lift == *free_comparison.adjusted->lift);
  const auto [peek, peeked] = deciding_of(Plan{.sample_size = 1000, .mode = SequentialMode::fixed});
  CHECK(peek.by == DecidingInterval::always_valid);  // before the end of a fixed plan
  CHECK(*peeked.adjusted->p_value < 0.05);
  CHECK(peek.significant == (peek.interval->lower > 0));
  CHECK(report_of(with_plan(Plan{.sample_size = 1000, .mode = SequentialMode::fixed}), store).decision.verdict ==
        Verdict::keep_running);
  const auto [end, ended] = deciding_of(Plan{.sample_size = 400, .mode = SequentialMode::fixed});
  CHECK(end.by == DecidingInterval::cuped);
  CHECK(end.interval->lower == ended.adjusted->interval->lower);
  CHECK(end.significant);
  const auto [look, looked] = deciding_of(Plan{.sample_size = 400, .looks = 4});
  CHECK(look.by == DecidingInterval::group_sequential);
  CHECK(*look.lift == Approx(*looked.lift));  // without CUPED
}

TEST_CASE("store analysis: group sequential looks are of the unadjusted effect", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 600, 0.25, 7, true);
  const Report report = report_of(with_plan(Plan{.sample_size = 600, .looks = 4}), store);
  const Comparison& primary = report.metrics.at(0).comparisons.at(0);
  REQUIRE(primary.adjusted);
  REQUIRE(primary.group_sequential);
  CHECK(*primary.group_sequential->statistic ==
        Approx(stats::z_of_t(*primary.effect / *primary.standard_error, *primary.dof)));
  CHECK(std::abs(*primary.adjusted->effect / *primary.adjusted->standard_error) >
        1.2 * std::abs(*primary.group_sequential->statistic));
  const auto& interval = *primary.group_sequential->interval;
  CHECK((interval.lower + interval.upper) / 2 == Approx(*primary.effect));
}

TEST_CASE("store analysis: the plan's error rate decides, whatever the confidence level shown", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 400, 0.45, 7, false);
  const auto report_at = [&](double alpha) {
    return report_of(with_plan(Plan{.alpha = alpha, .sample_size = 400, .mode = SequentialMode::always_valid}), store);
  };
  const Report loose = report_at(0.05);
  const double p = *loose.metrics.at(0).comparisons.at(0).always_valid->p_value;
  REQUIRE(p < 0.05);
  CHECK(loose.decision.verdict == Verdict::ship);
  CHECK(report_at(p / 2).decision.verdict == Verdict::inconclusive);
}

TEST_CASE("store analysis: the level that is shown changes nothing that a plan decides", "[analysis]") {
  const auto mode = GENERATE(SequentialMode::fixed, SequentialMode::group_sequential, SequentialMode::always_valid);
  const double effect = GENERATE(-0.2, 0.0, 0.25);
  storage::MemoryStore store;
  fill(store, 400, effect, 7, true);
  const Configuration configured = with_plan(Plan{.mde = 0.05, .sample_size = 400, .looks = 4, .mode = mode});
  const auto report_at = [&](double level) {
    AnalyzeOptions options;
    options.confidence_level = level;
    return report_of(configured, store, options);
  };
  const Report usual = report_at(0.95);
  const Report loose = report_at(0.5);
  CHECK(loose.decision.reasons == usual.decision.reasons);
  CHECK(loose.decision.verdict == usual.decision.verdict);
  const MetricReport& metric = usual.metrics.at(0);
  const MetricReport& shown = loose.metrics.at(0);
  CHECK(shown.comparisons.at(0).interval->lower > metric.comparisons.at(0).interval->lower);  // is narrower
  const Deciding numbers = *shown.comparisons.at(0).deciding;
  CHECK(numbers.lift_interval->lower == metric.comparisons.at(0).deciding->lift_interval->lower);
}

TEST_CASE("store analysis: a planned test that finds a loss says so", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 400, -0.28, 7, false);
  const Report report = report_of(with_plan(Plan{.sample_size = 400, .mode = SequentialMode::fixed}), store);
  const MetricReport& metric = report.metrics.at(0);
  const Comparison& primary = metric.comparisons.at(0);
  REQUIRE(*primary.p_value < 0.05);
  REQUIRE(primary.always_valid->interval->upper > 0);  // any number of looks may have shown that
  CHECK(report.decision.verdict == Verdict::inconclusive);
  CHECK_THAT(report.decision.summary, StartsWith("treatment lowers mean_time_per_session by ") &&
                                          Contains("(adjusted p = ") && EndsWith("): no reason to ship it."));
  CHECK(primary.deciding->significant);
}

TEST_CASE("store analysis: harm is told by the always-valid interval, also before a boundary is reached",
          "[analysis]") {
  storage::MemoryStore store;
  fill(store, 400, -0.5, 7, false);
  const Report report = report_of(with_plan(Plan{.sample_size = 4000, .looks = 4}), store);
  const MetricReport& metric = report.metrics.at(0);
  const Comparison& primary = metric.comparisons.at(0);
  REQUIRE(primary.group_sequential);
  REQUIRE_FALSE(primary.group_sequential->crossed);
  CHECK(report.decision.verdict == Verdict::stop_harm);
  const Deciding numbers = *primary.deciding;
  CHECK(numbers.by == DecidingInterval::always_valid);
  CHECK(numbers.significant);
  CHECK(numbers.lift_interval->upper < 0);
}

TEST_CASE("store analysis: interactions with other running experiments", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 400, 0.3, 7, false);
  EventBatch other;
  for (int i = 0; i < 400; ++i) {
    other.exposures.push_back({.unit = {std::to_string(i)},
                               .experiment = "f",
                               .version = 1,
                               .variant = i / 2 % 2 == 0 ? "x" : "y",
                               .first_seen = {kStart}});
  }
  store.append(other);
  const auto reports =
      analyze(configuration({experiment("e", {"control", "treatment"}), experiment("f", {"x", "y"})}), store, {});
  REQUIRE(reports.at(0).interactions.size() == 1);
  const InteractionResult& one = reports.at(0).interactions.at(0);
  CHECK(one.experiment == "f");
  CHECK(one.variant == "treatment");
  CHECK(one.other_variant == "y");
  CHECK(*one.assignment_p_value == Approx(1));
  CHECK(*one.p_value > 1e-4);
  REQUIRE(reports.at(1).interactions.size() == 1);
  CHECK(*reports.at(1).interactions.at(0).estimate == Approx(*one.estimate).epsilon(1e-9));
}
