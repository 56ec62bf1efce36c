#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "platform/analysis/report/behaviour.h"

namespace crossfade::analysis {

// As they stand in the JSON of a Report.
nlohmann::ordered_json distributions_json(const Distributions& distributions);
nlohmann::ordered_json traffic_json(const std::vector<VariantTraffic>& traffic);

}  // namespace crossfade::analysis
