#pragma once

#include <optional>

#include "platform/analysis/question/arrange.h"
#include "platform/analysis/report/health.h"
#include "platform/storage/contract/unit_table.h"

// Where a split that is not the configured one comes from.
namespace crossfade::analysis {

// Units by day of first exposure and by the levels of the table's dimensions, each tested against the weights of
// `data`; nothing where nothing can be tested. `table` is of the same experiment and time. O(units x dimensions).
std::optional<SplitSearch> split_search(const ExperimentData& data, const storage::UnitTable& table);
// The same of a table that knows no days: by the dimensions that were asked for.
std::optional<SplitSearch> split_search(const ExperimentData& data);

}  // namespace crossfade::analysis
