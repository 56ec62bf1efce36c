#include "platform/calculator/output.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

namespace crossfade::calculator {

using nlohmann::json;

json number(double value) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

json number(std::optional<double> value) {
  return value ? number(*value) : json();
}

json numbers(const std::vector<double>& values) {
  json array = json::array();
  for (const double value : values) array.push_back(number(value));
  return array;
}

void set_bounds(json& result, const stats::Bounds& bounds, std::string_view prefix) {
  result[std::string(prefix) + "_lower"] = number(bounds.lower);
  result[std::string(prefix) + "_upper"] = number(bounds.upper);
}

json undefined(stats::Undefined reason) {
  return {{"status", "undefined"}, {"reason", to_string(reason)}};
}

}  // namespace crossfade::calculator
