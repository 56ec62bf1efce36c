#pragma once

#include <optional>
#include <string>

#include "platform/core/metric.h"
#include "platform/core/time.h"
#include "platform/storage/event_store.h"

namespace crossfade::storage {

// What an analysis counted, for a SELECT that counts the same.
struct SqlScope {
  std::string experiment;
  int version = 1;                 // the latest that has units
  std::optional<Timestamp> until;  // as in AggregateQuery
  MetricLimits limits;             // of a winsorised metric
};

// A SELECT over the store's file (docs/store.md) that anybody can run to check a metric: for each variant its key, n
// (units that have a value), and mean (of a ratio the ratio of sums, of a quantile the order statistic).
std::string metric_sql(const MetricDefinition& metric, const SqlScope& scope);

}  // namespace crossfade::storage
