#include "platform/analysis/timeline.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "platform/analysis/render/render.h"
#include "platform/core/error.h"
#include "platform/core/random.h"
#include "tests/platform/analysis/fake_store.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;

namespace {

constexpr std::int64_t kStart = 100 * kMsPerDay + 5000;

// 200 units, half of them exposed on the second day; one session on each of `days`.
void fill(storage::MemoryStore& store, int days) {
  Random random{3};
  EventBatch batch;
  std::int64_t id = 0;
  for (int i = 0; i < 200; ++i) {
    const std::string unit = std::to_string(i);
    const int first = i < 100 ? 0 : 1;
    batch.exposures.push_back({.unit = {unit},
                               .experiment = "e",
                               .version = 1,
                               .variant = i % 2 == 1 ? "treatment" : "control",
                               .first_seen = {kStart + first * kMsPerDay}});
    for (int day = first; day < days; ++day) {
      const Timestamp at{kStart + day * kMsPerDay};
      batch.sessions.push_back({.id = {++id},
                                .unit = {unit},
                                .tracks = 9,
                                .time = 2 + random.uniform() + (i % 2 == 1 ? 0.5 : 0),
                                .latency_ms = std::nullopt,
                                .end = SessionEnd::last,
                                .started = at,
                                .ended = {at.ms + 1000}});
    }
  }
  store.append(batch);
}

AnalyzeOptions of(const std::string& key) {
  AnalyzeOptions options;
  options.experiments = {key};
  return options;
}

}  // namespace

TEST_CASE("timeline: each point is the report as of its time", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 5);
  store.record_look({.experiment = "e", .version = 1, .at = {7}, .units = 100, .data_through = {kStart + 1000}});
  store.record_look({.experiment = "other", .version = 1, .at = {7}, .units = 100, .data_through = {kStart + 1000}});
  const Configuration config = configuration({experiment("e", {"control", "treatment"})});
  const Timeline line = timeline(config, store, of("e"), false);
  CHECK(line.metric == "mean_time_per_session");
  CHECK(line.control == "control");
  REQUIRE(line.points.size() == 5);  // four midnights and the end
  CHECK(line.looks.size() == 1);
  CHECK(line.points[0].until.ms == 101 * kMsPerDay);
  CHECK(line.points[0].units[0].units == 50);
  CHECK(line.points[1].units[0].units == 100);
  for (const TimelinePoint& point : line.points) {
    AnalyzeOptions then = of("e");
    then.until = point.until;
    const Report report = analyze(config, store, then).at(0);
    REQUIRE(point.comparisons.size() == 1);
    CHECK(*point.comparisons[0].lift == *report.metrics.at(0).comparisons.at(0).lift);
    CHECK(point.comparisons[0].always_valid->interval == report.metrics.at(0).comparisons.at(0).always_valid->interval);
  }
  AnalyzeOptions early = of("e");
  early.until = Timestamp{103 * kMsPerDay};
  CHECK(timeline(config, store, early, false).points.size() == 3);
}

TEST_CASE("timeline: of an experiment that is INVALID no day's effect is shown, not of those that look sound alone",
          "[analysis]") {
  storage::MemoryStore store;
  fill(store, 5);
  EventBatch flood;  // of one variant, on the last day
  for (int i = 0; i < 300; ++i) {
    flood.exposures.push_back({.unit = {"late" + std::to_string(i)},
                               .experiment = "e",
                               .version = 1,
                               .variant = "treatment",
                               .first_seen = {kStart + 4 * kMsPerDay}});
  }
  store.append(flood);
  const Configuration config = configuration({experiment("e", {"control", "treatment"})});
  const Timeline line = timeline(config, store, of("e"), false);
  REQUIRE(line.points.size() == 5);
  for (const TimelinePoint& point : line.points) {
    REQUIRE(point.comparisons.size() == 1);
    CHECK_FALSE(point.comparisons[0].lift);
    CHECK(point.comparisons[0].reason == "withheld");
  }
  CHECK(timeline(config, store, of("e"), true).points.front().comparisons.at(0).lift);
}

TEST_CASE("timeline: many days are some of them, the end among them", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 60);
  const Timeline line = timeline(configuration({experiment("e", {"control", "treatment"})}), store, of("e"), false);
  REQUIRE(line.points.size() == kMostPoints);
  CHECK(line.points.back().until.ms == kStart + 59 * kMsPerDay + 1001);
  for (std::size_t i = 1; i < line.points.size(); ++i) CHECK(line.points[i - 1].until < line.points[i].until);
}

TEST_CASE("timeline: nobody seen is no points, an unknown experiment an error", "[analysis]") {
  storage::MemoryStore store;
  const Configuration config = configuration({experiment("e", {"control", "treatment"})});
  const Timeline line = timeline(config, store, of("e"), false);
  CHECK(line.points.empty());
  CHECK(nlohmann::json::parse(render_json(line))["points"].empty());
  CHECK_THROWS_AS(timeline(config, store, of("f"), false), Error);
}

TEST_CASE("timeline: JSON has the report's words", "[analysis]") {
  storage::MemoryStore store;
  fill(store, 2);
  const Configuration config = configuration({experiment("e", {"control", "treatment"})});
  const auto json = nlohmann::json::parse(render_json(timeline(config, store, of("e"), false)));
  auto report = nlohmann::json::parse(render_json(analyze(config, store, of("e")).at(0)));
  report["metrics"][0]["comparisons"][0].erase("deciding");  // a point in time decides nothing
  CHECK(json["points"].back()["comparisons"] == report["metrics"][0]["comparisons"]);
  CHECK(json["points"].back()["units"] == report["units"]);
  CHECK(json["points"][0]["until"] == "1970-04-12T00:00:00.000Z");
}
