// +1.9 on the first day and +0.15 on the seventh, with p < 1e-12 that it falls, was called SHIP +17 % without a word.
#include <catch2/catch.hpp>

#include "platform/analysis/analyze.h"
#include "platform/analysis/render/render.h"
#include "platform/analysis/report/facts.h"
#include "platform/core/random.h"
#include "tests/platform/analysis/events.h"
#include "tests/platform/analysis/fake_store.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;
using Catch::Matchers::Contains;

namespace {

constexpr std::int64_t kBegin = 20458 * kMsPerDay;  // 2026-01-05

// 600 units, a session on each of eight days: the treatment adds `effect` on the first one, and `slope` more on each
// other.
void fill_trend(storage::MemoryStore& store, double effect, double slope) {
  Random random{5};
  EventBatch batch;
  std::int64_t id = 0;
  for (int i = 0; i < 600; ++i) {
    const std::string unit = std::to_string(i);
    const bool treated = i % 2 == 1;
    batch.exposures.push_back({.unit = {unit},
                               .experiment = "e",
                               .version = 1,
                               .variant = treated ? "treatment" : "control",
                               .first_seen = {kBegin}});
    for (int day = 0; day < 8; ++day) {
      const double time = 5 + 2 * random.uniform() + (treated ? effect + slope * day : 0);
      batch.sessions.push_back(session_of(++id, unit, kBegin + day * kMsPerDay, time));
    }
  }
  store.append(batch);
}

Report told(const storage::MemoryStore& store, const AnalyzeOptions& options = {}) {
  return analyze(configuration({experiment("e", {"control", "treatment"})}), store, options).at(0);
}

}  // namespace

TEST_CASE("trend: an effect that surely falls is part of the verdict's words, and a warning", "[analysis]") {
  storage::MemoryStore store;
  fill_trend(store, 1.9, -0.29);
  const Report report = told(store);
  CHECK(report.decision.verdict == Verdict::ship);
  CHECK_THAT(
      report.decision.summary,
      Contains("; its effect falls by 0.2877 a day (p < 1e-12): +1.840 on day 0 since exposure, +0.135 on day 6."));
  CHECK(report.decision.reasons.front() == report.decision.summary);
  CHECK(report.health.warnings.size() == 1);
  CHECK(caution_of(report) == "but look at 1 warning first");
  const EffectTrend& trend = report.metrics.at(0).trend.at(0);
  CHECK(*trend.slope == Approx(-0.29).margin(4 * *trend.slope_standard_error));
  CHECK(trend.first->day == 0);
  CHECK(trend.last->day == kTrendDays - 1);
  CHECK(report.metrics.at(0).by_day.empty());  // nobody asked for the days
  const std::vector<Report> reports = {report};
  CHECK_THAT(render_table(reports, {}),
             Contains("SHIP, but look at 1 warning first: ") && Contains("  ! The effect of"));
  CHECK_THAT(render_json(report), Contains("\"trend\":[{\"variant\":\"treatment\""));
}

TEST_CASE("trend: it is the same whatever else is asked for", "[analysis]") {
  storage::MemoryStore store;
  fill_trend(store, 1.9, -0.29);
  AnalyzeOptions by_day;
  by_day.by_day = true;
  AnalyzeOptions deciding;
  deciding.deciding_only = true;
  const Report plain = told(store);
  const Report asked = told(store, by_day);
  CHECK(asked.metrics.at(0).by_day.at(0).days.size() > kTrendDays);
  CHECK(asked.metrics.at(0).trend.at(0).slope == plain.metrics.at(0).trend.at(0).slope);
  CHECK(asked.decision.summary == plain.decision.summary);
  CHECK(told(store, deciding).decision.summary == plain.decision.summary);
}

TEST_CASE("trend: an effect that stays is nothing to speak of, and one that grows is said to", "[analysis]") {
  storage::MemoryStore steady;
  fill_trend(steady, 1, 0);
  const Report report = told(steady);
  CHECK(report.decision.verdict == Verdict::ship);
  CHECK(report.health.grade() == HealthGrade::ok);
  CHECK_THAT(report.decision.summary, !Contains("a day"));

  storage::MemoryStore worse;
  fill_trend(worse, -0.3, -0.2);
  CHECK_THAT(told(worse).decision.summary, Contains("its effect grows by 0."));
}
