#include "tests/platform/storage/memory_unit_table.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "platform/core/json_text.h"
#include "platform/storage/scan/metric_columns.h"

namespace crossfade::storage {

namespace {

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

using Seen = std::map<UnitId, std::vector<const Exposure*>>;

// An event of a unit as metrics see it.
struct Happened {
  EventKind kind = EventKind::session;  // playback for requests too
  bool is_request = false;
  std::string name = {};
  std::int64_t began = 0;
  std::int64_t ended = 0;
  std::vector<FieldValue> fields = {};
  JsonValue properties = {};
};

JsonValue json_of(const std::string& text) {
  return parse_json(text).value_or(JsonValue{});
}

const JsonValue* at_path(const JsonValue& value, std::string_view path) {
  const JsonValue* found = &value;
  while (found != nullptr && !path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    found = found->find(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return found;
}

double evaluated(const Expression& expression, const Happened& event) {
  std::vector<FieldValue> fields = event.fields;
  for (const Property& property : expression.properties()) {
    FieldValue& field = fields.emplace_back(FieldValue{.number = kNoValue, .text = {}});
    const JsonValue* const value = at_path(event.properties, property.name);
    if (value == nullptr) continue;
    if (property.type != Property::Type::text && value->number()) field.number = *value->number();
    if (property.type != Property::Type::text && value->boolean()) field.number = *value->boolean() ? 1 : 0;
    if (property.type != Property::Type::number && value->text()) field.text = *value->text();
  }
  return expression.evaluate(fields);
}

std::vector<double> values_in(const Facts& facts, const std::vector<Happened>& events, const EventAggregate& aggregate,
                              const Window& window, const Exposure& exposure, Timestamp first_treated) {
  std::vector<double> values;
  for (const Happened& event : events) {
    const bool is_history = event.ended < first_treated.ms;
    const std::int64_t since = event.began - (is_history ? first_treated : exposure.first_seen).ms;
    if (since < window.begin_ms || (window.end_ms && since >= *window.end_ms)) continue;
    if (since < 0 && !is_history) continue;
    if (since >= 0 && exposure.last_seen && event.began > exposure.last_seen->ms) continue;
    if (since >= 0 && is_elsewhere(facts, exposure.experiment, {event.began})) continue;
    const bool same = aggregate.event == EventKind::request ? event.is_request : event.kind == aggregate.event;
    if (!same || event.name != aggregate.name) continue;
    if (aggregate.where && evaluated(*aggregate.where, event) != 1) continue;
    const double value = aggregate.value ? evaluated(*aggregate.value, event) : 1;
    values.push_back(std::abs(value) > kLargestValue ? kImplausible : value);
  }
  return values;
}

double aggregated(Aggregation aggregate, const std::vector<double>& values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  switch (aggregate) {
    case Aggregation::sum:
      return sum;
    case Aggregation::count:
      return static_cast<double>(values.size());
    case Aggregation::mean:
      return values.empty() ? kNoValue : sum / static_cast<double>(values.size());
    case Aggregation::max:
      return values.empty() || std::isnan(sum) ? kNoValue : *std::ranges::max_element(values);
    case Aggregation::any:
      return values.empty() ? 0 : 1;
  }
  return kNoValue;
}

// Of the latest version.
Seen seen_in(const Facts& facts, const std::string& experiment, const std::optional<Timestamp>& until) {
  int version = 0;
  Seen seen;
  for (const Exposure& exposure : facts.exposures) {
    if (exposure.experiment != experiment || (until && exposure.first_seen >= *until)) continue;
    if (exposure.version > version) seen.clear();
    version = exposure.version;
    if (!is_over(exposure)) seen[exposure.unit].push_back(&exposure);
  }
  return seen;
}

// How many.
std::int64_t leave_out_overridden(Seen& seen, const AggregateQuery& query, const std::string& experiment) {
  const auto forced = query.overridden.find(experiment);
  if (forced == query.overridden.end()) return 0;
  std::int64_t count = 0;
  for (const UnitId& unit : forced->second) count += static_cast<std::int64_t>(seen.erase(unit));
  return count;
}

// Of each unit, in any version.
std::map<UnitId, Timestamp> first_treated_in(const Facts& facts, const std::string& experiment) {
  std::map<UnitId, Timestamp> first;
  for (const Exposure& exposure : facts.exposures) {
    if (exposure.experiment != experiment) continue;
    Timestamp& of_unit = first.try_emplace(exposure.unit, exposure.first_seen).first->second;
    of_unit = std::min(of_unit, exposure.first_seen);
  }
  return first;
}

std::vector<std::string> variants_of(const Seen& seen) {
  std::set<std::string> variants;
  for (const auto& [unit, exposures] : seen) {
    for (const Exposure* exposure : exposures) variants.insert(exposure->variant);
  }
  return {variants.begin(), variants.end()};
}

std::int32_t position(const std::vector<std::string>& keys, const std::string& key) {
  return static_cast<std::int32_t>(std::ranges::find(keys, key) - keys.begin());
}

class Builder {
 public:
  Builder(const Facts& facts, const AggregateQuery& query, const std::string& experiment)
      : facts_(facts),
        query_(query),
        seen_(seen_in(facts, experiment, query.until)),
        first_treated_(first_treated_in(facts, experiment)) {
    table_.overridden = leave_out_overridden(seen_, query, experiment);
    table_.experiment = experiment;
    table_.variants = variants_of(seen_);
    name_columns();
    name_groupings(facts);
    collect(facts);
    note_ended(facts);
    table_.paused = pauses_of(facts.runs, experiment);
  }

  UnitTable run() && {
    for (const auto& [unit, exposures] : seen_) add(unit, exposures);
    for (std::size_t i = 0; i < query_.dimensions.size(); ++i) {
      if (!query_.dimensions[i].attribute.empty()) group_by_attribute(i);
    }
    return std::move(table_);
  }

 private:
  // A column for each number that is asked for, in the order of asking.
  void name_columns() {
    const auto add_column = [this](const EventAggregate& aggregate, const Window& window) {
      columns_.emplace_back(aggregate, window);
      return columns_.size() - 1;
    };
    for (const MetricDefinition& metric : query_.metrics) {
      table_.metrics.push_back(columns_of(metric, add_column));
      if (metric.type != MetricType::quantile) continue;
      table_.metrics.back().events = quantiles_.size();
      quantiles_.push_back(&metric);
    }
    table_.columns = columns_.size();
    table_.events.resize(quantiles_.size());
  }

  void name_groupings(const Facts& facts) {
    for (const Dimension& dimension : query_.dimensions) {
      table_.dimensions.push_back({.name = dimension.name, .levels = dimension.labels, .level = {}});
    }
    for (const std::string& key : query_.overlaps) {
      Seen other = seen_in(facts, key, query_.until);
      leave_out_overridden(other, query_, key);
      if (key == table_.experiment || other.empty()) continue;
      table_.overlaps.push_back({.name = key, .levels = variants_of(other), .level = {}});
      others_.push_back(std::move(other));
    }
  }

  void collect(const Facts& facts) {
    std::vector<const Session*> by_id;
    for (const Session& session : facts.sessions) by_id.push_back(&session);
    std::ranges::sort(by_id, {}, [](const Session* session) { return session->id; });
    for (const Session* session : by_id) {
      if (query_.until && session->ended >= *query_.until) continue;
      data_end_ = std::max(data_end_, session->ended);
      const auto fields = fields_of(*session);
      events_[session->unit].push_back({.kind = EventKind::session,
                                        .began = session->started.ms,
                                        .ended = session->ended.ms,
                                        .fields = {fields.begin(), fields.end()},
                                        .properties = json_of(session->properties)});
    }
    for (const Playback& playback : facts.playbacks) {
      if (query_.until && playback.at >= *query_.until) continue;
      const auto fields = fields_of(playback);
      events_[playback.unit].push_back({.kind = EventKind::playback,
                                        .is_request = playback.recommended.has_value(),
                                        .began = playback.at.ms,
                                        .ended = playback.at.ms,
                                        .fields = {fields.begin(), fields.end()}});
    }
    for (const CustomEvent& event : facts.events) {
      if (query_.until && event.at >= *query_.until) continue;
      const auto fields = fields_of(event);
      events_[event.unit].push_back({.kind = EventKind::custom,
                                     .name = event.name,
                                     .began = event.at.ms,
                                     .ended = event.at.ms,
                                     .fields = {fields.begin(), fields.end()},
                                     .properties = json_of(event.properties)});
    }
  }

  void note_ended(const Facts& facts) {
    if (seen_.empty()) return;
    const auto end = facts.ends.find({table_.experiment, seen_.begin()->second.front()->version});
    if (end == facts.ends.end() || (query_.until && end->second >= *query_.until)) return;
    table_.ended = end->second;
    data_end_ = std::min(data_end_, end->second);
  }

  void add(const UnitId& unit, const std::vector<const Exposure*>& exposures) {
    const Exposure& exposure = *exposures.front();
    table_.version = exposure.version;
    for (const Exposure* one : exposures) {
      table_.first_exposure = std::min(table_.first_exposure.value_or(one->first_seen), one->first_seen);
      table_.last_exposure = std::max(table_.last_exposure.value_or(one->first_seen), one->first_seen);
    }
    const bool several = exposures.size() > 1;
    table_.units.push_back(unit);
    table_.first_seen.push_back(exposure.first_seen);
    table_.variant.push_back(several ? UnitTable::kSeveral : position(table_.variants, exposure.variant));
    const std::vector<Happened>& events = several ? none_ : events_[unit];
    const auto values = [&](const EventAggregate& aggregate, const Window& window) {
      return values_in(facts_, events, aggregate, window, exposure,
                       std::min(first_treated_.at(unit), exposure.first_seen));
    };
    const auto over = [&](const Window& window) {
      return is_over(window, exposure.first_seen, data_end_) && !is_cut_short(window, exposure);
    };
    for (const auto& [aggregate, window] : columns_) {
      table_.values.push_back(over(window) ? aggregated(aggregate.aggregate, values(aggregate, window)) : kNoValue);
    }
    for (std::size_t i = 0; i < quantiles_.size(); ++i) {
      auto of_unit =
          over(quantiles_[i]->window) ? values(quantiles_[i]->numerator, quantiles_[i]->window) : std::vector<double>{};
      std::erase_if(of_unit, [](double value) { return !std::isfinite(value); });
      table_.events[i].push_back(std::move(of_unit));
    }
    for (std::size_t i = 0; i < query_.dimensions.size(); ++i) {
      const Dimension& dimension = query_.dimensions[i];
      if (!dimension.attribute.empty()) continue;
      const auto before = values(dimension.of, window_of(dimension));
      table_.dimensions[i].level.push_back(level_of(dimension, aggregated(dimension.of.aggregate, before)));
    }
    for (std::size_t i = 0; i < others_.size(); ++i) table_.overlaps[i].level.push_back(level_in(i, unit));
    note_end(events, exposure);
  }

  // Of the attributes that each unit had when it was first seen.
  void group_by_attribute(std::size_t number) {
    const Dimension& dimension = query_.dimensions[number];
    Grouping& grouping = table_.dimensions[number];
    std::vector<std::string> texts;
    std::map<std::string, int> units;
    for (std::size_t i = 0; i < table_.units.size(); ++i) {
      const JsonValue attributes = json_of(seen_.at(table_.units[i]).front()->attributes);
      const JsonValue* const value = at_path(attributes, dimension.attribute);
      const double* const number_of = value == nullptr ? nullptr : value->number();
      if (!dimension.breaks.empty()) {
        grouping.level.push_back(number_of == nullptr ? Grouping::kNone : level_of(dimension, *number_of));
        continue;
      }
      std::string& text = texts.emplace_back();
      if (value != nullptr && value->text()) text = *value->text();
      if (value != nullptr && (number_of != nullptr || value->boolean() != nullptr)) text = to_json(*value);
      if (text.size() > 200) text.clear();
      if (!text.empty() && table_.variant[i] != UnitTable::kSeveral) ++units[text];
    }
    if (!dimension.breaks.empty()) return;
    std::vector<std::string> order;
    for (const auto& [text, count] : units) order.push_back(text);
    std::ranges::stable_sort(order, std::greater{}, [&](const std::string& text) { return units.at(text); });
    const bool all = order.size() <= 20;
    for (const std::string& text : order) {
      if (all || (grouping.levels.size() < 20 && text != "other")) grouping.levels.push_back(text);
    }
    if (!all) grouping.levels.emplace_back("other");
    for (const std::string& text : texts) {
      const auto place = std::ranges::find(grouping.levels, text);
      if (!text.empty() && place != grouping.levels.end()) {
        grouping.level.push_back(static_cast<std::int32_t>(place - grouping.levels.begin()));
      } else {
        grouping.level.push_back(text.empty() || all ? Grouping::kNone : 20);
      }
    }
  }

  // Whether another experiment was simulated alone before the window was over.
  bool is_cut_short(const Window& window, const Exposure& exposure) const {
    const std::int64_t wait = window.end_ms.value_or(window.begin_ms);
    return std::ranges::any_of(facts_.runs, [&](const Run& run) {
      const Timestamp from = std::max(run.since, exposure.first_seen);
      return from.ms < exposure.first_seen.ms + wait && is_elsewhere(facts_, exposure.experiment, from);
    });
  }

  std::int32_t level_in(std::size_t other, const UnitId& unit) const {
    const auto found = others_[other].find(unit);
    if (found == others_[other].end() || found->second.size() > 1) return Grouping::kNone;
    return position(table_.overlaps[other].levels, found->second.front()->variant);
  }

  void note_end(const std::vector<Happened>& events, const Exposure& exposure) {
    for (const Happened& event : events) {
      if (event.kind != EventKind::session || event.began < exposure.first_seen.ms) continue;
      if (exposure.last_seen && event.began > exposure.last_seen->ms) continue;
      if (is_elsewhere(facts_, exposure.experiment, {event.began})) continue;
      const Timestamp end{event.ended};
      table_.data_through = std::max(table_.data_through.value_or(end), end);
      const Timestamp began{event.began};
      table_.last_began = std::max(table_.last_began.value_or(began), began);
    }
  }

  const Facts& facts_;
  const AggregateQuery& query_;
  Seen seen_;
  const std::map<UnitId, Timestamp> first_treated_;
  UnitTable table_;
  std::vector<std::pair<EventAggregate, Window>> columns_;
  std::vector<const MetricDefinition*> quantiles_;
  std::vector<Seen> others_;
  std::map<UnitId, std::vector<Happened>> events_;
  const std::vector<Happened> none_;
  Timestamp data_end_{std::numeric_limits<std::int64_t>::min()};
};

}  // namespace

UnitTable unit_table_of(const Facts& facts, const AggregateQuery& query, const std::string& experiment) {
  return Builder(facts, query, experiment).run();
}

}  // namespace crossfade::storage
