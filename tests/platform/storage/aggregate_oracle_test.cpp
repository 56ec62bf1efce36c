// SQL = in memory = brute force, on random events.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <ranges>

#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/events.h"
#include "tests/platform/storage/memory_store.h"
#include "tests/platform/storage/random_log.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

// Mean session time of each unit that counts, straight from the definition.
std::vector<double> session_times(const Log& log, const std::string& experiment, const std::string& variant) {
  int version = 1;
  for (const Exposure& one : log.exposures) {
    if (one.experiment == experiment) version = std::max(version, one.version);
  }
  std::vector<double> times;
  for (const Exposure& one : log.exposures) {
    if (one.experiment != experiment || one.version != version || one.variant != variant) continue;
    const auto is_same = [&](const Exposure& other) {
      return other.experiment == experiment && other.version == version && other.unit == one.unit;
    };
    if (std::count_if(log.exposures.begin(), log.exposures.end(), is_same) > 1) continue;
    double time = 0;
    int sessions = 0;
    for (const Session& each : log.sessions) {
      if (each.unit != one.unit || each.started < one.first_seen) continue;
      if (one.last_seen && each.started > *one.last_seen) continue;
      time += each.time;
      ++sessions;
    }
    if (sessions > 0) times.push_back(time / sessions);
  }
  return times;
}

}  // namespace

TEST_CASE("aggregate: SQL and memory agree to the last bit", "[storage]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const TemporaryDirectory directory;
    SqliteStore sql{directory / "store.db", {.access = SqliteStore::Access::write}};
    MemoryStore memory;
    for (const EventBatch& batch : random_log(seed).batches) {
      sql.append(batch);
      memory.append(batch);
    }
    for (const std::int64_t until : {0, 300, 700, 100'000}) {
      const AggregateQuery query = everything(Timestamp{until});
      const auto in_sql = sql.aggregate(query);
      const auto in_memory = memory.aggregate(query);
      REQUIRE(in_sql.size() == in_memory.size());
      for (std::size_t i = 0; i < in_sql.size(); ++i) {
        INFO("seed " << seed << ", until " << until << ", " << in_sql[i].experiment);
        CHECK(in_sql[i].variants == in_memory[i].variants);
        CHECK(in_sql[i].dimensions == in_memory[i].dimensions);
        CHECK(in_sql[i].overlaps == in_memory[i].overlaps);
        CHECK(in_sql[i].limits == in_memory[i].limits);
        CHECK(in_sql[i] == in_memory[i]);
      }
    }
    CHECK(sql.exposures() == memory.exposures());
    CHECK(sql.last_session() == memory.last_session());
    CHECK(sql.last_playback() == memory.last_playback());
  }
}

TEST_CASE("aggregate: SQL agrees with the definition", "[storage]") {
  std::size_t units = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const TemporaryDirectory directory;
    SqliteStore sql{directory / "store.db", {.access = SqliteStore::Access::write}};
    const Log log = random_log(seed);
    for (const EventBatch& batch : log.batches) sql.append(batch);
    for (const auto& experiment : sql.aggregate(query_of({}, {}))) {
      for (const VariantAggregate& variant : experiment.variants) {
        const auto times = session_times(log, experiment.experiment, variant.variant);
        const stats::Moments moments = variant.metrics[4].moments.marginal(0);
        REQUIRE(moments.n() == static_cast<std::int64_t>(times.size()));
        units += times.size();
        double mean = 0;
        for (const double time : times) mean += time / static_cast<double>(times.size());
        double m2 = 0;
        for (const double time : times) m2 += (time - mean) * (time - mean);
        // Sums of at most 40 doubles near 10.
        CHECK(moments.mean() == Approx(mean).epsilon(1e-13).margin(1e-13));
        CHECK(moments.m2() == Approx(m2).epsilon(1e-12).margin(1e-12));
      }
    }
  }
  CHECK(units > 300);
}

TEST_CASE("aggregate: the order of appends changes no bit", "[storage]") {
  const Log log = random_log(99);
  const TemporaryDirectory directory;
  SqliteStore forwards{directory / "forwards.db", {.access = SqliteStore::Access::write}};
  SqliteStore backwards{directory / "backwards.db", {.access = SqliteStore::Access::write}};
  for (const EventBatch& batch : log.batches) forwards.append(batch);
  for (EventBatch reversed : log.batches | std::views::reverse) {
    std::reverse(reversed.sessions.begin(), reversed.sessions.end());
    std::reverse(reversed.exposures.begin(), reversed.exposures.end());
    backwards.append(reversed);
  }
  const AggregateQuery query = query_of({});
  CHECK(forwards.aggregate(query) == backwards.aggregate(query));
}
