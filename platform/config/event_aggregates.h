#pragma once

#include <optional>

#include "platform/config/document.h"
#include "platform/core/metric.h"

namespace crossfade::config {

// What an aggregate may be in its place.
struct AggregateRule {
  // What is meant where neither `aggregate` nor `value` is given. Default: the number of events.
  Aggregation without_value = Aggregation::count;

  // What is meant where `value` is given and `aggregate` is not. Default: the sum.
  Aggregation with_value = Aggregation::sum;

  // True: `aggregate` is a fault. Default: false.
  bool fixed = false;
};

// {event, where, value, aggregate} of a map that may have other keys too. Nothing where something is wrong with it.
std::optional<EventAggregate> read_aggregate(const Map& map, const AggregateRule& rule, Faults& faults);

}  // namespace crossfade::config
