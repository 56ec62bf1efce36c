#pragma once

#include <nlohmann/json_fwd.hpp>

#include "platform/analysis/report.h"

namespace crossfade::analysis {

// A comparison as it stands in the JSON of a Report.
nlohmann::ordered_json comparison_json(const Comparison& comparison);

}  // namespace crossfade::analysis
