#pragma once

#include <cstddef>

#include "platform/analysis/arrange.h"
#include "platform/analysis/details.h"
#include "platform/core/metric.h"

namespace crossfade::analysis {

// The metric whose events distributions_of reads: the times of all ended sessions.
MetricDefinition session_time_metric();

// How session times and sessions are spread, and at which quantiles the variants differ. `position`: of
// session_time_metric in the query. O(sessions x log sessions).
Distributions distributions_of(const ExperimentData& data, std::size_t position, double confidence_level);

}  // namespace crossfade::analysis
