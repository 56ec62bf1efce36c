#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>

#include "platform/analysis/report/interval.h"
#include "platform/analysis/report/report.h"
#include "platform/analysis/report/wording.h"
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

inline void add_reason(nlohmann::ordered_json& json, const std::string& reason) {
  if (!reason.empty()) json["reason"] = reason;
}

// null where nothing was.
inline nlohmann::ordered_json decided_json(const std::optional<Decided>& decided) {
  if (!decided) return nullptr;
  return {{"variant", decided->variant},
          {"on", date(decided->on)},
          {"why", or_null(decided->why)},
          {"learned", or_null(decided->learned)}};
}

inline nlohmann::ordered_json to_json(const VariantSummary& summary) {
  nlohmann::ordered_json json{{"variant", summary.variant},
                              {"n", summary.n},
                              {"mean", or_null(summary.mean)},
                              {"standard_deviation", or_null(summary.standard_deviation)}};
  add_reason(json, summary.reason);
  return json;
}

// The numbers that the verdict goes by: of the primary metric and of guardrails.
inline nlohmann::ordered_json to_json(const Deciding& numbers) {
  nlohmann::ordered_json json{{"by", numbers.by ? nlohmann::ordered_json(to_string(*numbers.by)) : nullptr},
                              {"label", or_null(numbers.label)},
                              {"effect", or_null(numbers.effect)},
                              {"interval", or_null(numbers.interval)},
                              {"lift", or_null(numbers.lift)},
                              {"lift_interval", or_null(numbers.lift_interval)},
                              {"significant", numbers.significant}};
  if (numbers.as_of) json["as_of"] = to_string(*numbers.as_of);
  add_reason(json, numbers.reason);
  return json;
}

// What is no UTF-8 in the store's names is replaced, not refused. Ends with a newline.
inline std::string dump(const nlohmann::ordered_json& json, int indent) {
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace crossfade::analysis
