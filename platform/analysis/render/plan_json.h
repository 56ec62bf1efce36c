#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "platform/analysis/report/report.h"

namespace crossfade::analysis {

// Where an experiment stands in its plan.
nlohmann::ordered_json plan_json(const PlanProgress& progress);
// What is to be expected of what won, after launch.
nlohmann::ordered_json after_launch_json(const std::vector<AfterLaunch>& expected);
// The median-unbiased effect of a group sequential test that stopped; null where there is none.
nlohmann::ordered_json unbiased_json(const std::optional<UnbiasedEffect>& effect);

}  // namespace crossfade::analysis
