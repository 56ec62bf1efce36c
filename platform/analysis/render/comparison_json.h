#pragma once

#include <nlohmann/json_fwd.hpp>

#include "platform/analysis/report/comparison.h"

namespace crossfade::analysis {

// As it stands in the JSON of a Report, but for `deciding`, which only the primary metric's comparisons have there.
nlohmann::ordered_json to_json(const Comparison& comparison);

}  // namespace crossfade::analysis
