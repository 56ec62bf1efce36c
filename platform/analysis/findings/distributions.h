#pragma once

#include <cstddef>

#include "platform/analysis/question/arrange.h"
#include "platform/analysis/report/behaviour.h"

namespace crossfade::analysis {

// How session times and sessions are spread, and at which quantiles the variants differ. `position`: of
// MetricSet::session_times in the query. O(sessions x log sessions).
Distributions distributions_of(const ExperimentData& data, std::size_t position, double confidence_level);

}  // namespace crossfade::analysis
