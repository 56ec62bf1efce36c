// What every EventStore promises, on each of them.
#include <catch2/catch.hpp>
#include <thread>

#include "platform/core/error.h"
#include "platform/storage/contract/unit_table.h"
#include "tests/platform/storage/events.h"
#include "tests/platform/storage/stores.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

std::vector<ExperimentAggregate> ask(const EventStore& store, std::vector<std::string> experiments = {},
                                     std::optional<Timestamp> until = {}) {
  return store.aggregate(query_of(std::move(experiments), until));
}

stats::Moments time_of(const ExperimentAggregate& experiment, std::size_t variant) {
  return experiment.variants.at(variant).metrics.at(0).moments.marginal(0);
}

}  // namespace

TEMPLATE_TEST_CASE("store: an empty one knows nothing", "[storage]", STORES) {
  TestType at;
  CHECK(at.store.exposures().empty());
  CHECK(at.store.open_sessions().empty());
  CHECK(at.store.last_session() == SessionId{0});
  CHECK(at.store.last_playback() == std::nullopt);
  CHECK(at.store.configurations().empty());
  CHECK(ask(at.store).empty());
  const auto asked = ask(at.store, {"unknown"});
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].experiment == "unknown");
  CHECK(asked[0].variants.empty());
}

TEMPLATE_TEST_CASE("store: an exposure keeps the time when it was first seen", "[storage]", STORES) {
  TestType at;
  at.store.append({.exposures = {exposure("7", "e", "control", 100)}});
  at.store.append({.exposures = {exposure("7", "e", "control", 200), exposure("7", "e", "treatment", 300),
                                 exposure("7", "e", "control", 400, 2)}});
  CHECK(at.store.exposures() == std::vector{exposure("7", "e", "control", 100), exposure("7", "e", "treatment", 300),
                                            exposure("7", "e", "control", 400, 2)});
}

TEMPLATE_TEST_CASE("store: a unit table says when each of its units was first seen", "[storage]", STORES) {
  TestType at;
  at.store.append({.exposures = {exposure("8", "e", "control", 100), exposure("7", "e", "treatment", 300)}});
  at.store.append({.exposures = {exposure("7", "e", "treatment", 400)}});
  const UnitTable table = at.store.unit_tables(query_of({"e"})).front();
  CHECK(table.units == std::vector<UnitId>{{"7"}, {"8"}});
  CHECK(table.first_seen == std::vector<Timestamp>{{300}, {100}});
}

TEMPLATE_TEST_CASE("store: a later last_seen extends an exposure, none opens it again", "[storage]", STORES) {
  TestType at;
  at.store.append({.exposures = {exposure("7", "e", "control", 100, 1, Timestamp{200})}});
  at.store.append({.exposures = {exposure("7", "e", "control", 150, 1, Timestamp{180})}});
  CHECK(at.store.exposures()[0].last_seen == Timestamp{200});
  at.store.append({.exposures = {exposure("7", "e", "control", 150, 1, Timestamp{250})}});
  CHECK(at.store.exposures()[0].last_seen == Timestamp{250});
  at.store.append({.exposures = {exposure("7", "e", "control", 300)}});
  CHECK(at.store.exposures() == std::vector{exposure("7", "e", "control", 100)});
  at.store.append({.exposures = {exposure("7", "e", "control", 300, 1, Timestamp{400})}});
  CHECK(at.store.exposures() == std::vector{exposure("7", "e", "control", 100)});
}

TEMPLATE_TEST_CASE("store: units are the same when their texts are", "[storage]", STORES) {
  TestType at;
  const std::vector<std::string> units{"",
                                       "-0",
                                       "-1",
                                       "-9223372036854775808",
                                       "+7",
                                       "007",
                                       "07",
                                       "7",
                                       "7.0",
                                       "9223372036854775807",
                                       "9223372036854775808",
                                       "0",
                                       " 7",
                                       "listener",
                                       "\xc3\xa9",
                                       std::string("a\0b", 3)};
  EventBatch batch;
  for (std::size_t i = 0; i < units.size(); ++i) {
    const auto id = static_cast<std::int64_t>(i) + 1;
    batch.exposures.push_back(exposure(units[i], "e", "control", 0));
    batch.playbacks.push_back(playback(units[i], id, 0, 10));
    if (i % 2 == 0) batch.sessions.push_back(session(units[i], id, 1, 1, 10, 10));
  }
  at.store.append(batch);
  auto sorted = units;
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::string> found;
  for (const Exposure& seen : at.store.exposures()) found.push_back(seen.unit.value);
  CHECK(found == sorted);
  const auto open = at.store.open_sessions();
  REQUIRE(open.size() == units.size() / 2);
  for (std::size_t i = 0; i < open.size(); ++i) CHECK(open[i].unit.value == units[2 * i + 1]);
  const auto answer = ask(at.store).at(0);
  CHECK(answer.variants.at(0).units == static_cast<std::int64_t>(units.size()));
  CHECK(time_of(answer, 0).mean() == Approx(0.5));
}

TEMPLATE_TEST_CASE("store: an open session is found with all that was heard", "[storage]", STORES) {
  TestType at;
  at.store.append({.playbacks = {playback("7", 1, 0, 100), playback("8", 2, 0, 100)}});
  at.store.append({.playbacks = {playback("7", 1, 1, 250), playback("9", 3, 0, 200, std::nullopt)}});
  at.store.append({.playbacks = {playback("8", 2, 1, 300)}, .sessions = {session("8", 2, 2, 1, 100, 300)}});
  at.store.append({.playbacks = {playback("9", 3, 1, 260)}});
  const auto open = at.store.open_sessions();
  REQUIRE(open.size() == 2);
  CHECK(open[0] == OpenSession{.unit = {"7"},
                               .id = {1},
                               .started = {100},
                               .last_playback = {250},
                               .heard = {{{10}, 0.5, {100}}, {{11}, 0.5, {250}}},
                               .time = 1.0,
                               .latency_ms = 2.0});
  CHECK(open[1].id == SessionId{3});
  CHECK(open[1].latency_ms == std::nullopt);
  CHECK(at.store.last_session() == SessionId{3});
  CHECK(at.store.last_playback() == Timestamp{300});
}

TEMPLATE_TEST_CASE("store: a session ends once", "[storage]", STORES) {
  TestType at;
  at.store.append({.sessions = {session("7", 5, 1, 1, 0, 10)}});
  const EventBatch twice{.playbacks = {playback("8", 6, 0, 20)}, .sessions = {session("7", 5, 1, 1, 0, 10)}};
  CHECK_THROWS_AS(at.store.append(twice), Error);
  // Nothing of the batch that failed is there, and the store goes on.
  CHECK(at.store.last_session() == SessionId{5});
  CHECK(at.store.open_sessions().empty());
  at.store.append({.playbacks = {playback("8", 6, 0, 20)}});
  CHECK(at.store.open_sessions().size() == 1);
}

TEMPLATE_TEST_CASE("store: a configuration is recorded when it differs from the latest", "[storage]", STORES) {
  TestType at;
  const StoredConfiguration a{.checksum = "aa", .text = "version: 1\n", .since = {1}};
  const StoredConfiguration again{.checksum = "aa", .text = "version: 1\n", .since = {2}};
  const StoredConfiguration b{.checksum = "bb", .text = "version: 1 # b\n", .since = {3}};
  const StoredConfiguration back{.checksum = "aa", .text = "version: 1\n", .since = {4}};
  for (const auto& one : {a, again, b, back}) at.store.record_configuration(one);
  CHECK(at.store.configurations() == std::vector{a, b, back});
}

TEMPLATE_TEST_CASE("store: a configuration is another one when its files are", "[storage]", STORES) {
  TestType at;
  StoredConfiguration a{.checksum = "aa", .text = "version: 1\n", .since = {1}};
  a.files = {{.recommender = "lists", .file = "l.jsonl", .checksum = "0a-1"},
             {.recommender = "similar", .file = "l.jsonl", .checksum = "0a-1"}};
  StoredConfiguration again = a;
  again.since = {2};
  StoredConfiguration trained = again;
  trained.files[1].checksum = "0b-1";
  for (const auto& one : {a, again, trained, trained}) at.store.record_configuration(one);
  CHECK(at.store.configurations() == std::vector{a, trained});
}

TEMPLATE_TEST_CASE("aggregate: totals of ended sessions, then moments over units", "[storage]", STORES) {
  TestType at;
  at.store.append(
      {.sessions = {session("1", 1, 4, 2.0, 10, 20, 8.0), session("1", 2, 2, 1.0, 30, 40, 1.0),
                    session("2", 3, 3, 0.5, 15, 25, 3.0)},
       .exposures = {exposure("1", "e", "a", 10), exposure("2", "e", "a", 15), exposure("3", "e", "b", 5)}});
  const auto answer = ask(at.store).at(0);
  CHECK(answer.experiment == "e");
  REQUIRE(answer.variants.size() == 2);
  const VariantAggregate& a = answer.variants[0];
  CHECK(a.variant == "a");
  CHECK(a.units == 2);
  CHECK(a.metrics[0].moments.mean(0) == 1.75);    // (3 + 0.5) / 2
  CHECK(a.metrics[0].moments.c2(0, 0) == 3.125);  // 2 x 1.25^2
  CHECK(a.metrics[1].moments.mean(0) == 1.5);     // sessions
  CHECK(a.metrics[2].moments.mean(0) == 1.25);    // (9 / 6 + 3 / 3) / 2
  CHECK(a.metrics[3].moments.mean(0) == 3.0);     // (3 + 3) / 2
  CHECK(a.metrics[4].moments.mean(0) == 1.0);     // (1.5 + 0.5) / 2
  const VariantAggregate& b = answer.variants[1];
  CHECK(b.units == 1);
  CHECK(b.metrics[0].moments.marginal(0) == stats::Moments(1, 0, 0));  // no session: no time, but a unit
  CHECK(b.metrics[4].moments.n() == 0);                                // and no mean session
  CHECK(answer.first_exposure == Timestamp{5});
  CHECK(answer.last_exposure == Timestamp{15});
  CHECK(answer.data_through == Timestamp{40});
}

TEMPLATE_TEST_CASE("aggregate: sessions count that started between first and last seen", "[storage]", STORES) {
  TestType at;
  at.store.append({.sessions = {session("1", 1, 1, 1, 99, 500), session("1", 2, 1, 2, 100, 500),
                                session("1", 3, 1, 4, 200, 500), session("1", 4, 1, 8, 201, 500)},
                   .exposures = {exposure("1", "e", "a", 100), exposure("1", "f", "a", 100, 1, Timestamp{200})}});
  const auto answer = ask(at.store);
  CHECK(time_of(answer.at(0), 0).mean() == 14);
  CHECK(time_of(answer.at(1), 0).mean() == 6);
}

TEMPLATE_TEST_CASE("aggregate: a unit in two variants is left out and counted", "[storage]", STORES) {
  TestType at;
  at.store.append({.sessions = {session("1", 1, 1, 1, 10, 20), session("2", 2, 1, 3, 10, 30)},
                   .exposures = {exposure("1", "e", "a", 0), exposure("2", "e", "a", 0), exposure("2", "e", "b", 1)}});
  const auto answer = ask(at.store).at(0);
  CHECK(answer.multiple_variants == 1);
  REQUIRE(answer.variants.size() == 2);
  CHECK(answer.variants[0].units == 1);
  CHECK(answer.variants[1].units == 0);
  CHECK(time_of(answer, 0) == stats::Moments(1, 1, 0));
  CHECK(answer.data_through == Timestamp{20});
}

TEMPLATE_TEST_CASE("aggregate: the latest version only", "[storage]", STORES) {
  TestType at;
  at.store.append(
      {.sessions = {session("1", 1, 1, 1, 10, 20), session("1", 2, 1, 2, 60, 70)},
       .exposures = {exposure("1", "e", "a", 0), exposure("1", "e", "b", 50, 2), exposure("2", "e", "a", 0)}});
  const auto answer = ask(at.store).at(0);
  CHECK(answer.version == 2);
  REQUIRE(answer.variants.size() == 1);
  CHECK(answer.variants[0].variant == "b");
  CHECK(time_of(answer, 0) == stats::Moments(1, 2, 0));
  CHECK(answer.multiple_variants == 0);
}

TEMPLATE_TEST_CASE("aggregate: until a time, as if the store ended there", "[storage]", STORES) {
  TestType at;
  at.store.append(
      {.sessions = {session("1", 1, 1, 1, 10, 20), session("1", 2, 1, 2, 60, 70)},
       .exposures = {exposure("1", "e", "a", 0), exposure("2", "e", "b", 40), exposure("1", "e", "a", 50, 2)}});
  const auto then = ask(at.store, {}, Timestamp{40}).at(0);
  CHECK(then.version == 1);
  REQUIRE(then.variants.size() == 1);
  CHECK(time_of(then, 0) == stats::Moments(1, 1, 0));
  CHECK(then.data_through == Timestamp{20});
  CHECK(time_of(ask(at.store, {}, Timestamp{20}).at(0), 0) == stats::Moments(1, 0, 0));
  CHECK(ask(at.store, {}, Timestamp{0}).empty());
}

TEMPLATE_TEST_CASE("aggregate: experiments in the order asked, each unit in all of its own", "[storage]", STORES) {
  TestType at;
  at.store.append({.sessions = {session("1", 1, 1, 1, 10, 20)},
                   .exposures = {exposure("1", "x", "a", 0), exposure("1", "y", "b", 0), exposure("1", "z", "b", 0)}});
  const auto answer = ask(at.store, {"z", "none", "x"});
  REQUIRE(answer.size() == 3);
  CHECK(answer[0].experiment == "z");
  CHECK(answer[1].variants.empty());
  CHECK(answer[2].experiment == "x");
  CHECK(time_of(answer[0], 0).mean() == 1);
  CHECK(time_of(answer[2], 0).mean() == 1);
  CHECK(ask(at.store).size() == 3);
}

TEMPLATE_TEST_CASE("aggregate: a unit whose latency is not known in full has no latency", "[storage]", STORES) {
  TestType at;
  at.store.append({.sessions = {session("1", 1, 2, 1, 10, 20, 4.0), session("1", 2, 2, 1, 30, 40, std::nullopt),
                                session("2", 3, 2, 1, 10, 20, 3.0)},
                   .exposures = {exposure("1", "e", "a", 0), exposure("2", "e", "a", 0)}});
  const auto answer = ask(at.store).at(0);
  CHECK(answer.variants[0].metrics[2].moments.marginal(0) == stats::Moments(1, 1.5, 0));
  CHECK(answer.variants[0].metrics[0].moments.n() == 2);
}

TEMPLATE_TEST_CASE("aggregate: a value may be computed, and one that is not known leaves the unit without", "[storage]",
                   STORES) {
  TestType at;
  at.store.append(
      {.sessions = {session("1", 1, 4, 2.5, 10, 20, std::nullopt)}, .exposures = {exposure("1", "e", "a", 0)}});
  const auto sum = [](std::string_view text) {
    const auto fields = fields_of(EventKind::session);
    return EventAggregate{.aggregate = Aggregation::sum,
                          .value = std::get<Expression>(Expression::parse(text, fields, ExpressionKind::number))};
  };
  AggregateQuery query;
  query.metrics = {{.name = "unheard", .numerator = sum("tracks - time"), .denominator = EventAggregate{}},
                   {.name = "latency", .numerator = sum("latency_ms")},
                   {.name = "per_latency", .numerator = {}, .denominator = sum("latency_ms")}};
  const auto answer = at.store.aggregate(query);
  CHECK(answer.at(0).variants.at(0).metrics[0].moments.mean(0) == 1.5);
  CHECK(answer.at(0).variants.at(0).metrics[1].moments.n() == 0);
  CHECK(answer.at(0).variants.at(0).metrics[2].moments.n() == 0);
}

TEMPLATE_TEST_CASE("aggregate: a unit's covariate is what ended before its first exposure", "[storage]", STORES) {
  TestType at;
  const std::int64_t seen = 20 * kMsPerDay;
  at.store.append({.sessions = {session("1", 1, 4, 2, seen - 15 * kMsPerDay, seen - 15 * kMsPerDay + 10),
                                session("1", 2, 4, 3, seen - kMsPerDay, seen - kMsPerDay + 10),
                                session("1", 3, 4, 5, seen - 10, seen + 10), session("1", 4, 4, 7, seen, seen + 10),
                                session("2", 5, 4, 11, seen, seen + 10)},
                   .exposures = {exposure("1", "e", "a", seen), exposure("2", "e", "b", seen)}});
  const auto answer = ask(at.store).at(0);
  const auto& a = answer.variants.at(0).metrics;
  CHECK(a[0].moments == stats::MetricMoments(1, {7, 3, 1, 0}, {}));  // time
  CHECK(a[1].moments == stats::MetricMoments(1, {1, 1, 1, 0}, {}));  // sessions
  CHECK(a[4].moments == stats::MetricMoments(1, {7, 3, 1, 0}, {}));  // a mean
  const auto& b = answer.variants.at(1).metrics;
  CHECK(b[0].moments == stats::MetricMoments(1, {11, 0, 1, 0}, {}));
  CHECK(b[4].moments == stats::MetricMoments(1, {11, 0, 0, 0}, {}));  // without history it has none
}

TEMPLATE_TEST_CASE("aggregate: a unit has no value of a window that is not over", "[storage]", STORES) {
  TestType at;
  at.store.append(
      {.sessions = {session("1", 1, 1, 1, 0, 10), session("1", 2, 1, 1, 150, 160), session("2", 3, 1, 1, 100, 250),
                    session("3", 4, 1, 1, 299, 300)},
       .exposures = {exposure("1", "e", "a", 0), exposure("2", "e", "a", 100), exposure("3", "e", "a", 101)}});
  AggregateQuery query;
  query.metrics = {{.name = "back",
                    .type = MetricType::retention,
                    .numerator = {.aggregate = Aggregation::any},
                    .window = {.begin_ms = 100, .end_ms = 200}}};
  query.metrics.push_back(query.metrics.front());
  query.metrics[1].window = {.begin_ms = 200, .end_ms = std::nullopt};  // for unit 3 it has not begun
  const auto answer = at.store.aggregate(query).at(0);
  CHECK(answer.variants.at(0).metrics[1].moments.marginal(0) == stats::Moments(2, 0, 0));
  CHECK(answer.variants.at(0).units == 3);
  CHECK(answer.variants.at(0).metrics[0].moments.marginal(0) == stats::Moments(2, 0.5, 0.5));
}

TEMPLATE_TEST_CASE("aggregate: limits are those of all variants together", "[storage]", STORES) {
  TestType at;
  for (int i = 0; i < 10; ++i) {
    const std::string unit = std::to_string(i);
    at.store.append(
        {.sessions = {session(unit, i + 1, 10, i, 10, 20)}, .exposures = {exposure(unit, "e", i < 5 ? "a" : "b", 0)}});
  }
  AggregateQuery query;
  query.metrics = {standard().front()};
  query.metrics.front().winsorize = Winsorization{.upper_quantile = 0.5, .lower = 1};
  const auto answer = at.store.aggregate(query).at(0);
  CHECK(answer.limits.at(0) == MetricLimits{.lower = 1, .upper = 4.5, .limited = 6});
  CHECK(answer.variants.at(0).metrics[0].moments.mean(0) == (1 + 1 + 2 + 3 + 4) / 5.0);
  CHECK(answer.variants.at(1).metrics[0].moments.mean(0) == 4.5);
}

TEMPLATE_TEST_CASE("aggregate: units are grouped by history and by their variants elsewhere", "[storage]", STORES) {
  TestType at;
  const std::int64_t seen = 2 * kMsPerDay;
  at.store.append(
      {.sessions = {session("1", 1, 1, 1, 0, 10), session("1", 2, 1, 4, seen, seen + 1),
                    session("2", 3, 1, 9, seen, seen + 1)},
       .exposures = {exposure("1", "e", "a", seen), exposure("2", "e", "a", seen), exposure("3", "e", "b", seen),
                     exposure("1", "f", "x", seen), exposure("2", "f", "x", seen), exposure("2", "f", "y", seen)}});
  AggregateQuery query = query_of({"e"});
  query.dimensions = {standard_dimensions().front()};
  query.overlaps = {"e", "f"};
  const auto answer = at.store.aggregate(query).at(0);
  const auto& history = answer.dimensions.at(0);
  CHECK(history.name == "history");
  CHECK(history.levels.at(0).level == "new");
  CHECK(history.levels.at(0).variants.at(0).units == 1);
  CHECK(history.levels.at(0).variants.at(0).metrics[0].moments.mean(0) == 9);
  CHECK(history.levels.at(0).variants.at(1).units == 1);
  CHECK(history.levels.at(1).variants.at(0).metrics[0].moments.mean(0) == 4);
  CHECK(answer.overlaps.size() == 1);
  const auto& overlap = answer.overlaps.at(0);
  CHECK(overlap.name == "f");
  CHECK(overlap.levels.at(0).level == "x");  // unit 2 was seen in both: in neither here
  CHECK(overlap.levels.at(0).variants.at(0).units == 1);
  CHECK(overlap.levels.at(1).variants.at(0).units == 0);
}

TEMPLATE_TEST_CASE("store: a reader sees whole batches only", "[storage]", STORES) {
  TestType at;
  constexpr int batches = 200;
  std::thread writer([&at] {
    for (int i = 0; i < batches; ++i) {
      EventBatch batch;
      for (const char* unit : {"1", "2"}) {
        batch.sessions.push_back(session(unit, 2 * i + (*unit == '1' ? 1 : 2), 1, 1, i, i));
        if (i == 0) batch.exposures.push_back(exposure(unit, "e", unit, 0));
      }
      at.store.append(batch);
    }
  });
  bool is_whole = true;
  for (double seen = 0; seen < batches;) {
    const auto answer = ask(at.store);
    if (answer.empty()) continue;
    is_whole = is_whole && answer[0].variants.size() == 2 && time_of(answer[0], 0) == time_of(answer[0], 1);
    if (!is_whole) break;
    seen = time_of(answer[0], 0).mean();
  }
  writer.join();
  CHECK(is_whole);
}
