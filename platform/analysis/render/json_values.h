#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>

#include "platform/analysis/report/interval.h"
#include "platform/analysis/report/report.h"
#include "platform/core/time.h"

namespace crossfade::analysis {

// A number, an interval as an array of two, or a time as text; null where there is none.
template <class T>
nlohmann::ordered_json or_null(const std::optional<T>& value) {
  if (!value) return nullptr;
  if constexpr (std::is_same_v<T, Interval>) {
    return nlohmann::ordered_json::array({value->lower, value->upper});
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    return to_string(*value);
  } else {
    return *value;
  }
}

// null for "", which stands for what is not known.
inline nlohmann::ordered_json or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return text;
}

// The numbers of a primary metric that the verdict goes by.
inline nlohmann::ordered_json to_json(const Deciding& numbers) {
  return {{"by", numbers.by ? nlohmann::ordered_json(to_string(*numbers.by)) : nullptr},
          {"lift", or_null(numbers.lift)},
          {"lift_interval", or_null(numbers.lift_interval)},
          {"significant", numbers.significant}};
}

// What is no UTF-8 in the store's names is replaced, not refused. Ends with a newline.
inline std::string dump(const nlohmann::ordered_json& json, int indent) {
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace crossfade::analysis
