#include "platform/storage/scan/column_plan.h"

#include <algorithm>
#include <cmath>

#include "platform/storage/scan/metric_columns.h"

namespace crossfade::storage {

namespace {

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();
constexpr double kNothingYet = -std::numeric_limits<double>::infinity();  // of a maximum

Source source_of(EventKind kind) {
  switch (kind) {
    case EventKind::session:
      return Source::sessions;
    case EventKind::playback:
    case EventKind::request:
      return Source::playbacks;
    case EventKind::custom:
      return Source::custom;
  }
  return Source::sessions;
}

bool within(const Window& window, std::int64_t since_ms) {
  return since_ms >= window.begin_ms && (!window.end_ms || since_ms < *window.end_ms);
}

// The event's fields, and behind them those of its properties that stand at `places`.
std::span<const FieldValue> seen_by(const ScannedEvent& event, std::span<const std::size_t> places,
                                    std::vector<FieldValue>& memory) {
  if (places.empty()) return event.fields;
  memory.assign(event.fields.begin(), event.fields.end());
  for (const std::size_t place : places) memory.push_back(event.properties[place]);
  return memory;
}

double value_of(const Expression& expression, std::span<const FieldValue> fields) {
  const int field = expression.only_field();
  const double value = field >= 0 ? fields[static_cast<std::size_t>(field)].number : expression.evaluate(fields);
  return std::abs(value) > kLargestValue ? kImplausible : value;
}

}  // namespace

ColumnPlan::ColumnPlan(const AggregateQuery& query) {
  for (const MetricDefinition& metric : query.metrics) {
    metrics_.push_back(columns_of(
        metric, [this](const EventAggregate& aggregate, const Window& window) { return slot_of(aggregate, window); }));
    if (metric.type == MetricType::quantile) {
      metrics_.back().events = events_.size();
      events_.push_back({.term = term_of(metric.numerator), .window = metric.window});
    }
  }
  for (const Dimension& dimension : query.dimensions) {
    dimensions_.push_back(dimension.attribute.empty() ? slot_of(dimension.of, window_of(dimension))
                                                      : MetricColumns::kNone);
  }
}

std::size_t ColumnPlan::term_of(const EventAggregate& aggregate) {
  const Term term{.source = source_of(aggregate.event),
                  .requests_only = aggregate.event == EventKind::request,
                  .name = aggregate.name,
                  .where = aggregate.where,
                  .value = aggregate.value};
  const auto known = std::ranges::find(terms_, term);
  if (known != terms_.end()) return static_cast<std::size_t>(known - terms_.begin());
  terms_.push_back(term);
  places_.push_back({.where = places_of(term.source, term.where), .value = places_of(term.source, term.value)});
  return terms_.size() - 1;
}

std::vector<std::size_t> ColumnPlan::places_of(Source source, const std::optional<Expression>& expression) {
  std::vector<Property>& all = properties_[static_cast<std::size_t>(source)];
  std::vector<std::size_t> places;
  for (const Property& property : expression ? expression->properties() : std::vector<Property>{}) {
    const auto known = std::ranges::find(all, property);
    places.push_back(static_cast<std::size_t>(known - all.begin()));
    if (known == all.end()) all.push_back(property);
  }
  return places;
}

std::size_t ColumnPlan::slot_of(const EventAggregate& aggregate, const Window& window) {
  Column column{.term = term_of(aggregate), .aggregate = aggregate.aggregate, .window = window, .slot = 0};
  const auto known = std::ranges::find_if(columns_, [&](const Column& other) {
    return other.term == column.term && other.aggregate == column.aggregate && other.window == column.window;
  });
  if (known != columns_.end()) return known->slot;
  column.slot = initial_.size();
  columns_.push_back(column);
  initial_.push_back(column.aggregate == Aggregation::max ? kNothingYet : 0);
  if (column.aggregate == Aggregation::mean) initial_.push_back(0);
  return column.slot;
}

bool ColumnPlan::reads(Source source) const {
  return std::ranges::any_of(terms_, [&](const Term& term) { return term.source == source; });
}

std::vector<std::string> ColumnPlan::custom_names() const {
  std::vector<std::string> names;
  for (const Term& term : terms_) {
    if (term.source == Source::custom && std::ranges::find(names, term.name) == names.end()) names.push_back(term.name);
  }
  return names;
}

bool ColumnPlan::uses(Source source, std::size_t field) const {
  return std::ranges::any_of(terms_, [&](const Term& term) {
    if (term.source != source) return false;
    if (term.where) return true;
    if (!term.value) return false;
    const int only = term.value->only_field();
    return only < 0 || static_cast<std::size_t>(only) == field;
  });
}

bool ColumnPlan::asks_for_properties(Source source, std::string_view name) const {
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const bool asks = !places_[i].where.empty() || !places_[i].value.empty();
    if (asks && terms_[i].source == source && terms_[i].name == name) return true;
  }
  return false;
}

void ColumnPlan::evaluate(const ScannedEvent& event, TermValues& values) const {
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const Term& term = terms_[i];
    TermValue& value = values.of_term[i];
    value.counts = term.source == event.source && (!term.requests_only || event.is_request) && term.name == event.name;
    if (!value.counts) continue;
    value.counts = !term.where || term.where->holds(seen_by(event, places_[i].where, values.fields));
    if (value.counts && term.value) {
      value.value = value_of(*term.value, seen_by(event, places_[i].value, values.fields));
    }
  }
}

void ColumnPlan::add(Source source, std::span<const TermValue> values, std::int64_t since_ms, UnitRow row) const {
  for (const Column& column : columns_) {
    const TermValue& term = values[column.term];
    if (terms_[column.term].source != source || !term.counts || !within(column.window, since_ms)) continue;
    double& sum = row.values[column.slot];
    switch (column.aggregate) {
      case Aggregation::sum:
        sum += term.value;
        break;
      case Aggregation::count:
        ++sum;
        break;
      case Aggregation::mean:
        sum += term.value;
        ++row.values[column.slot + 1];
        break;
      case Aggregation::max:
        sum = std::isnan(sum) || std::isnan(term.value) ? kNoValue : std::max(sum, term.value);
        break;
      case Aggregation::any:
        sum = 1;
        break;
    }
  }
  for (std::size_t i = 0; i < events_.size(); ++i) {
    const TermValue& term = values[events_[i].term];
    if (terms_[events_[i].term].source != source || !term.counts || !within(events_[i].window, since_ms)) continue;
    if (std::isfinite(term.value)) row.events[i].push_back(term.value);
  }
}

void ColumnPlan::finish(Timestamp first_seen, Timestamp data_end, UnitRow row) const {
  for (const Column& column : columns_) {
    double& value = row.values[column.slot];
    if (!is_over(column.window, first_seen, data_end)) {
      value = kNoValue;
    } else if (column.aggregate == Aggregation::mean) {
      value = row.values[column.slot + 1] == 0 ? kNoValue : value / row.values[column.slot + 1];
    } else if (value == kNothingYet) {
      value = kNoValue;
    }
  }
  for (std::size_t i = 0; i < events_.size(); ++i) {
    if (!is_over(events_[i].window, first_seen, data_end)) row.events[i].clear();
  }
}

}  // namespace crossfade::storage
