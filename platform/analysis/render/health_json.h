#pragma once

#include <nlohmann/json_fwd.hpp>

#include "platform/analysis/report/health.h"

namespace crossfade::analysis {

// As they stand in the JSON of a Report.
nlohmann::ordered_json srm_json(const Srm& srm);
nlohmann::ordered_json health_json(const Health& health);

}  // namespace crossfade::analysis
