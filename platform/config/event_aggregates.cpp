#include "platform/config/event_aggregates.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/config/keys.h"

namespace crossfade::config {

namespace {

constexpr std::string_view kEvents = "session, playback, request or {custom: NAME}";

bool needs_value(Aggregation aggregate) {
  return aggregate == Aggregation::sum || aggregate == Aggregation::mean || aggregate == Aggregation::max;
}

bool read_event(const Entry& entry, EventAggregate& aggregate, Faults& faults) {
  if (entry.value.IsMap()) {
    const Map map{entry, "in event", key_names_of(Section::event), faults};
    const Entry* const custom = map.require("custom", "the name of the event", faults);
    const auto name = custom ? custom->name(faults) : std::nullopt;
    if (!name) return false;
    aggregate.event = EventKind::custom;
    aggregate.name = *name;
    return true;
  }
  const auto name = entry.text(faults, kEvents);
  if (!name) return false;
  if (*name == "session") {
    aggregate.event = EventKind::session;
  } else if (*name == "playback") {
    aggregate.event = EventKind::playback;
  } else if (*name == "request") {
    aggregate.event = EventKind::request;
  } else {
    faults.add(entry.value_mark(), unknown_name("event", *name, {"session", "playback", "request"}) +
                                       fmt::format("; an event of your own is {{custom: {}}}", *name));
    return false;
  }
  return true;
}

// In a scalar that stands on one line as it is written, the place in it; else its begin.
Mark place_in(const Entry& entry, std::size_t offset) {
  Mark mark = entry.value_mark();
  const std::string& text = entry.value.Scalar();
  const bool simple = text.find_first_of("\n\"'\\") == std::string::npos;
  if (!simple) return mark;
  const bool quoted = entry.value.Tag() == "!";
  mark.column += offset + (quoted ? 1 : 0);
  return mark;
}

std::optional<Expression> read_expression(const Entry& entry, EventKind event, ExpressionKind kind, Faults& faults) {
  // A number by itself is an expression too.
  const auto text = entry.value.IsScalar() ? std::optional(entry.value.Scalar()) : entry.text(faults, "an expression");
  if (!text) return std::nullopt;
  auto parsed = Expression::parse(*text, fields_of(event), kind, has_properties(event));
  if (auto* const expression = std::get_if<Expression>(&parsed)) return std::move(*expression);
  const SyntaxFault& fault = std::get<SyntaxFault>(parsed);
  faults.add(place_in(entry, fault.offset), fmt::format("{} {}: {}", entry.key, in_quotes(*text), fault.message));
  return std::nullopt;
}

std::optional<Aggregation> read_aggregation(const Entry& entry, Faults& faults) {
  const auto name = entry.text(faults, "sum, count, mean, max or any");
  if (!name) return std::nullopt;
  std::vector<std::string> known;
  for (const auto one : {Aggregation::sum, Aggregation::count, Aggregation::mean, Aggregation::max, Aggregation::any}) {
    if (*name == to_string(one)) return one;
    known.emplace_back(to_string(one));
  }
  faults.add(entry.value_mark(), unknown_name("aggregate", *name, known));
  return std::nullopt;
}

}  // namespace

std::optional<EventAggregate> read_aggregate(const Map& map, const AggregateRule& rule, Faults& faults) {
  const std::size_t faults_before = faults.size();
  EventAggregate aggregate;
  const Entry* const event = map.require("event", kEvents, faults);
  const bool known = event && read_event(*event, aggregate, faults);
  const Entry* const value = map.find("value");
  const Entry* const how = map.find("aggregate");
  aggregate.aggregate = value ? rule.with_value : rule.without_value;
  if (how && rule.fixed) {
    faults.add(how->mark, "aggregate stands here, want none: this type of metric has its own");
  } else if (how) {
    aggregate.aggregate = read_aggregation(*how, faults).value_or(aggregate.aggregate);
  }
  if (known) {
    if (const Entry* const where = map.find("where")) {
      aggregate.where = read_expression(*where, aggregate.event, ExpressionKind::condition, faults);
    }
    if (value) aggregate.value = read_expression(*value, aggregate.event, ExpressionKind::number, faults);
    const bool wanted = needs_value(aggregate.aggregate);
    if (wanted && !value && aggregate.event == EventKind::custom) {
      aggregate.value =
          std::get<Expression>(Expression::parse("value", fields_of(aggregate.event), ExpressionKind::number));
    } else if (wanted && !value) {
      faults.add(how ? how->mark : map.mark(),
                 fmt::format("{} without value, want one: what of the event is taken", to_string(aggregate.aggregate)));
    } else if (!wanted && value) {
      faults.add(value->mark,
                 fmt::format("{} with a value, want none: it only counts events", to_string(aggregate.aggregate)));
    }
  }
  if (faults.size() > faults_before) return std::nullopt;
  return aggregate;
}

}  // namespace crossfade::config
