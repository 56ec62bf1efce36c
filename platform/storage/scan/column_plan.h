#pragma once

#include <array>
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

// An event, as terms are evaluated for it.
struct ScannedEvent {
  Source source = Source::sessions;
  std::span<const FieldValue> fields;      // of fields_of(...)
  std::span<const FieldValue> properties;  // as ColumnPlan::properties lists them
  bool is_request = false;                 // of playbacks
  std::string_view name = {};              // of custom events
};

// What the terms are for one event, and memory for the next one's.
struct TermValues {
  std::vector<TermValue> of_term;
  std::vector<FieldValue> fields = {};  // that one expression sees
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
  // Slot of each dimension's value; kNone: it is of an attribute.
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

  // Members of the events' properties that expressions ask for, each once.
  const std::vector<Property>& properties(Source source) const { return properties_[static_cast<std::size_t>(source)]; }
  // Whether they ask for some of events of that name.
  bool asks_for_properties(Source source, std::string_view name) const;

  // The terms' values of an event. `values` has one for each term.
  void evaluate(const ScannedEvent& event, TermValues& values) const;
  // Adds the terms of an event that counts to a unit's row: `since_ms` after the first exposure, negative before it.
  void add(Source source, std::span<const TermValue> values, std::int64_t since_ms, UnitRow row) const;
  // Turns sums into values once all events are in; those of windows that are not over become NaN.
  void finish(Timestamp first_seen, Timestamp data_end, UnitRow row) const;

 private:
  // Where the properties of a term's expressions stand among those of its source.
  struct Places {
    std::vector<std::size_t> where;
    std::vector<std::size_t> value;
  };
  std::size_t term_of(const EventAggregate& aggregate);
  std::vector<std::size_t> places_of(Source source, const std::optional<Expression>& expression);
  std::size_t slot_of(const EventAggregate& aggregate, const Window& window);

  std::vector<Term> terms_;
  std::vector<Places> places_;                       // of each term
  std::array<std::vector<Property>, 3> properties_;  // of each source
  std::vector<Column> columns_;
  std::vector<EventColumn> events_;
  std::vector<MetricColumns> metrics_;
  std::vector<std::size_t> dimensions_;
  std::vector<double> initial_;
};

}  // namespace crossfade::storage
