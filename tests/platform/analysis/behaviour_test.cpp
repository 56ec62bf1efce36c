// What explains a report: history, distributions, traffic, and the SELECT of each metric.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "platform/analysis/analyze.h"
#include "platform/analysis/render/render.h"
#include "platform/analysis/withhold.h"
#include "platform/core/random.h"
#include "platform/stats/means/welch.h"
#include "platform/stats/quantiles/quantile_raw.h"
#include "tests/platform/analysis/events.h"
#include "tests/platform/analysis/fake_store.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;

namespace {

constexpr std::int64_t kStart = 20'000 * kMsPerDay;  // in 2024

// What was put into the store, by variant.
struct Truth {
  std::map<std::string, std::vector<std::vector<double>>> times;  // of the units that have any
  std::map<std::string, stats::Moments> before;                   // of the units' mean times
};

// 400 units in two variants; `gap`: what treated units listened longer before the experiment already.
Truth fill(storage::MemoryStore& store, double gap) {
  Random random{11};
  EventBatch batch;
  Truth truth;
  std::int64_t id = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string unit = std::to_string(i);
    const std::string variant = i % 2 == 1 ? "treatment" : "control";
    const double shift = i % 2 == 1 ? gap : 0;
    if (random.below(3) > 0) {
      const double time = 2 + random.uniform() + shift;
      batch.sessions.push_back(session_of(++id, unit, kStart - kMsPerDay, time));
      truth.before[variant].add(time);
    }
    batch.exposures.push_back(
        {.unit = {unit}, .experiment = "e", .version = 1, .variant = variant, .first_seen = {kStart}});
    std::vector<double> times;
    for (std::uint64_t n = random.below(6); n > 0; --n) times.push_back(10 * random.uniform() * random.uniform());
    for (const double time : times) {
      const Timestamp at{kStart + ++id % 3 * kMsPerDay};
      batch.sessions.push_back(session_of(id, unit, at.ms, time));
      batch.playbacks.push_back(
          {.unit = {unit},
           .session = {id},
           .position = 0,
           .track = {1},
           .fraction = time > 5 ? 1.0 : 0.05,
           .recommended =
               Recommended{.track = {2}, .recommender = random.below(4) == 0 ? "random" : "sticky", .propensity = 0.5},
           .latency_ms = std::nullopt,
           .at = at});
    }
    if (!times.empty()) truth.times[variant].push_back(times);
  }
  store.append(batch);
  return truth;
}

Configuration two_variants() {
  Configuration result = configuration({experiment("e", {"control", "treatment"})});
  result.parameters["recommender"] = std::string("random");
  result.experiments[0].variants[1].parameters["recommender"] = std::string("sticky");
  return result;
}

Report report_of(const storage::MemoryStore& store, const AnalyzeOptions& options = {}) {
  return analyze(two_variants(), store, options).at(0);
}

std::int64_t sum(const std::vector<std::int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

}  // namespace

TEST_CASE("details: the variants before the experiment, by Welch's test of units with history", "[analysis]") {
  for (const double gap : {0.0, 0.5}) {
    storage::MemoryStore store;
    const Truth truth = fill(store, gap);
    const Report report = report_of(store);
    REQUIRE(report.health.balance);
    const Balance& balance = *report.health.balance;
    CHECK(balance.metric == "mean_time_per_session");
    CHECK(balance.lookback_days == 14);
    CHECK(balance.variants.at(0).summary.n == truth.before.at("control").n());
    CHECK(*balance.variants.at(1).share == static_cast<double>(truth.before.at("treatment").n()) / 200);
    const auto want = stats::welch_t(truth.before.at("control"), truth.before.at("treatment"));
    CHECK(*balance.comparisons.at(0).effect == Approx(want->estimate).epsilon(1e-10));
    CHECK(*balance.comparisons.at(0).p_value == Approx(want->p_value).epsilon(1e-8));
    CHECK(report.health.warnings.size() == (gap > 0 ? 1 : 0));
    if (gap > 0) {
      CHECK(report.health.warnings[0] ==
            "Before anybody was exposed, treatment differed from the control in mean_time_per_session (p < 1e-12).");
    }
  }
}

TEST_CASE("details: session times have every session in a bin, and quantiles with units as clusters", "[analysis]") {
  storage::MemoryStore store;
  const Truth truth = fill(store, 0);
  CHECK_FALSE(report_of(store).distributions);
  AnalyzeOptions options;
  options.distributions = true;
  const Report report = report_of(store, options);
  REQUIRE(report.distributions);
  const Distributions& distributions = *report.distributions;
  REQUIRE(distributions.edges.size() > 10);
  for (std::size_t i = 0; i < 2; ++i) {
    const SessionTimes& times = distributions.session_time.at(i);
    const auto& want = truth.times.at(times.variant);
    std::vector<double> all;
    for (const auto& of_unit : want) all.insert(all.end(), of_unit.begin(), of_unit.end());
    CHECK(times.sessions == static_cast<std::int64_t>(all.size()));
    CHECK(sum(times.counts) == times.sessions);
    CHECK(times.counts.size() + 1 == distributions.edges.size());
    const double edge = distributions.edges.at(3);
    const auto below = std::ranges::count_if(all, [&](double time) { return time < edge; });
    CHECK(times.counts[0] + times.counts[1] + times.counts[2] == below);
    std::ranges::sort(all);
    CHECK(*times.quantiles.at(2).value == Approx(stats::mid_quantile(all, 0.5)).epsilon(1e-12));
    const SessionsPerUnit& sessions = distributions.sessions_per_unit.at(i);
    CHECK(sum(sessions.counts) == 200);
    CHECK(sessions.counts.at(0) == 200 - static_cast<std::int64_t>(want.size()));
    CHECK(*sessions.mean == Approx(static_cast<double>(all.size()) / 200));
  }
  const auto want = stats::quantile_raw(truth.times.at("control"), truth.times.at("treatment"), 0.9, {},
                                        {.ties = stats::Ties::mid, .clamp = false});
  const QuantileEffect& p90 = distributions.comparisons.at(0).quantiles.at(4);
  CHECK(p90.level == 0.9);
  CHECK(*p90.effect == Approx(want->estimate).epsilon(1e-12));
  CHECK(*p90.standard_error == Approx(want->standard_error).epsilon(1e-12));
  CHECK(p90.interval->lower < *p90.effect);
}

TEST_CASE("details: who answered, and what was skipped", "[analysis]") {
  storage::MemoryStore store;
  const Truth truth = fill(store, 0);
  AnalyzeOptions options;
  options.traffic = true;
  const std::vector<VariantTraffic> traffic = report_of(store, options).traffic;
  REQUIRE(traffic.size() == 2);
  CHECK(traffic[0].recommender == "random");
  CHECK(traffic[1].recommender == "sticky");
  // A quarter of all answers is random's, so the control's fallback answers the other three.
  CHECK(*traffic[0].fallback_share == Approx(0.75).margin(0.08));
  CHECK(*traffic[1].fallback_share == Approx(0.25).margin(0.08));
  CHECK(traffic[0].answers.at(0).recommender == "sticky");
  CHECK(traffic[0].answers.at(0).share + traffic[0].answers.at(1).share == Approx(1));
  REQUIRE(traffic[0].days.size() == 3);
  CHECK(traffic[0].days[0].new_units == 200);
  std::int64_t sessions = 0, skipped = 0;
  for (const auto& of_unit : truth.times.at("control")) {
    for (const double time : of_unit) {
      ++sessions;
      skipped += time > 5 ? 0 : 1;
    }
  }
  const PositionShare& first = traffic[0].positions.at(0);
  CHECK(first.playbacks == sessions);
  CHECK(*first.skipped == Approx(static_cast<double>(skipped) / static_cast<double>(sessions)).epsilon(1e-12));
  CHECK(*first.skipped_standard_error > 0);
  const auto half = [](const Interval& interval) { return (interval.upper - interval.lower) / 2; };
  CHECK(half(*first.skipped_interval) == Approx(1.9599639845 * *first.skipped_standard_error));
}

TEST_CASE("details: a verdict needs no other metrics than the primary one and the guardrails", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 0);
  AnalyzeOptions options;
  const Report whole = report_of(store, options);
  options.deciding_only = true;
  const Report small = report_of(store, options);
  REQUIRE(small.metrics.size() == 1);
  CHECK(small.decision.summary == whole.decision.summary);
  CHECK(small.decision.reasons == whole.decision.reasons);
  CHECK(small.metrics[0].comparisons[0].p_value == whole.metrics[0].comparisons[0].p_value);
  CHECK(small.metrics[0].comparisons[0].adjusted_p_value == whole.metrics[0].comparisons[0].adjusted_p_value);
}

TEST_CASE("details: nobody who answered is known, or nobody should have", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 0);
  AnalyzeOptions options;
  options.traffic = true;
  Configuration nobody = two_variants();
  nobody.parameters.clear();
  const auto traffic = analyze(nobody, store, options).at(0).traffic;
  CHECK_FALSE(traffic.at(0).fallback_share);
  CHECK(traffic.at(0).reason == "nobody configured a recommender");
  CHECK(traffic.at(1).fallback_share);
}

TEST_CASE("details: an invalid experiment's quantiles are compared with nobody's eyes on them", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 0);
  AnalyzeOptions options;
  options.distributions = true;
  std::vector<Report> reports{report_of(store, options)};
  reports[0].decision.verdict = Verdict::invalid;
  withhold_invalid(reports);
  CHECK(reports[0].distributions->comparisons.empty());
  CHECK_FALSE(reports[0].distributions->session_time.empty());
}

TEST_CASE("details: JSON and table have them where they were asked for", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 0);
  const auto plain = nlohmann::json::parse(render_json(report_of(store)));
  CHECK_FALSE(plain.contains("distributions"));
  CHECK_FALSE(plain.contains("traffic"));
  CHECK(plain["metrics"][0]["sql"].get<std::string>().starts_with("WITH counted AS ("));
  CHECK(plain["health"]["balance"]["variants"][0]["share"].is_number());
  AnalyzeOptions options;
  options.distributions = true;
  options.traffic = true;
  const std::vector<Report> reports{report_of(store, options)};
  const auto json = nlohmann::json::parse(render_json(reports[0]));
  CHECK(json["distributions"]["session_time"]["comparisons"][0]["quantiles"].size() == 5);
  CHECK(json["traffic"]["skip_threshold"] == 0.1);
  CHECK(json["traffic"]["variants"][0]["days"][0]["day"] == "2024-10-04");
  CHECK(json["traffic"]["variants"][0]["days"][0]["latency_ms"]["mean"].is_null());
  const std::string table = render_table(reports, {});
  for (const char* title : {"Session time, quantiles compared", "Sessions per unit", "Who answered", "Days",
                            "Skips by position in the session"}) {
    CHECK(table.find(title) != std::string::npos);
  }
  CHECK(table.find("sticky (fallback)") != std::string::npos);
}
