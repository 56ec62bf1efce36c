#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "platform/core/metric.h"
#include "platform/storage/contract/event_store.h"
#include "platform/storage/contract/unit_table.h"

namespace crossfade::storage {

// Where events are read from.
enum class Source : std::uint8_t { sessions, playbacks, custom };

// What is looked up in one event: whether it counts, and with which value. Metrics share it.
struct Term {
  Source source = Source::sessions;
  bool requests_only = false;  // of playbacks, only those that were answered with a recommendation count
  std::string name;            // the name of a custom event
  std::optional<Expression> where;
  std::optional<Expression> value;

  bool operator==(const Term&) const = default;
};

struct TermValue {
  bool counts = false;
  double value = 1;
};

// A number for each unit: a term's values in a window, summed up. Means take a second column for their counts.
struct Column {
  std::size_t term = 0;
  Aggregation aggregate = Aggregation::count;
  Window window;
  std::size_t slot = 0;  // in a unit's row

  bool operator==(const Column&) const = default;
};

// The values of a quantile metric's events.
struct EventColumn {
  std::size_t term = 0;
  Window window;
};

// A unit's row while it is filled: a value for each slot, and the events of each quantile metric.
struct UnitRow {
  std::span<double> values;
  std::span<std::vector<double>> events;
};

// What a query needs of each event and of each unit, everything once however many metrics ask for it.
class ColumnPlan {
 public:
  explicit ColumnPlan(const AggregateQuery& query);

  const std::vector<MetricColumns>& metrics() const { return metrics_; }
  // Slot of each dimension's value.
  const std::vector<std::size_t>& dimensions() const { return dimensions_; }
  const std::vector<EventColumn>& events() const { return events_; }
  std::size_t slots() const { return initial_.size(); }
  std::size_t term_count() const { return terms_.size(); }
  // A unit's row before any event.
  std::span<const double> initial() const { return initial_; }

  bool reads(Source source) const;
  // Names of the custom events that are read.
  std::vector<std::string> custom_names() const;
  // Whether expressions may ask for this field of fields_of(...).
  bool uses(Source source, std::size_t field) const;

  // The terms' values of an event; `is_request` of playbacks, `name` of custom events. `values` has one for each term.
  void evaluate(Source source, std::span<const FieldValue> fields, bool is_request, std::string_view name,
                std::vector<TermValue>& values) const;
  // Adds the terms of an event that counts to a unit's row: `since_ms` after the first exposure, negative before it.
  void add(Source source, std::span<const TermValue> values, std::int64_t since_ms, UnitRow row) const;
  // Turns sums into values once all events are in; those of windows that are not over become NaN.
  void finish(Timestamp first_seen, Timestamp data_end, UnitRow row) const;

 private:
  std::size_t term_of(const EventAggregate& aggregate);
  std::size_t slot_of(const EventAggregate& aggregate, const Window& window);

  std::vector<Term> terms_;
  std::vector<Column> columns_;
  std::vector<EventColumn> events_;
  std::vector<MetricColumns> metrics_;
  std::vector<std::size_t> dimensions_;
  std::vector<double> initial_;
};

}  // namespace crossfade::storage
