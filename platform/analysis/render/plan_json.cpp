#include "platform/analysis/render/plan_json.h"

#include "platform/analysis/render/json_values.h"
#include "platform/analysis/report/wording.h"

namespace crossfade::analysis {

namespace {

nlohmann::ordered_json size_json(const PlanProgress& progress) {
  if (!progress.size) return nullptr;
  return {{"fixed", or_null(progress.size->fixed)},
          {"from_units", progress.size->from_units},
          {"words", size_statement(progress)}};
}

}  // namespace

nlohmann::ordered_json plan_json(const PlanProgress& progress) {
  const Plan& plan = progress.plan;
  return {{"mode", to_string(plan.mode)},
          {"alpha", plan.alpha},
          {"power", plan.power},
          {"mde", or_null(plan.mde)},
          {"duration_days", or_null(plan.duration_days)},
          {"planned_looks", or_null(plan.looks)},
          {"planned_units", or_null(progress.planned_units)},
          {"size", size_json(progress)},
          {"units", progress.units},
          {"information_fraction", progress.information_fraction},
          {"looks", progress.looks},
          {"peeks", progress.peeks},
          {"alpha_spent", or_null(progress.alpha_spent)},
          {"days_left", or_null(progress.days_left)},
          {"complete", progress.complete},
          {"as_of", or_null(progress.as_of)},
          {"look_due", progress.look_due},
          {"guarantee", progress.guarantee}};
}

nlohmann::ordered_json after_launch_json(const std::vector<AfterLaunch>& expected) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const AfterLaunch& one : expected) {
    json.push_back({{"variant", one.variant},
                    {"seen", one.seen},
                    {"lift", one.lift},
                    {"interval", or_null(std::optional(one.interval))},
                    {"by", to_string(one.by)},
                    {"experiments", one.experiments},
                    {"mean", one.mean},
                    {"spread", one.spread},
                    {"words", statement(one)}});
  }
  return json;
}

nlohmann::ordered_json unbiased_json(const std::optional<UnbiasedEffect>& effect) {
  if (!effect) return nullptr;
  return {{"effect", effect->effect},
          {"interval", or_null(std::optional(effect->interval))},
          {"lift", effect->lift},
          {"lift_interval", or_null(std::optional(effect->lift_interval))}};
}

}  // namespace crossfade::analysis
