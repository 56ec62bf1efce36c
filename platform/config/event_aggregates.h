#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/config/document.h"
#include "platform/core/metric.h"

namespace crossfade::config {

// The keys of an aggregate, wherever it stands.
inline const std::vector<std::string> kAggregateKeys = {"event", "where", "value", "aggregate"};

// What an aggregate may be in its place.
struct AggregateRule {
  Aggregation without_value = Aggregation::count;  // where `aggregate` is not given
  Aggregation with_value = Aggregation::sum;
  bool fixed = false;  // `aggregate` may not be given at all
};

// {event, where, value, aggregate} of a map that may have other keys too. Nothing where something is wrong with it.
std::optional<EventAggregate> read_aggregate(const Map& map, const AggregateRule& rule, Faults& faults);

}  // namespace crossfade::config
