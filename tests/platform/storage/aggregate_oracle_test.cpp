// SQL = in memory = brute force, on random events.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <ranges>
#include <set>

#include "platform/core/random.h"
#include "platform/storage/memory_store.h"
#include "platform/storage/sqlite_store.h"
#include "tests/platform/storage/events.h"
#include "tests/platform/storage/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

struct Log {
  std::vector<EventBatch> batches;
  std::vector<Session> sessions;
  std::vector<Exposure> exposures;
};

Expression parsed(EventKind event, std::string_view text, ExpressionKind kind) {
  return std::get<Expression>(Expression::parse(text, fields_of(event), kind));
}

// Every type, aggregate and source of metric, with filters, windows and limits; both kinds of groupings.
AggregateQuery everything(std::optional<Timestamp> until) {
  AggregateQuery query = query_of({}, until);
  const auto number = [](EventKind event, std::string_view text) {
    return parsed(event, text, ExpressionKind::number);
  };
  const auto condition = [](EventKind event, std::string_view text) {
    return parsed(event, text, ExpressionKind::condition);
  };
  const EventAggregate playbacks{.event = EventKind::playback};
  query.metrics.push_back(
      {.name = "skip_rate",
       .type = MetricType::ratio,
       .numerator = {.event = EventKind::playback, .where = condition(EventKind::playback, "fraction < 0.3")},
       .denominator = playbacks});
  query.metrics.push_back(
      {.name = "fallbacks",
       .type = MetricType::proportion,
       .numerator = {.event = EventKind::request,
                     .where = condition(EventKind::request, "recommender != 'sticky' or propensity < 0.1"),
                     .aggregate = Aggregation::any},
       .lookback_days = 0});
  query.metrics.push_back({.name = "fraction",
                           .numerator = {.event = EventKind::playback,
                                         .aggregate = Aggregation::mean,
                                         .value = number(EventKind::playback, "fraction * 2")}});
  query.metrics.push_back({.name = "slowest",
                           .numerator = {.event = EventKind::request,
                                         .aggregate = Aggregation::max,
                                         .value = number(EventKind::request, "latency_ms")},
                           .winsorize = Winsorization{.upper_quantile = 0.8}});
  query.metrics.push_back({.name = "p90",
                           .type = MetricType::quantile,
                           .numerator = {.event = EventKind::request,
                                         .aggregate = Aggregation::sum,
                                         .value = number(EventKind::request, "latency_ms")},
                           .quantile = 0.9});
  query.metrics.push_back({.name = "back",
                           .type = MetricType::retention,
                           .numerator = {.event = EventKind::session, .aggregate = Aggregation::any},
                           .window = {.begin_ms = 100, .end_ms = 300}});
  query.metrics.push_back({.name = "bought",
                           .numerator = {.event = EventKind::custom,
                                         .name = "purchase",
                                         .aggregate = Aggregation::sum,
                                         .value = number(EventKind::custom, "value")},
                           .winsorize = Winsorization{.lower_quantile = 0.1, .upper = 5}});
  query.metrics.push_back({.name = "early",
                           .numerator = {.event = EventKind::session,
                                         .where = condition(EventKind::session, "end = 'last' and tracks > 3"),
                                         .aggregate = Aggregation::sum,
                                         .value = number(EventKind::session, "tracks - time")},
                           .window = {.begin_ms = 0, .end_ms = 200}});
  query.dimensions = {standard_dimensions().begin(), standard_dimensions().end()};
  query.overlaps = {"e1", "e2", "unknown"};
  return query;
}

// Few units, times and variants, so that every rule has its cases: two variants, two versions, sessions before the
// exposure and after its end, latencies that are missing.
Log random_log(std::uint64_t seed) {
  Random random{seed};
  Log log;
  const auto unit = [&random] {
    const auto number = random.below(40);
    return number < 30 ? std::to_string(number) : "unit-" + std::to_string(number);
  };
  for (std::int64_t id = 1; id <= 300; ++id) {
    const auto started = static_cast<std::int64_t>(random.below(1000));
    const auto tracks = static_cast<std::int32_t>(1 + random.below(20));
    log.sessions.push_back(session(unit(), id, tracks, random.uniform() * tracks, started,
                                   started + static_cast<std::int64_t>(random.below(100)),
                                   random.below(20) == 0 ? std::nullopt : std::optional(random.uniform() * 10)));
  }
  std::set<std::tuple<std::string, int, std::string, std::string>> seen;
  for (int i = 0; i < 120; ++i) {
    const auto first_seen = static_cast<std::int64_t>(random.below(800));
    auto one = exposure(unit(), "e" + std::to_string(random.below(3)), "v" + std::to_string(random.below(2)),
                        first_seen, 1 + static_cast<int>(random.below(4) == 0));
    if (random.below(3) == 0) one.last_seen = Timestamp{first_seen + static_cast<std::int64_t>(random.below(400))};
    if (seen.emplace(one.experiment, one.version, one.unit.value, one.variant).second) log.exposures.push_back(one);
  }
  for (std::size_t i = 0; i < log.sessions.size(); i += 30) {
    EventBatch batch;
    for (int j = 0; j < 60; ++j) {
      const auto position = static_cast<std::int32_t>(random.below(20));
      batch.playbacks.push_back(playback(unit(), static_cast<std::int64_t>(i) + 1, position,
                                         static_cast<std::int64_t>(random.below(1000)),
                                         random.below(20) == 0 ? std::nullopt : std::optional(random.uniform() * 10)));
      Playback& one = batch.playbacks.back();
      one.fraction = random.uniform();
      if (random.below(4) == 0) one.recommended = std::nullopt;
      if (one.recommended && random.below(3) == 0) one.recommended->recommender = random.below(2) == 0 ? "" : "random";
    }
    for (int j = 0; j < 20; ++j) {
      batch.events.push_back({.unit = {unit()},
                              .name = random.below(3) == 0 ? "visit" : "purchase",
                              .value = random.uniform() * 10,
                              .at = {static_cast<std::int64_t>(random.below(1000))}});
    }
    batch.sessions.assign(log.sessions.begin() + static_cast<std::ptrdiff_t>(i),
                          log.sessions.begin() + static_cast<std::ptrdiff_t>(i + 30));
    const std::size_t from = log.exposures.size() * i / 300;
    const std::size_t to = log.exposures.size() * (i + 30) / 300;
    batch.exposures.assign(log.exposures.begin() + static_cast<std::ptrdiff_t>(from),
                           log.exposures.begin() + static_cast<std::ptrdiff_t>(to));
    log.batches.push_back(batch);
  }
  return log;
}

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
