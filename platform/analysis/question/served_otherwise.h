#pragma once

#include <optional>
#include <set>
#include <vector>

#include "platform/analysis/question/arrange.h"
#include "platform/analysis/report/health.h"
#include "platform/core/configuration_history.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::analysis {

// Units of the experiment's version, exposed before `until`, that were exposed to what displaces their variant, too.
// Two passes over the exposures where there is any such displacement.
std::vector<ServedOtherwise> served_otherwise(const ExperimentData& data, const std::set<Displacement>& all,
                                              const storage::EventStore& store, std::optional<Timestamp> until);

}  // namespace crossfade::analysis
