#include "platform/core/metric.h"

#include <array>
#include <cassert>
#include <utility>

namespace crossfade {

namespace {

Expression field(EventKind event, std::string_view name) {
  auto parsed = Expression::parse(name, fields_of(event), ExpressionKind::number);
  assert(std::holds_alternative<Expression>(parsed));
  return std::get<Expression>(std::move(parsed));
}

EventAggregate sum(std::string_view name) {
  return {.event = EventKind::session, .aggregate = Aggregation::sum, .value = field(EventKind::session, name)};
}

EventAggregate count() {
  return {.event = EventKind::session, .aggregate = Aggregation::count};
}

std::vector<MetricDefinition> make_standard_metrics() {
  return {
      {.name = "time",
       .numerator = sum("time"),
       .unit = "track lengths",
       .description = "fractions of tracks that a unit listened to, summed over its ended sessions"},
      {.name = "sessions", .numerator = count(), .unit = "sessions", .description = "ended sessions of a unit"},
      {.name = "mean_request_latency",
       .numerator = sum("latency_ms"),
       .denominator = sum("tracks"),
       .direction = Direction::decrease,
       .unit = "ms",
       .description = "a unit's summed latency / its tracks"},
      {.name = "mean_tracks_per_session",
       .numerator = sum("tracks"),
       .denominator = count(),
       .unit = "tracks",
       .description = "a unit's tracks / its ended sessions"},
      {.name = "mean_time_per_session",
       .numerator = sum("time"),
       .denominator = count(),
       .unit = "track lengths",
       .description = "a unit's time / its ended sessions: how long somebody keeps listening"},
  };
}

}  // namespace

std::string_view to_string(Direction direction) {
  switch (direction) {
    case Direction::increase:
      return "increase";
    case Direction::decrease:
      return "decrease";
    case Direction::none:
      return "none";
  }
  return "";
}

std::string_view to_string(Aggregation aggregation) {
  switch (aggregation) {
    case Aggregation::sum:
      return "sum";
    case Aggregation::count:
      return "count";
    case Aggregation::mean:
      return "mean";
    case Aggregation::max:
      return "max";
    case Aggregation::any:
      return "any";
  }
  return "";
}

std::string_view to_string(MetricType type) {
  switch (type) {
    case MetricType::mean:
      return "mean";
    case MetricType::ratio:
      return "ratio";
    case MetricType::proportion:
      return "proportion";
    case MetricType::quantile:
      return "quantile";
    case MetricType::retention:
      return "retention";
  }
  return "";
}

std::span<const Field> fields_of(EventKind kind) {
  static constexpr std::array<Field, 5> session{{{"tracks"}, {"time"}, {"latency_ms"}, {"duration_ms"}, {"end", true}}};
  static constexpr std::array<Field, 7> playback{
      {{"track"}, {"position"}, {"fraction"}, {"recommended"}, {"recommender", true}, {"propensity"}, {"latency_ms"}}};
  static constexpr std::array<Field, 1> custom{{{"value"}}};
  switch (kind) {
    case EventKind::session:
      return session;
    case EventKind::playback:
    case EventKind::request:
      return playback;
    case EventKind::custom:
      return custom;
  }
  return {};
}

std::span<const MetricDefinition> standard_metrics() {
  static const std::vector<MetricDefinition> metrics = make_standard_metrics();
  return metrics;
}

std::span<const Dimension> standard_dimensions() {
  static const std::vector<Dimension> dimensions = {
      {.name = "history", .of = count(), .breaks = {1}, .labels = {"new", "returning"}}};
  return dimensions;
}

}  // namespace crossfade
