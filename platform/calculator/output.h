#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "platform/stats/numerics/result.h"

// The fields of a result, by the names of the calculator's format.
namespace crossfade::calculator {

// An infinite number is "inf" or "-inf": JSON has none.
nlohmann::json number(double value);
nlohmann::json numbers(const std::vector<double>& values);
nlohmann::json number(std::optional<double> value);  // null where there is none

// ci_lower and ci_upper; `prefix` stands in place of "ci".
void set_bounds(nlohmann::json& result, const stats::Bounds& bounds, std::string_view prefix = "ci");

// {"status": "undefined", "reason": ...}
nlohmann::json undefined(stats::Undefined reason);

}  // namespace crossfade::calculator
