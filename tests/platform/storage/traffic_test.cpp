// What went on in an experiment: SQL = brute force, on random events and on some that can be counted by hand.
#include <catch2/catch.hpp>

#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/events.h"
#include "tests/platform/storage/memory_store.h"
#include "tests/platform/storage/random_log.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

constexpr std::int64_t kDay = kMsPerDay;

// random_log's times are milliseconds: as hours, they fill days.
EventBatch slower(EventBatch batch) {
  constexpr std::int64_t kHour = 3'600'000;
  for (Playback& one : batch.playbacks) one.at.ms *= kHour;
  for (Session& one : batch.sessions) {
    one.started.ms *= kHour;
    one.ended.ms *= kHour;
  }
  for (Exposure& one : batch.exposures) {
    one.first_seen.ms *= kHour;
    if (one.last_seen) one.last_seen->ms *= kHour;
  }
  return batch;
}

// Sums of the same numbers in another order.
void check_alike(const stats::Moments& a, const stats::Moments& b) {
  CHECK(a.n() == b.n());
  CHECK(a.mean() == Approx(b.mean()).epsilon(1e-12));
  CHECK(a.m2() == Approx(b.m2()).epsilon(1e-11).margin(1e-11));
}

void check_alike(const VariantCounts& a, const VariantCounts& b) {
  CHECK(a.variant == b.variant);
  CHECK(a.answers == b.answers);
  REQUIRE(a.days.size() == b.days.size());
  for (std::size_t i = 0; i < a.days.size(); ++i) {
    DayTraffic day = a.days[i];
    check_alike(day.latency_ms, b.days[i].latency_ms);
    day.latency_ms = b.days[i].latency_ms;
    CHECK(day == b.days[i]);
  }
  REQUIRE(a.positions.size() == b.positions.size());
  for (std::size_t i = 0; i < a.positions.size(); ++i) {
    CHECK(a.positions[i].playbacks == b.positions[i].playbacks);
    for (std::size_t j = 0; j < 4; ++j) {
      check_alike(a.positions[i].units.marginal(j), b.positions[i].units.marginal(j));
    }
    CHECK(a.positions[i].units.c2(0, 1) == Approx(b.positions[i].units.c2(0, 1)).margin(1e-11));
  }
}

}  // namespace

TEST_CASE("traffic: SQL and brute force agree", "[storage]") {
  std::int64_t requests = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const TemporaryDirectory directory;
    SqliteStore sql{directory / "store.db", {.access = SqliteStore::Access::write}};
    MemoryStore memory;
    for (const EventBatch& batch : random_log(seed).batches) {
      sql.append(slower(batch));
      memory.append(slower(batch));
    }
    for (const std::int64_t until : {0, 20, 40, 1000}) {
      for (const char* experiment : {"e0", "e1", "e2", "unknown"}) {
        INFO("seed " << seed << ", until day " << until << ", " << experiment);
        const TrafficQuery query{
            .experiment = experiment, .until = Timestamp{until * kDay}, .overridden = some_units()};
        const Traffic in_sql = sql.traffic(query);
        const Traffic in_memory = memory.traffic(query);
        CHECK(in_sql.version == in_memory.version);
        REQUIRE(in_sql.variants.size() == in_memory.variants.size());
        for (std::size_t i = 0; i < in_sql.variants.size(); ++i) {
          check_alike(in_sql.variants[i], in_memory.variants[i]);
          for (const DayTraffic& day : in_sql.variants[i].days) requests += day.requests;
        }
      }
    }
  }
  CHECK(requests > 1000);
}

// A log in microseconds made 20 million days of 100 bytes each, in every variant: 10 GB, and std::bad_alloc.
TEST_CASE("traffic: a time that is no listener's makes no days", "[storage]") {
  const TemporaryDirectory directory;
  SqliteStore store{directory / "store.db", {.access = SqliteStore::Access::write}};
  constexpr std::int64_t microseconds = 1'700'000'000'000'000;
  store.append(
      {.playbacks = {playback("1", 1, 0, microseconds, 2.0)},
       .sessions = {session("1", 1, 2, 0.55, 100, 2000), session("1", 2, 2, 1, microseconds, microseconds + 1)},
       .exposures = {exposure("1", "e", "a", 100), exposure("2", "e", "a", microseconds)}});
  const Traffic traffic = store.traffic({.experiment = "e", .until = std::nullopt});
  REQUIRE(traffic.variants.size() == 1);
  CHECK(traffic.variants[0].days.size() == 1);
  CHECK(traffic.variants[0].days[0].sessions == 1);
}

TEST_CASE("traffic: a few events, counted by hand", "[storage]") {
  const TemporaryDirectory directory;
  SqliteStore store{directory / "store.db", {.access = SqliteStore::Access::write}};
  EventBatch batch;
  batch.exposures = {exposure("1", "e", "a", 100), exposure("2", "e", "a", kDay + 100), exposure("3", "e", "a", 100),
                     exposure("3", "e", "b", 200)};
  batch.playbacks = {playback("1", 1, 0, 50),         // before the exposure
                     playback("1", 1, 0, 100, 2.0),   // heard half
                     playback("1", 1, 1, 2000, 4.0),  // skipped
                     playback("2", 2, 0, 2 * kDay, std::nullopt),
                     playback("2", 2, 1, 2 * kDay + 1),  // the last one: no request
                     playback("3", 3, 0, 300)};          // seen in two variants
  batch.playbacks[2].fraction = 0.05;
  batch.playbacks[2].recommended->recommender = "random";
  batch.playbacks[4].recommended = std::nullopt;
  batch.sessions = {session("1", 1, 2, 0.55, 100, 2000), session("2", 2, 2, 1, 2 * kDay, 2 * kDay + 1),
                    session("3", 3, 1, 0.5, 300, 300)};
  store.append(batch);
  const Traffic traffic = store.traffic({.experiment = "e", .until = std::nullopt});
  REQUIRE(traffic.variants.size() == 2);
  const VariantCounts& a = traffic.variants[0];
  REQUIRE(a.days.size() == 3);
  const auto counts = [](const DayTraffic& day) {
    return std::vector{day.new_units, day.active_units, day.sessions, day.requests, day.latency_ms.n()};
  };
  CHECK(counts(a.days[0]) == std::vector<std::int64_t>{1, 1, 1, 2, 2});
  CHECK(counts(a.days[1]) == std::vector<std::int64_t>{1, 0, 0, 0, 0});
  CHECK(counts(a.days[2]) == std::vector<std::int64_t>{0, 1, 1, 1, 0});
  CHECK(a.days[0].latency_ms.mean() == 3);
  CHECK(a.days[0].latency_p95_ms == 4);
  CHECK(a.days[2].day.ms == 2 * kDay);
  CHECK(a.answers == std::vector<Answers>{{"sticky", 2}, {"random", 1}});
  REQUIRE(a.positions.size() == 2);
  CHECK(a.positions[1].playbacks == 2);
  CHECK(a.positions[1].units.n() == 2);
  CHECK(a.positions[1].units.mean(0) == 0.5);    // one of two units skipped it
  CHECK(a.positions[1].units.mean(2) == 0.275);  // (.05 + .5) / 2
  const VariantCounts& b = traffic.variants[1];
  CHECK(b.days.size() == 3);
  CHECK(b.answers.empty());
  CHECK(b.positions.at(0).units.n() == 0);
}
