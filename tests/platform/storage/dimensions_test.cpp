// What was known of units before they were exposed, in every store.
#include <catch2/catch.hpp>
#include <variant>

#include "tests/platform/storage/events.h"
#include "tests/platform/storage/stores.h"

using namespace crossfade;
using namespace crossfade::storage;

// A service logs what it knows of a unit as it exposes it, in the same millisecond: 100 of 600 units were in no level.
TEMPLATE_TEST_CASE("aggregate: what was logged in the exposure's millisecond tells a dimension, a session does not",
                   "[storage]", STORES) {
  TestType at;
  const auto plan = [](const char* unit, double value, std::int64_t when) {
    return CustomEvent{.unit = {unit}, .name = "plan", .value = value, .at = Timestamp{when}};
  };
  const std::int64_t seen = 2 * kMsPerDay;
  at.store.append(
      {.sessions = {session("1", 1, 1, 1, seen, seen + 1)},
       .exposures = {exposure("1", "e", "a", seen), exposure("2", "e", "a", seen), exposure("3", "e", "a", seen)},
       .events = {plan("1", 1, seen), plan("2", 0, seen - 1), plan("3", 1, seen + 1)}});
  Dimension paying{.name = "paying", .breaks = {0.5}, .labels = {"free", "paid"}};
  paying.of = {
      .event = EventKind::custom,
      .name = "plan",
      .aggregate = Aggregation::mean,
      .value = std::get<Expression>(Expression::parse("value", fields_of(EventKind::custom), ExpressionKind::number))};
  AggregateQuery query = query_of({"e"});
  query.dimensions = {paying, standard_dimensions().front()};
  const auto answer = at.store.aggregate(query).at(0);
  CHECK(answer.dimensions.at(0).levels.at(0).variants.at(0).units == 1);
  CHECK(answer.dimensions.at(0).levels.at(1).variants.at(0).units == 1);
  CHECK(answer.dimensions.at(0).without_value == 1);                      // 3: only later
  CHECK(answer.dimensions.at(1).levels.at(0).variants.at(0).units == 3);  // new: the session is the first one
}
