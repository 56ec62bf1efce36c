// INVALID said that units are not split as configured, and hid everything that would have said where.
#include <catch2/catch.hpp>

#include "platform/analysis/analyze.h"
#include "platform/analysis/render/render.h"
#include "tests/platform/analysis/events.h"
#include "tests/platform/analysis/fake_store.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;
using Catch::Matchers::Contains;

namespace {

constexpr std::int64_t kBegin = 20458 * kMsPerDay;  // 2026-01-05

// 4 000 units over eight days, every second one with a history. `lost(day, returning)`: half of the treatment's such
// units leave no exposure.
template <class Lost>
void fill_days(storage::MemoryStore& store, Lost lost) {
  EventBatch batch;
  std::int64_t id = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::string unit = std::to_string(i);
    const int day = i / 4 % 8;
    const bool treated = i % 2 == 1;
    const bool returning = i / 2 % 2 == 1;
    const Timestamp seen{kBegin + day * kMsPerDay + i};
    if (returning) batch.sessions.push_back(session_of(++id, unit, seen.ms - kMsPerDay, 3));
    if (treated && i / 32 % 2 == 0 && lost(day, returning)) continue;
    batch.exposures.push_back({.unit = {unit},
                               .experiment = "e",
                               .version = 1,
                               .variant = treated ? "treatment" : "control",
                               .first_seen = seen});
    batch.sessions.push_back(session_of(++id, unit, seen.ms, 2 + i % 5));
  }
  store.append(batch);
}

Report searched(const storage::MemoryStore& store) {
  return analyze(configuration({experiment("e", {"control", "treatment"})}), store, {}).at(0);
}

}  // namespace

TEST_CASE("split: a mismatch names the segment that it comes from, and since when", "[analysis]") {
  storage::MemoryStore store;
  fill_days(store, [](int day, bool returning) { return returning && day >= 3; });
  const Report report = searched(store);
  REQUIRE(report.decision.verdict == Verdict::invalid);
  REQUIRE(report.health.split);
  const SplitSearch& split = *report.health.split;
  CHECK(split.variants == std::vector<std::string>{"control", "treatment"});
  CHECK(split.parts.size() == 10);  // eight days, and who is new or returning
  const SplitPart& worst = split.parts.front();
  CHECK(worst.dimension == "history");
  CHECK(worst.level == "returning");
  CHECK(worst.contribution == Approx(1));
  CHECK(worst.observed.at(0) == 1000);
  CHECK(worst.expected.at(0) == Approx(static_cast<double>(worst.observed[0] + worst.observed[1]) / 2));
  CHECK(worst.p_value < 1e-4);
  CHECK(*worst.p_value_without == 1);
  CHECK(worst.since == Timestamp{kBegin + 3 * kMsPerDay});
  CHECK(split.since == worst.since);
  CHECK_THAT(worst.text, Contains("units of history = returning: ") &&
                             Contains("685 of 842 expected in treatment (p ") &&
                             Contains("; since 2026-01-08; all others are split as they should be (p = 1.00)"));
  const std::vector<Report> reports = {report};
  CHECK_THAT(render_table(reports, {}), Contains("Where the split is not as configured") && Contains(worst.text));
  CHECK_THAT(render_markdown(reports), Contains("**Where the split is not as configured**"));
  CHECK_THAT(render_json(report), Contains("\"p_value_without\":1.0") && Contains("\"since\":\"2026-01-08\""));
}

TEST_CASE("split: a fault of one day is that day's", "[analysis]") {
  storage::MemoryStore store;
  fill_days(store, [](int day, bool /*returning*/) { return day == 2; });
  EventBatch more;  // the same day, of the control only
  for (int i = 4000; i < 4200; ++i) {
    more.exposures.push_back({.unit = {std::to_string(i)},
                              .experiment = "e",
                              .version = 1,
                              .variant = "control",
                              .first_seen = {kBegin + 2 * kMsPerDay}});
  }
  store.append(more);
  const SplitSearch split = searched(store).health.split.value();
  CHECK(split.parts.front().dimension == "first_day");
  CHECK(split.parts.front().level == "2026-01-07");
  CHECK(*split.parts.front().p_value_without == 1);
  CHECK_FALSE(split.since);  // the days after it are as they should be
}

TEST_CASE("split: one that is as configured is not searched", "[analysis]") {
  storage::MemoryStore store;
  fill_days(store, [](int /*day*/, bool /*returning*/) { return false; });
  const Report report = searched(store);
  CHECK_FALSE(report.srm.mismatch);
  CHECK_FALSE(report.health.split);
}
