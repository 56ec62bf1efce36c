#pragma once

#include <cstddef>
#include <vector>

#include "platform/analysis/question/arrange.h"
#include "platform/analysis/report/report.h"
#include "platform/core/configuration.h"
#include "platform/core/metric.h"

namespace crossfade::analysis {

// Effects of the primary metric that depend on the variant of another experiment. `configuration` says which variants
// are controls.
std::vector<InteractionResult> interactions_of(const ExperimentData& data, const MetricDefinition& metric,
                                               std::size_t position, const Configuration& configuration,
                                               double confidence_level);

}  // namespace crossfade::analysis
