#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "platform/core/random.h"
#include "tests/platform/storage/events.h"

// Events at random, for comparing one way to count them with another.
namespace crossfade::storage {

struct Log {
  std::vector<EventBatch> batches;
  std::vector<Session> sessions;
  std::vector<Exposure> exposures;
};

inline Expression parsed(EventKind event, std::string_view text, ExpressionKind kind) {
  return std::get<Expression>(Expression::parse(text, fields_of(event), kind, has_properties(event)));
}

// Of those that random_log has, numbers and texts, and one that it has not.
inline std::set<UnitId> some_units() {
  return {{"3"}, {"7"}, {"12"}, {"unit-31"}, {"unit-38"}, {"it's nobody"}};
}

// Every type, aggregate and source of metric, with filters, windows and limits; both kinds of groupings.
inline AggregateQuery everything(std::optional<Timestamp> until) {
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
  query.metrics.push_back(
      {.name = "revenue",
       .numerator = {
           .event = EventKind::custom,
           .name = "purchase",
           .where = condition(EventKind::custom, "properties.plan in ('pro', 'free') or properties.cart.size > 3"),
           .aggregate = Aggregation::sum,
           .value = number(EventKind::custom, "properties.revenue")}});
  query.metrics.push_back({.name = "known",
                           .type = MetricType::ratio,
                           .numerator = {.event = EventKind::session,
                                         .where = condition(EventKind::session,
                                                            "known(properties.x) and not properties.x < 2 or end = "
                                                            "properties.plan")},
                           .denominator = EventAggregate{}});
  query.metrics.push_back({.name = "largest",
                           .numerator = {.event = EventKind::custom,
                                         .name = "visit",
                                         .aggregate = Aggregation::max,
                                         .value = number(EventKind::custom, "value + properties.revenue / 2")}});
  query.dimensions = {standard_dimensions().begin(), standard_dimensions().end()};
  query.dimensions.push_back({.name = "country", .attribute = "country"});
  query.dimensions.push_back({.name = "letter", .attribute = "deep.letter"});
  query.dimensions.push_back(
      {.name = "age", .attribute = "age", .breaks = {18, 65}, .labels = {"young", "grown", "old"}});
  query.overlaps = {"e1", "e2", "unknown"};
  query.overridden = {{"e1", some_units()}};
  return query;
}

// Properties with every type in every place, other members around them, and blanks, escapes and order of all sorts.
inline std::string random_properties(Random& random) {
  static const std::vector<std::string> values{"1",           "2.5",  "-3e1",  "\"pro\"", "\"free\"",
                                               "\"last\"",    "null", "[]",    "[1,2]",   "{\"a\":1}",
                                               "\"\\u00e9\"", "true", "false", "\"\""};
  if (random.below(4) == 0) return "";
  const auto value = [&] { return values[random.below(values.size())]; };
  std::string members;
  const auto add = [&](const std::string& name, const std::string& of) {
    members += (members.empty() ? "\"" : ", \"") + name + "\" : " + of;
  };
  if (random.below(2) == 0) add("other", value());
  if (random.below(3) != 0) add("plan", value());
  if (random.below(3) != 0) add("revenue", std::to_string(random.uniform() * 10));
  if (random.below(2) == 0) add("cart", "{\"size\":" + value() + ", \"b\":[{}]}");
  if (random.below(5) == 0) add("cart.size", "9");
  if (random.below(2) == 0) add("x", value());
  return "{" + members + "}";
}

// More countries than there are levels for.
inline std::string random_attributes(Random& random) {
  static const std::vector<std::string> ages{"17", "18", "64.5", "65", "\"old\"", "null"};
  if (random.below(5) == 0) return "";
  std::string text = "{\"country\":";
  const std::uint64_t country = random.below(30);
  text += country < 25 ? "\"c" + std::to_string(country % (1 + random.below(25))) + "\"" : std::to_string(country);
  if (random.below(8) == 0) text = "{\"country\":\"other\"";
  if (random.below(2) == 0)
    text += ",\"deep\":{\"letter\":" + std::string(random.below(2) == 0 ? "true" : "\"b\"") + "}";
  return text + ",\"age\":" + ages[random.below(ages.size())] + "}";
}

// Few units, times and variants, so that every rule has its cases: two variants, two versions, sessions before the
// exposure and after its end, latencies that are missing.
inline Log random_log(std::uint64_t seed) {
  Random random{seed};
  Random objects{seed + 1000};  // apart, so that all else is as it was before there were any
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
    log.sessions.back().properties = random_properties(objects);
  }
  std::set<std::tuple<std::string, int, std::string, std::string>> seen;
  for (int i = 0; i < 120; ++i) {
    const auto first_seen = static_cast<std::int64_t>(random.below(800));
    auto one = exposure(unit(), "e" + std::to_string(random.below(3)), "v" + std::to_string(random.below(2)),
                        first_seen, 1 + static_cast<int>(random.below(4) == 0));
    one.attributes = random_attributes(objects);
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
                              .at = {static_cast<std::int64_t>(random.below(1000))},
                              .properties = random_properties(objects)});
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

}  // namespace crossfade::storage
