// Values and times that nothing measured can have, in rows that are in a store already.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "tests/platform/storage/events.h"
#include "tests/platform/storage/stores.h"

using namespace crossfade;
using namespace crossfade::storage;

// Two events of 1.7e308 made a metric null for good, and its table print -nan.
TEMPLATE_TEST_CASE("aggregate: a value past plausibility leaves its unit out, and is counted", "[storage]", STORES) {
  TestType at;
  EventBatch batch;
  for (const char* unit : {"1", "2", "3"}) {
    batch.exposures.push_back(exposure(unit, "e", "a", 0));
    batch.sessions.push_back(session(unit, unit[0], 4, 2.5, 10, 20));
    batch.events.push_back({.unit = {unit}, .name = "spend", .value = unit[0] == '2' ? 1.7e308 : 3, .at = {15}});
  }
  batch.events.push_back({.unit = {"2"}, .name = "spend", .value = -1.7e308, .at = {16}});
  at.store.append(batch);
  const auto spend = [](Aggregation aggregate) {
    return EventAggregate{.event = EventKind::custom,
                          .name = "spend",
                          .aggregate = aggregate,
                          .value = std::get<Expression>(
                              Expression::parse("value", fields_of(EventKind::custom), ExpressionKind::number))};
  };
  AggregateQuery query;
  query.metrics = {{.name = "spend", .numerator = spend(Aggregation::sum)},
                   {.name = "largest", .numerator = spend(Aggregation::max)},
                   {.name = "average", .numerator = spend(Aggregation::mean)},
                   {.name = "share", .numerator = EventAggregate{}, .denominator = spend(Aggregation::sum)},
                   {.name = "events", .numerator = {.event = EventKind::custom, .name = "spend"}}};
  query.dimensions = {{.name = "d", .of = spend(Aggregation::sum), .breaks = {1}, .labels = {"low", "high"}}};
  const auto metrics = at.store.aggregate(query).at(0).variants.at(0).metrics;
  for (std::size_t i = 0; i < 4; ++i) {
    INFO(i);
    CHECK(metrics[i].moments.n() == 2);
    CHECK(std::isfinite(metrics[i].moments.mean(0)));
    CHECK(metrics[i].implausible_units == 1);
  }
  CHECK(metrics[4].moments.n() == 3);
  CHECK(metrics[4].implausible_units == 0);
}

// Rows that people write themselves: the differences of such times overflowed.
TEMPLATE_TEST_CASE("aggregate: times at the end of the range are times", "[storage]", STORES) {
  TestType at;
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  at.store.append(
      {.sessions = {session("1", 1, 4, 2.5, 10, 20), session("1", 2, 4, 2.5, least, most - 1)},
       .exposures = {exposure("1", "e", "a", 0), exposure("2", "e", "a", most - 1), exposure("3", "e", "b", least)}});
  AggregateQuery query = query_of({});
  query.metrics.push_back({.name = "week", .numerator = {}, .window = {.begin_ms = 0, .end_ms = 7 * kMsPerDay}});
  CHECK(at.store.aggregate(query).at(0).variants.at(0).units == 2);
}
