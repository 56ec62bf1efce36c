#pragma once

#include <array>
#include <cstddef>
#include <limits>

#include "platform/core/events.h"
#include "platform/core/metric.h"
#include "platform/storage/contract/unit_table.h"

namespace crossfade::storage {

// A field of an event that nobody knows, as expressions see it.
inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// The time before the first exposure that covariates and dimensions are read from.
inline Window window_before(int days) {
  return {.begin_ms = -days * kMsPerDay, .end_ms = 0};
}

// The time that a dimension's events are read from. What a service logs about a unit as it exposes it has the same
// millisecond, and is no effect; a session or a playback that begins then is what the unit was exposed in.
inline Window window_of(const Dimension& dimension) {
  Window window = window_before(dimension.lookback_days);
  if (dimension.of.event == EventKind::custom) window.end_ms = 1;
  return window;
}

// The columns that a metric is made of; `add` gives the position of the column for an aggregate in a window. A quantile
// has none, its `events` are for the caller to number.
template <class Add>
MetricColumns columns_of(const MetricDefinition& metric, Add add) {
  MetricColumns columns;
  columns.type = metric.type;
  columns.winsorize = metric.winsorize;
  if (metric.type == MetricType::quantile) return columns;
  columns.numerator = add(metric.numerator, metric.window);
  if (metric.denominator) columns.denominator = add(*metric.denominator, metric.window);
  const bool adjustable = metric.type == MetricType::mean || metric.type == MetricType::ratio;
  if (metric.lookback_days <= 0 || !adjustable) return columns;
  const Window before = window_before(metric.lookback_days);
  columns.numerator_before = add(metric.numerator, before);
  if (metric.denominator) columns.denominator_before = add(*metric.denominator, before);
  return columns;
}

// Position of a value among the breaks; Grouping::kNone for NaN.
std::int32_t level_of(const Dimension& dimension, double value);

// Whether the unit has been in the experiment long enough for the window to be over (one without an end: to have
// begun), when the last session of the store ended at `data_end`.
inline bool is_over(const Window& window, Timestamp first_seen, Timestamp data_end) {
  const std::int64_t wait = window.end_ms.value_or(window.begin_ms);
  return wait <= 0 || saturated_sum(first_seen.ms, wait) <= data_end.ms;
}

// As expressions see an event, in the order of crossfade::fields_of. The texts point into it.
std::array<FieldValue, 5> fields_of(const Session& session);
std::array<FieldValue, 7> fields_of(const Playback& playback);
std::array<FieldValue, 1> fields_of(const CustomEvent& event);
// "last" or "timeout", as stored.
std::string_view to_string(SessionEnd end);

}  // namespace crossfade::storage
