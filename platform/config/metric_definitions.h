#pragma once

#include <vector>

#include "platform/config/document.h"
#include "platform/core/metric.h"

namespace crossfade::config {

struct MetricDefinitions {
  std::vector<MetricDefinition> metrics;  // those without a fault of their own
  std::vector<std::string> names;         // of all that the file names, and of the standard ones
};

// `metrics: {NAME: {type, ...}}`; docs/metrics.md has the format.
MetricDefinitions read_metric_definitions(const Entry& entry, Faults& faults);

// `dimensions: {NAME: {event, ..., breaks}}`, or `{NAME: {attribute, breaks, labels}}`
std::vector<Dimension> read_dimensions(const Entry& entry, Faults& faults);

// "7d", "12h", "30m" or "45s", in milliseconds; nothing (a fault) for anything else.
std::optional<std::int64_t> read_duration(const Entry& entry, Faults& faults);
// "7d" and the like, in whole days; nothing (a fault) for less than one, or for a part of a day.
std::optional<int> read_days(const Entry& entry, Faults& faults);

}  // namespace crossfade::config
