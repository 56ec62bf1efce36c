#include "platform/stats/corrections/corrections.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "platform/calculator/families.h"
#include "platform/calculator/output.h"
#include "platform/stats/corrections/corrections.h"
#include "platform/stats/corrections/fcr_intervals.h"

namespace crossfade::calculator {

using nlohmann::json;

namespace {

struct Correction {
  const char* name;
  stats::Result<std::vector<double>> (*adjust)(std::span<const double> p_values);
};

constexpr std::array kCorrections{Correction{"bonferroni", stats::bonferroni},
                                  Correction{"sidak", stats::sidak},
                                  Correction{"holm", stats::holm},
                                  Correction{"holm_sidak", stats::holm_sidak},
                                  Correction{"hochberg", stats::hochberg},
                                  Correction{"benjamini_hochberg", stats::benjamini_hochberg},
                                  Correction{"benjamini_yekutieli", stats::benjamini_yekutieli}};

}  // namespace

json multiple_testing(const Input& input) {
  const std::vector<double> p_values = input.numbers("p_values");
  const double alpha = test_options(input).alpha;
  json result = json::object();
  for (const Correction& correction : kCorrections) {
    const auto adjusted = correction.adjust(p_values);
    if (!adjusted) return undefined(adjusted.reason());
    json rejected = json::array();
    for (const double p : *adjusted) rejected.push_back(p <= alpha);
    result[correction.name] = numbers(*adjusted);
    result[std::string(correction.name) + "_reject"] = std::move(rejected);
  }
  return result;
}

json fcr_intervals(const Input& input) {
  const auto found =
      stats::fcr_intervals(input.numbers("estimates"), input.numbers("standard_errors"), input.number("q", 0.05));
  if (!found) return undefined(found.reason());
  json selected = json::array();
  json lower = json::array();
  json upper = json::array();
  for (const auto& interval : found->intervals) {
    selected.push_back(interval.has_value());
    lower.push_back(interval ? number(interval->lower) : json());
    upper.push_back(interval ? number(interval->upper) : json());
  }
  return {{"n_selected", found->n_selected},
          {"selected", std::move(selected)},
          {"fcr_lower", std::move(lower)},
          {"fcr_upper", std::move(upper)}};
}

}  // namespace crossfade::calculator
