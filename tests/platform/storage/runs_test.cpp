// Runs, and what does not count because another experiment was simulated alone meanwhile, by whatever way one counts.
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <utility>
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

Run simulation(std::int64_t since, std::optional<std::string> alone) {
  return {.command = "crossfade serve --lab",
          .program = "0 (x)",
          .clock = RunClock::simulated,
          .since = {since},
          .alone = std::move(alone)};
}

// time a unit
double mean_time(const EventStore& store, const std::string& experiment) {
  return store.aggregate(query_of({experiment})).front().variants.front().metrics.front().moments.mean(0);
}

// Whole numbers alone: means are added up in another order.
std::vector<std::int64_t> counts_of(const Traffic& traffic) {
  std::vector<std::int64_t> counts;
  for (const VariantCounts& variant : traffic.variants) {
    for (const DayTraffic& day : variant.days) {
      counts.insert(counts.end(), {day.new_units, day.active_units, day.sessions, day.requests});
    }
    for (const Answers& answers : variant.answers) counts.push_back(answers.answers);
    for (const PositionTraffic& position : variant.positions) counts.push_back(position.playbacks);
  }
  return counts;
}

const std::vector<Run> kRuns{simulation(0, {}), simulation(250, "e1"), simulation(400, "e0"), simulation(550, {}),
                             simulation(700, "e0")};

}  // namespace

TEMPLATE_TEST_CASE("runs: what was recorded is read back, in order", "[storage]", STORES) {
  TestType at;
  CHECK(at.store.runs().empty());
  Run full = simulation(20, "e");
  full.configuration = "c0ffee";
  full.world = {.kind = "preset", .name = "course-2026", .seed = 7, .checksum = "0a-1", .listeners = 80};
  full.seed = 3;
  full.sessions = 100;
  full.days = 2;
  full.listeners = 40;
  const Run plain{.command = "crossfade serve", .program = "0 (x)", .clock = RunClock::real, .since = {10}};
  at.store.record_run(full);
  at.store.record_run(plain);
  CHECK(at.store.runs() == std::vector<Run>{full, plain});
}

// Two experiments of one layer were simulated one after the other, each alone. The units of the first one came back
// while the second was played, outside of their own: its lift of 60 % read 18 %.
TEMPLATE_TEST_CASE("runs: sessions of another experiment's simulation do not count", "[storage]", STORES) {
  TestType at;
  at.store.record_run(simulation(0, "b"));
  at.store.append({.sessions = {session("7", 1, 4, 2, 10, 20)}, .exposures = {exposure("7", "b", "t", 10)}});
  at.store.record_run(simulation(100, "a"));
  at.store.append({.sessions = {session("7", 2, 4, 9, 110, 120), session("8", 3, 4, 5, 110, 120)},
                   .exposures = {exposure("8", "a", "t", 110)}});
  CHECK(mean_time(at.store, "b") == 2);
  CHECK(mean_time(at.store, "a") == 5);
  const ExperimentAggregate b = at.store.aggregate(query_of({"b"})).front();
  CHECK(b.data_through == Timestamp{20});
  CHECK(b.paused == pauses_of(at.store.runs(), "b"));
  // The first one again, and then all that run.
  at.store.record_run(simulation(200, "b"));
  at.store.append({.sessions = {session("7", 4, 4, 4, 210, 220), session("8", 5, 4, 7, 210, 220)}});
  CHECK(mean_time(at.store, "b") == 6);
  CHECK(mean_time(at.store, "a") == 5);
  at.store.record_run(simulation(300, {}));
  at.store.append({.sessions = {session("7", 6, 4, 1, 310, 320), session("8", 7, 4, 2, 310, 320)}});
  CHECK(mean_time(at.store, "b") == 7);
  CHECK(mean_time(at.store, "a") == 7);
}

TEMPLATE_TEST_CASE("runs: a window that another simulation cuts short leaves the unit out", "[storage]", STORES) {
  TestType at;
  at.store.record_run(simulation(0, "e"));
  at.store.append({.sessions = {session("7", 1, 4, 2, 10, 20), session("9", 2, 4, 8, 900, 990)},
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
  at.store.record_run(simulation(400, "other"));
  CHECK(units_of_back() == 1);
}

TEST_CASE("runs: SQL and memory agree to the last bit", "[storage]") {
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
    for (const Run& run : kRuns) {
      sql.record_run(run);
      memory.record_run(run);
      INFO("seed " << seed << ", run at " << run.since.ms);
      for (const std::optional<Timestamp> until : {std::optional<Timestamp>{}, std::optional(Timestamp{600})}) {
        CHECK(sql.aggregate(everything(until)) == memory.aggregate(everything(until)));
        for (const char* const key : {"e0", "e1", "e2"}) {
          const TrafficQuery query{.experiment = key, .until = until};
          CHECK(counts_of(sql.traffic(query)) == counts_of(memory.traffic(query)));
        }
      }
    }
    changed = changed || sql.aggregate(everything({})) != whole;
  }
  CHECK(changed);
}

TEST_CASE("runs: the SELECT of a metric and the views leave out the same", "[storage]") {
  std::int64_t compared = 0;
  const TemporaryDirectory directory;
  SqliteStore store{directory / "store.db", kWrite};
  for (const EventBatch& batch : random_log(3).batches) store.append(batch);
  for (const Run& run : kRuns) store.record_run(run);
  SQLite::Database database{directory / "store.db"};
  const AggregateQuery query = everything({});
  for (const ExperimentAggregate& experiment : store.aggregate(query)) {
    REQUIRE_FALSE(experiment.paused.empty());
    for (std::size_t i = 0; i < query.metrics.size(); ++i) {
      const std::string select = store.metric_sql(query.metrics[i], {.experiment = experiment.experiment,
                                                                     .version = experiment.version,
                                                                     .until = std::nullopt,
                                                                     .limits = experiment.limits.at(i),
                                                                     .paused = experiment.paused});
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
    const UnitTable table = store.unit_tables(query_of({experiment.experiment})).front();
    double sessions = 0;
    for (std::size_t unit = 0; unit < table.units.size(); ++unit) {
      if (table.variant[unit] == UnitTable::kSeveral) continue;
      sessions += table.values[unit * table.columns + table.metrics[1].numerator];
    }
    SQLite::Statement rows{database, "SELECT COUNT(*) FROM analysed_sessions WHERE experiment = ?"};
    rows.bind(1, experiment.experiment);
    rows.executeStep();
    CHECK(rows.getColumn(0).getInt64() == static_cast<std::int64_t>(sessions));
  }
  CHECK(compared > 30);
}
