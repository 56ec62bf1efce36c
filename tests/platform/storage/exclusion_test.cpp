// What is excluded is left out of every analysis, by whatever way, and counts again when that is undone.
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

#include "platform/core/error.h"
#include "platform/storage/contract/unit_table.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/events.h"
#include "tests/platform/storage/memory_store.h"
#include "tests/platform/storage/random_log.h"
#include "tests/platform/storage/steps.h"
#include "tests/platform/storage/stores.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

Exclusion of(ExclusionKind kind, std::int64_t number) {
  return {.kind = kind, .number = number, .unit = {}, .why = "a test", .at = {5}, .undone = {}};
}

Exclusion of_unit(const std::string& unit) {
  return {.kind = ExclusionKind::unit, .unit = {unit}, .why = "", .at = {6}, .undone = {}};
}

// Some of each kind; not every random log has what they name.
std::vector<std::vector<Exclusion>> cases() {
  using enum ExclusionKind;
  return {{of(session, 3), of(session, 40), of(session, 200)},
          {of(event, 1), of(event, 17)},
          {of_unit("7"), of_unit("unit-33")},
          {of(before, 250)},
          {of(after, 700)},
          {of(before, 100), of(before, 200), of(after, 900), of_unit("8"), of(session, 5), of(event, 30)}};
}

// But for what is summed in another order.
Traffic integers_of(Traffic traffic) {
  for (VariantCounts& variant : traffic.variants) {
    for (DayTraffic& day : variant.days) day.latency_ms = {};
    for (PositionTraffic& position : variant.positions) position.units = {};
  }
  return traffic;
}

}  // namespace

TEMPLATE_TEST_CASE("exclusions: they are listed with when and why, and undone ones too", "[storage]", STORES) {
  TestType at;
  at.store.append({.sessions = {session("07", 3, 1, 1, 10, 20)}, .exposures = {exposure("07", "e", "a", 10)}});
  CHECK(at.store.exclusions().empty());
  const std::int64_t first = at.store.exclude(of_unit("07"));
  const std::int64_t second = at.store.exclude(of(ExclusionKind::before, 7));
  at.store.undo_exclusion(first, {9});
  Exclusion undone = of_unit("07");
  undone.id = first;
  undone.undone = Timestamp{9};
  Exclusion stands = of(ExclusionKind::before, 7);
  stands.id = second;
  CHECK(at.store.exclusions() == std::vector{undone, stands});
}

TEST_CASE("exclusions: what there is none of cannot be excluded", "[storage]") {
  InSqlite at;
  at.store.append({.sessions = {session("7", 3, 1, 1, 10, 20)}});
  CHECK_THROWS_WITH(at.store.exclude(of_unit("07")), Catch::EndsWith("store.db: has no unit 07"));
  CHECK_THROWS_WITH(at.store.exclude(of(ExclusionKind::session, 4)), Catch::EndsWith("store.db: has no session 4"));
  CHECK_THROWS_WITH(at.store.exclude(of(ExclusionKind::event, 1)), Catch::EndsWith("store.db: has no event 1"));
  const std::int64_t id = at.store.exclude(of_unit("7"));
  at.store.undo_exclusion(id, {1});
  CHECK_THROWS_AS(at.store.undo_exclusion(id, {1}), Error);
  CHECK_THROWS_AS(at.store.undo_exclusion(77, {1}), Error);
}

TEST_CASE("exclusions: SQL and memory agree to the last bit, and undone ones leave no trace", "[storage]") {
  const std::vector<std::vector<Exclusion>> all = cases();
  std::vector<bool> changed(all.size());
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const TemporaryDirectory directory;
    SqliteStore sql{directory / "store.db", {.access = SqliteStore::Access::write}};
    MemoryStore memory;
    for (const EventBatch& batch : random_log(seed).batches) {
      sql.append(batch);
      memory.append(batch);
    }
    const AggregateQuery query = everything({});
    const auto whole = sql.aggregate(query);
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::vector<std::int64_t> ids;
      for (const Exclusion& one : all[i]) {
        ids.push_back(sql.exclude(one));
        memory.exclude(one);
      }
      INFO("seed " << seed << ", exclusion " << ids.front());
      for (const std::optional<Timestamp> until : {std::optional<Timestamp>{}, std::optional(Timestamp{600})}) {
        CHECK(sql.aggregate(everything(until)) == memory.aggregate(everything(until)));
        const TrafficQuery traffic{.experiment = "e1", .until = until};
        CHECK(integers_of(sql.traffic(traffic)) == integers_of(memory.traffic(traffic)));
      }
      changed[i] = changed[i] || sql.aggregate(query) != whole;
      for (const std::int64_t id : ids) {
        sql.undo_exclusion(id, {9});
        memory.undo_exclusion(id, {9});
      }
      CHECK(sql.aggregate(query) == whole);
    }
  }
  CHECK(std::ranges::find(changed, false) == changed.end());  // each leaves something out of some log
}

TEST_CASE("exclusions: the SELECT of a metric and the views leave out the same", "[storage]") {
  std::int64_t compared = 0;
  for (const std::vector<Exclusion>& exclusions : cases()) {
    const TemporaryDirectory directory;
    SqliteStore store{directory / "store.db", {.access = SqliteStore::Access::write}};
    for (const EventBatch& batch : random_log(3).batches) store.append(batch);
    for (const Exclusion& one : exclusions) store.exclude(one);
    SQLite::Database database{directory / "store.db"};
    AggregateQuery query = everything({});
    for (const ExperimentAggregate& experiment : store.aggregate(query)) {
      for (std::size_t i = 0; i < query.metrics.size(); ++i) {
        const std::string select = store.metric_sql(
            query.metrics[i], {.experiment = experiment.experiment,
                               .version = experiment.version,
                               .until = std::nullopt,
                               .limits = experiment.limits.empty() ? MetricLimits{} : experiment.limits[i]});
        SQLite::Statement rows{database, select};
        while (rows.executeStep()) {
          const auto variant =
              std::ranges::find(experiment.variants, rows.getColumn(0).getString(), &VariantAggregate::variant);
          REQUIRE(variant != experiment.variants.end());
          const MetricAggregate& metric = variant->metrics[i];
          INFO(select);
          CHECK(rows.getColumn(1).getInt64() ==
                (metric.events.empty() ? metric.moments.n() : static_cast<std::int64_t>(metric.events.size())));
          ++compared;
        }
      }
      SQLite::Statement units{database, "SELECT COUNT(*) FROM analysed_units WHERE experiment = ?"};
      units.bind(1, experiment.experiment);
      units.executeStep();
      std::int64_t want = 0;
      for (const VariantAggregate& variant : experiment.variants) want += variant.units;
      CHECK(units.getColumn(0).getInt64() == want);
      SQLite::Statement sessions{database, "SELECT COUNT(*) FROM analysed_sessions WHERE experiment = ?"};
      sessions.bind(1, experiment.experiment);
      sessions.executeStep();
      const UnitTable table = store.unit_tables(query_of({experiment.experiment})).front();
      double counted = 0;
      for (std::size_t unit = 0; unit < table.units.size(); ++unit) {
        if (table.variant[unit] == UnitTable::kSeveral) continue;
        counted += table.values[unit * table.columns + table.metrics[1].numerator];  // of `sessions`
      }
      CHECK(sessions.getColumn(0).getInt64() == static_cast<std::int64_t>(counted));
    }
  }
  CHECK(compared > 100);
}

// Once the latest version was looked for anew for each row, past all rows that are excluded: 10 s for 17 000 exposures.
TEST_CASE("exclusions: a version that is wholly excluded is not passed over for each unit", "[storage]") {
  const TemporaryDirectory directory;
  SqliteStore store{directory / "store.db", {.access = SqliteStore::Access::write}};
  constexpr int kUnits = 1000;
  EventBatch batch;
  for (int unit = 0; unit < kUnits; ++unit) {
    for (const int version : {1, 2}) {
      batch.exposures.push_back(exposure(std::to_string(unit), "e", "a", version, version));
    }
  }
  store.append(batch);
  store.exclude(of(ExclusionKind::after, 2));
  CHECK(steps_of(directory / "store.db", "SELECT * FROM analysed_units") < 300 * kUnits);
  SQLite::Database database{directory / "store.db"};
  CHECK(database.execAndGet("SELECT COUNT(*) FROM analysed_units WHERE version = 1").getInt() == kUnits);
}

TEST_CASE("exclusions: a store of schema 2 is analysed as it is, and has them when something is excluded",
          "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  {
    SqliteStore store{file, {.access = SqliteStore::Access::write}};
    store.append({.sessions = {session("7", 3, 1, 1, 10, 20)}, .exposures = {exposure("7", "e", "a", 10)}});
  }
  const auto ask = [&](const std::string& sql) { return SQLite::Database{file}.execAndGet(sql).getInt(); };
  SQLite::Database{file, SQLite::OPEN_READWRITE}.exec(
      "DROP VIEW analysed_sessions; DROP VIEW analysed_units; DROP TABLE experiment_ends; DROP TABLE exclusions; "
      "DROP TABLE open_playbacks; ALTER TABLE recovery DROP COLUMN listed; "
      "DROP TABLE planned_sizes; DROP TABLE calls; DROP TABLE runs; DROP TABLE configuration_files; DROP TABLE "
      "logged_ids; PRAGMA "
      "user_version = 2;"
      "CREATE VIEW analysed_units AS\n"
      "SELECT experiment, version, unit, MIN(variant) AS variant, MIN(first_seen_ms) AS first_seen_ms,\n"
      "       MAX(last_seen_ms) AS last_seen_ms\nFROM exposures\n"
      "WHERE version = (SELECT MAX(latest.version) FROM exposures AS latest WHERE latest.experiment = "
      "exposures.experiment)\nGROUP BY experiment, version, unit\nHAVING COUNT(*) = 1;"
      "CREATE VIEW analysed_sessions AS\nSELECT experiment, version, variant, sessions.*\n"
      "FROM sessions CROSS JOIN analysed_units USING (unit)\n"
      "WHERE started_ms >= first_seen_ms AND (last_seen_ms IS NULL OR started_ms <= last_seen_ms)");
  SqliteStore reader{file, {}};
  CHECK(reader.exclusions().empty());
  CHECK(reader.aggregate(query_of({"e"})).front().variants.front().units == 1);
  reader.exclude(of(ExclusionKind::session, 3));
  CHECK(ask("SELECT user_version FROM pragma_user_version") == 9);
  CHECK(ask("SELECT COUNT(*) FROM analysed_sessions") == 0);
  CHECK(ask("SELECT COUNT(*) FROM analysed_units") == 1);
}
