#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "platform/storage/contract/unit_table.h"

namespace crossfade::storage {

// The second pass over a table, when the means are known: third moments, the jackknife of ratios, and the covariances
// of metrics that are asked for `together`, as AggregateQuery has them. `summary` is that of the first pass over the
// same table, and gets them. O(units x (metrics x (1 + groupings) + the squares of the sets' sizes)).
void add_deviations(const UnitTable& table, std::span<const std::vector<std::size_t>> together,
                    ExperimentAggregate& summary);

}  // namespace crossfade::storage
