#pragma once

#include <string>

#include "platform/core/metric.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::storage {

// A SELECT over the store's file (docs/store.md) that anybody can run to check a metric: for each variant its key, n
// (units that have a value), and mean (of a ratio the ratio of sums, of a quantile the order statistic).
// `excludes`: it leaves out what the store excludes, if there is anything.
std::string metric_sql(const MetricDefinition& metric, const SqlScope& scope, bool excludes = false);

}  // namespace crossfade::storage
