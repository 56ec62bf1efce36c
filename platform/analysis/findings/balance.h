#pragma once

#include <cstddef>
#include <optional>

#include "platform/analysis/question/arrange.h"
#include "platform/analysis/report/report.h"
#include "platform/core/metric.h"

namespace crossfade::analysis {

// `before`: the metric in the time before the first exposure, `position` in the query. Nothing where nobody has
// history.
std::optional<Balance> balance_of(const ExperimentData& data, const MetricDefinition& before, std::size_t position,
                                  int lookback_days, double confidence_level);

}  // namespace crossfade::analysis
