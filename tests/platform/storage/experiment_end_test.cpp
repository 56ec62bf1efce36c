// What happens after a version of an experiment has ended does not count for it, by whatever way one counts.
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/events.h"
#include "tests/platform/storage/memory_store.h"
#include "tests/platform/storage/random_log.h"
#include "tests/platform/storage/stores.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

const SqliteStore::Options kWrite{.access = SqliteStore::Access::write};

// The mean of the first metric of query_of: time a unit.
double mean_time(const EventStore& store, const std::string& experiment) {
  return store.aggregate(query_of({experiment})).front().variants.front().metrics.front().moments.mean(0);
}

std::int64_t count(SQLite::Database& database, const std::string& view, const std::string& experiment) {
  SQLite::Statement rows{database, "SELECT COUNT(*) FROM " + view + " WHERE experiment = ?"};
  rows.bind(1, experiment);
  rows.executeStep();
  return rows.getColumn(0).getInt64();
}

}  // namespace

TEMPLATE_TEST_CASE("experiment ends: what begins later does not count, nor who comes later", "[storage]", STORES) {
  TestType at;
  at.store.append({.sessions = {session("7", 1, 4, 2, 10, 20), session("7", 2, 4, 8, 50, 60)},
                   .exposures = {exposure("7", "e", "a", 10), exposure("7", "other", "a", 10)}});
  CHECK(mean_time(at.store, "e") == 10);
  at.store.end_experiments({{.experiment = "e", .version = 1, .at = {40}}});
  CHECK(mean_time(at.store, "e") == 2);
  CHECK(mean_time(at.store, "other") == 10);
  // Whoever is logged late: a request that was under way, a second server.
  at.store.append({.sessions = {session("8", 3, 4, 3, 70, 80)}, .exposures = {exposure("8", "e", "a", 70)}});
  const ExperimentAggregate answer = at.store.aggregate(query_of({"e"})).front();
  CHECK(answer.variants.front().units == 1);
  CHECK(answer.ended == Timestamp{40});
  CHECK(answer.data_through == Timestamp{20});
  CHECK(at.store.aggregate(query_of({"other"})).front().ended == std::nullopt);
}

TEMPLATE_TEST_CASE("experiment ends: the earliest end of a version stands", "[storage]", STORES) {
  TestType at;
  const ExperimentEnd first{.experiment = "e", .version = 1, .at = {40}};
  at.store.end_experiments({first});
  at.store.end_experiments(
      {{.experiment = "e", .version = 1, .at = {90}}, {.experiment = "d", .version = 3, .at = {5}}});
  CHECK(at.store.experiment_ends() == std::vector<ExperimentEnd>{{.experiment = "d", .version = 3, .at = {5}}, first});
}

TEMPLATE_TEST_CASE("experiment ends: a metric whose window was open then leaves the unit out", "[storage]", STORES) {
  TestType at;
  at.store.append({.sessions = {session("7", 1, 4, 2, 10, 20), session("7", 2, 4, 8, 500, 600)},
                   .exposures = {exposure("7", "e", "a", 10), exposure("8", "e", "a", 200)}});
  AggregateQuery query = query_of({"e"});
  query.metrics.push_back({.name = "back",
                           .type = MetricType::retention,
                           .numerator = {.event = EventKind::session, .aggregate = Aggregation::any},
                           .window = {.begin_ms = 100, .end_ms = 300}});
  const auto units_of_back = [&] {
    return at.store.aggregate(query).front().variants.front().metrics.back().moments.n();
  };
  CHECK(units_of_back() == 2);
  at.store.end_experiments({{.experiment = "e", .version = 1, .at = {400}}});
  CHECK(units_of_back() == 1);
}

// Version 1's treated time was taken for history: a true +10 % in both versions read +0.16 [0.01, 0.30] after CUPED.
TEMPLATE_TEST_CASE("aggregate: history lies before the first exposure in any version", "[storage]", STORES) {
  constexpr std::int64_t kDay = kMsPerDay;
  TestType at;
  at.store.append(
      {.sessions = {session("1", 1, 4, 2, 18 * kDay, 18 * kDay + 10), session("1", 2, 4, 8, 21 * kDay, 21 * kDay + 10),
                    session("1", 3, 4, 1, 31 * kDay, 31 * kDay + 10), session("2", 4, 4, 3, 21 * kDay, 21 * kDay + 10)},
       .exposures = {exposure("1", "e", "a", 20 * kDay), exposure("1", "e", "a", 30 * kDay, 2),
                     exposure("2", "e", "a", 30 * kDay, 2)}});
  const UnitTable table = at.store.unit_tables(query_of({"e"})).front();
  REQUIRE(table.version == 2);
  REQUIRE(table.units.size() == 2);
  const std::size_t before = table.metrics.front().numerator_before;
  CHECK(table.value(0, table.metrics.front().numerator) == 1);
  CHECK(table.value(0, before) == 2);  // day 18, in the 14 days before day 20; day 21 was treated
  CHECK(table.value(1, before) == 3);
}

TEMPLATE_TEST_CASE("store: units are those that were exposed or have played, each once", "[storage]", STORES) {
  TestType at;
  at.store.append({.playbacks = {playback("5", 9, 0, 10)},
                   .sessions = {session("7", 1, 1, 1, 0, 10), session("8", 2, 1, 1, 0, 10)},
                   .exposures = {exposure("7", "e", "a", 10), exposure("7", "f", "a", 30), exposure("7", "g", "a", 20),
                                 exposure("x", "e", "a", 10), exposure("x", "f", "a", 20)}});
  Exposure known = exposure("7", "h", "a", 15);
  known.attributes = R"({"country":"SE"})";
  Exposure former = exposure("7", "i", "a", 5);
  former.attributes = R"({"country":"NO"})";
  at.store.append({.exposures = {known, former}});
  std::map<UnitId, std::string> units;
  at.store.visit_units(
      [&](const UnitId& unit, const std::string& attributes) { CHECK(units.emplace(unit, attributes).second); });
  CHECK(units == std::map<UnitId, std::string>{{{"7"}, known.attributes}, {{"8"}, ""}, {{"x"}, ""}});
}

TEST_CASE("experiment ends: SQL and memory agree to the last bit", "[storage]") {
  bool changed = false;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const TemporaryDirectory directory;
    SqliteStore sql{directory / "store.db", kWrite};
    MemoryStore memory;
    for (const EventBatch& batch : random_log(seed).batches) {
      sql.append(batch);
      memory.append(batch);
    }
    const auto whole = sql.aggregate(everything({}));
    for (const std::int64_t end : {700, 300}) {
      const std::vector<ExperimentEnd> ends{{.experiment = end == 700 ? "e1" : "e2", .version = 2, .at = {end}},
                                            {.experiment = end == 700 ? "e0" : "e2", .version = 1, .at = {end}}};
      sql.end_experiments(ends);
      memory.end_experiments(ends);
      INFO("seed " << seed << ", end " << end);
      for (const std::optional<Timestamp> until : {std::optional<Timestamp>{}, std::optional(Timestamp{600})}) {
        CHECK(sql.aggregate(everything(until)) == memory.aggregate(everything(until)));
      }
    }
    changed = changed || sql.aggregate(everything({})) != whole;
  }
  CHECK(changed);
}

TEST_CASE("experiment ends: the SELECT of a metric and the views leave out the same", "[storage]") {
  std::int64_t compared = 0;
  const TemporaryDirectory directory;
  SqliteStore store{directory / "store.db", kWrite};
  for (const EventBatch& batch : random_log(3).batches) store.append(batch);
  store.end_experiments({{.experiment = "e0", .version = 1, .at = {400}},
                         {.experiment = "e0", .version = 2, .at = {500}},
                         {.experiment = "e1", .version = 2, .at = {300}}});
  SQLite::Database database{directory / "store.db"};
  const AggregateQuery query = everything({});
  for (const ExperimentAggregate& experiment : store.aggregate(query)) {
    for (std::size_t i = 0; i < query.metrics.size(); ++i) {
      const std::string select = store.metric_sql(query.metrics[i], {.experiment = experiment.experiment,
                                                                     .version = experiment.version,
                                                                     .until = std::nullopt,
                                                                     .limits = experiment.limits.at(i),
                                                                     .ended = experiment.ended});
      SQLite::Statement rows{database, select};
      while (rows.executeStep()) {
        const auto variant =
            std::ranges::find(experiment.variants, rows.getColumn(0).getString(), &VariantAggregate::variant);
        REQUIRE(variant != experiment.variants.end());
        const MetricAggregate& metric = variant->metrics[i];
        INFO(select);
        CHECK(rows.getColumn(1).getInt64() ==
              (metric.events.empty() ? metric.moments.n() : static_cast<std::int64_t>(metric.events.size())));
        if (metric.events.empty() && !query.metrics[i].denominator && !query.metrics[i].winsorize) {
          CHECK(rows.getColumn(2).getDouble() == Approx(metric.moments.mean(0)));
        }
        ++compared;
      }
    }
    std::int64_t units = 0;
    for (const VariantAggregate& variant : experiment.variants) units += variant.units;
    CHECK(count(database, "analysed_units", experiment.experiment) == units);
    const UnitTable table = store.unit_tables(query_of({experiment.experiment})).front();
    double sessions = 0;
    for (std::size_t unit = 0; unit < table.units.size(); ++unit) {
      if (table.variant[unit] == UnitTable::kSeveral) continue;
      sessions += table.values[unit * table.columns + table.metrics[1].numerator];
    }
    CHECK(count(database, "analysed_sessions", experiment.experiment) == static_cast<std::int64_t>(sessions));
  }
  CHECK(compared > 30);
}
