#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/calculator/families.h"
#include "platform/calculator/output.h"
#include "platform/stats/segments/effect_trend.h"
#include "platform/stats/segments/interaction.h"
#include "platform/stats/segments/segment_heterogeneity.h"
#include "platform/stats/segments/shrinkage.h"

namespace crossfade::calculator {

using nlohmann::json;

namespace {

std::vector<stats::TwoSamples> comparisons(const std::vector<Input>& parts) {
  std::vector<stats::TwoSamples> made;
  for (const Input& part : parts) {
    const Arms arms = mean_arms(part);
    made.push_back({.control = arms.control, .treatment = arms.treatment});
  }
  return made;
}

// null for a part that has no effect.
void set_effects(json& result, const std::vector<std::optional<stats::Effect>>& effects) {
  result["estimates"] = json::array();
  result["standard_errors"] = json::array();
  for (const auto& effect : effects) {
    result["estimates"].push_back(effect ? json(effect->estimate) : json());
    result["standard_errors"].push_back(effect ? json(effect->standard_error) : json());
  }
}

}  // namespace

json segment_heterogeneity(const Input& input) {
  const auto found = stats::segment_heterogeneity(comparisons(input.objects("segments")));
  if (!found) return undefined(found.reason());
  json result{{"pooled_estimate", found->pooled_estimate},
              {"pooled_standard_error", found->pooled_standard_error},
              {"q_statistic", found->q_statistic},
              {"dof", found->dof},
              {"p_value", found->p_value},
              {"i_squared", found->i_squared}};
  set_effects(result, found->effects);
  return result;
}

namespace {

// What units did, as [unit, day, value]; a unit is a text or a number. `days` grows by those that are new.
std::vector<stats::UnitDays> unit_days(const Input& input, std::string_view field, std::vector<double>& days) {
  const json& rows = input.raw(field);
  if (!rows.is_array()) input.refuse(field, "is not an array");
  std::map<json, stats::UnitDays> units;
  for (const json& row : rows) {
    if (!row.is_array() || row.size() != 3 || !(row[0].is_string() || row[0].is_number()) || !row[1].is_number() ||
        !row[2].is_number())
      input.refuse(field, "holds what is not [unit, day, value]");
    const auto day = std::ranges::find(days, row[1].get<double>());
    const auto position = static_cast<std::size_t>(day - days.begin());
    if (day == days.end()) days.push_back(row[1].get<double>());
    units[row[0]].push_back({.day = position, .value = row[2].get<double>()});
  }
  std::vector<stats::UnitDays> made;
  for (auto& [unit, values] : units) made.push_back(std::move(values));
  return made;
}

// In order of days.
stats::Result<stats::EffectTrend> clustered_trend(const Input& input) {
  std::vector<double> seen;
  std::vector<stats::UnitDays> control = unit_days(input, "control", seen);
  std::vector<stats::UnitDays> treatment = unit_days(input, "treatment", seen);
  std::vector<double> days = seen;
  std::ranges::sort(days);
  for (auto* const units : {&control, &treatment}) {
    for (stats::UnitDays& unit : *units) {
      for (stats::DayValue& value : unit) {
        value.day = static_cast<std::size_t>(std::ranges::lower_bound(days, seen[value.day]) - days.begin());
      }
    }
  }
  return stats::effect_trend_clustered(days, control, treatment);
}

stats::Result<stats::EffectTrend> independent_trend(const Input& input) {
  const std::vector<Input> parts = input.objects("days");
  std::vector<double> days;
  for (const Input& part : parts) days.push_back(part.number("day"));
  return stats::effect_trend(days, comparisons(parts));
}

}  // namespace

json effect_trend(const Input& input) {
  const std::string variance = input.text("variance", "independent");
  if (variance != "independent" && variance != "clustered") input.refuse("variance", "want independent or clustered");
  const auto found = variance == "clustered" ? clustered_trend(input) : independent_trend(input);
  if (!found) return undefined(found.reason());
  json result{{"slope", found->slope},
              {"slope_standard_error", found->slope_standard_error},
              {"statistic", found->statistic},
              {"p_value", found->p_value},
              {"first_day_fit", found->first_day_fit},
              {"last_day_fit", found->last_day_fit}};
  set_effects(result, found->effects);
  return result;
}

json interaction(const Input& input) {
  const auto found = stats::interaction({.a0_b0 = mean_moments(input.object("a0_b0")),
                                         .a0_b1 = mean_moments(input.object("a0_b1")),
                                         .a1_b0 = mean_moments(input.object("a1_b0")),
                                         .a1_b1 = mean_moments(input.object("a1_b1"))},
                                        test_options(input));
  if (!found) return undefined(found.reason());
  json result{{"estimate", found->estimate},
              {"standard_error", found->standard_error},
              {"dof", found->dof},
              {"statistic", found->statistic},
              {"p_value", found->p_value},
              {"assignment_chi2", found->assignment_chi2},
              {"assignment_p", found->assignment_p}};
  set_bounds(result, found->interval);
  return result;
}

json shrinkage(const Input& input) {
  const std::vector<double> estimates = input.numbers("estimates");
  const std::vector<double> standard_errors = input.numbers("standard_errors");
  if (estimates.size() != standard_errors.size()) input.refuse("standard_errors", "want one for each estimate");
  std::vector<stats::Effect> effects;
  for (std::size_t i = 0; i < estimates.size(); ++i)
    effects.push_back({.estimate = estimates[i], .standard_error = standard_errors[i]});
  const auto found = stats::shrinkage(effects, test_options(input).alpha);
  if (!found) return undefined(found.reason());
  json result{{"mu", found->mu},
              {"mu_standard_error", found->mu_standard_error},
              {"tau_squared", found->tau_squared},
              {"q_statistic", found->q},
              {"dof", found->dof},
              {"p_value", found->p_value},
              {"posterior_means", json::array()},
              {"posterior_sds", json::array()}};
  set_bounds(result, found->mu_interval);
  for (const stats::Shrunken& shrunken : found->shrunken) {
    result["posterior_means"].push_back(shrunken.mean);
    result["posterior_sds"].push_back(shrunken.sd);
  }
  return result;
}

}  // namespace crossfade::calculator
