#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/expression/expression.h"
#include "platform/core/time.h"

// What is measured, as a value: the standard metrics and those of experiments.yaml alike. docs/metrics.md explains them
// to the people who write them.
namespace crossfade {

// The largest number that anything measured may have, without its sign. No door lets a larger one in; one that stands
// in a store anyway is not known to metrics. The sums of squares of as many as fit into a store stay far from the end
// of the doubles.
inline constexpr double kLargestValue = 1e15;

enum class Direction { increase, decrease, none };  // which way is better
std::string_view to_string(Direction direction);

// Events of a unit that metrics are made of. Their names in experiments.yaml: session, playback, request; anything else
// is the name of a custom event.
enum class EventKind : std::uint8_t {
  session,   // one that ended; counts by when it started
  playback,  // one track played
  request,   // a playback that was answered with a recommendation
  custom,    // logged under a name of its own
};

// What expressions over events of a kind may name, in the order of the FieldValues:
// session: tracks, time, latency_ms, duration_ms, end (text)
// playback and request: track, position, fraction, recommended, recommender (text), propensity, latency_ms
// custom: value
std::span<const Field> fields_of(EventKind kind);
// Whether events of a kind have properties, which expressions name as `properties.NAME`.
inline bool has_properties(EventKind kind) {
  return kind == EventKind::session || kind == EventKind::custom;
}

// How a unit's events become one number: sum and count and any (1 or 0) are 0 without events, mean and max have no
// value then. An event whose value is not known leaves the unit without a value of sum, mean and max.
enum class Aggregation : std::uint8_t { sum, count, mean, max, any };
std::string_view to_string(Aggregation aggregation);

// One number for each unit.
struct EventAggregate {
  EventKind event = EventKind::session;
  std::string name = {};                           // of a custom event
  std::optional<Expression> where = std::nullopt;  // a condition; none: all events
  Aggregation aggregate = Aggregation::count;
  std::optional<Expression> value = std::nullopt;  // a number, of sum, mean and max

  bool operator==(const EventAggregate&) const = default;
};

// Events that count, by time since the unit's first exposure: begin <= t < end.
struct Window {
  std::int64_t begin_ms = 0;
  // none: as long as the unit is in the experiment. Units that were exposed less than the end, or without one less than
  // the begin, before the end of the data have no value yet.
  std::optional<std::int64_t> end_ms = std::nullopt;

  bool operator==(const Window&) const = default;
};

enum class MetricType : std::uint8_t {
  mean,        // of one number for each unit: the numerator, divided by the unit's denominator where there is one
  ratio,       // sum of numerators / sum of denominators over units
  proportion,  // share of units whose number is above 0
  quantile,    // of the events of all units
  retention,   // share of units that had an event in the window
};
std::string_view to_string(MetricType type);

// Values beyond these quantiles of all variants together, or beyond these values, count as the limit. Of means only.
struct Winsorization {
  std::optional<double> lower_quantile = std::nullopt;  // 0 <= lower < upper <= 1
  std::optional<double> upper_quantile = std::nullopt;
  std::optional<double> lower = std::nullopt;  // the limits themselves: these stay the same from look to look
  std::optional<double> upper = std::nullopt;

  bool operator==(const Winsorization&) const = default;
};

struct MetricDefinition {
  std::string name;
  MetricType type = MetricType::mean;
  EventAggregate numerator = {};
  std::optional<EventAggregate> denominator = std::nullopt;  // of ratio always, of mean perhaps
  double quantile = 0.5;                                     // level of a quantile, 0 < level < 1
  Window window = {};
  std::optional<Winsorization> winsorize = std::nullopt;
  Direction direction = Direction::increase;
  std::string unit = {};         // of measurement, for people: "ms"
  std::string description = {};  // one line for people
  // Days before the first exposure over which the same metric is a covariate (CUPED); 0: none. Means and ratios only.
  int lookback_days = 14;
  std::optional<double> target_mde = std::nullopt;  // the relative effect that matters: 0.02 = 2 %

  bool operator==(const MetricDefinition&) const = default;
};

// Splits units by what was known of them before their first exposure, or with it.
struct Dimension {
  std::string name;
  // The path of an attribute in what was given with the first exposure, as targeting names it: "country", "plan.name".
  // A unit is in the level of its value: a number in that between two breaks where there are some. "": of events.
  std::string attribute = {};
  EventAggregate of = {};
  int lookback_days = 14;                // before the first exposure
  std::vector<double> breaks = {};       // increasing; a unit with value v is in level i = how many breaks are <= v
  std::vector<std::string> labels = {};  // one more than breaks

  bool operator==(const Dimension&) const = default;
};

// time, sessions, mean_request_latency, mean_tracks_per_session, mean_time_per_session; the last one is what
// experiments are decided by where they do not say. In this order, which that of the reports' other metrics follows.
std::span<const MetricDefinition> standard_metrics();

// history: new (no session in the 14 days before exposure) or returning.
std::span<const Dimension> standard_dimensions();

}  // namespace crossfade
