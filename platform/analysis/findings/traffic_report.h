#pragma once

#include <vector>

#include "platform/analysis/question/arrange.h"
#include "platform/analysis/report/behaviour.h"
#include "platform/core/configuration.h"
#include "platform/storage/contract/traffic.h"

namespace crossfade::analysis {

// The store's counts as shares, control first; `configuration` says whose recommender a variant's units should get.
// Traffic of another version than the experiment's is left out.
std::vector<VariantTraffic> traffic_report(const ExperimentData& data, const storage::Traffic& traffic,
                                           const Configuration& configuration, double confidence_level);

}  // namespace crossfade::analysis
