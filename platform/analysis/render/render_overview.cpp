#include <algorithm>

#include "platform/analysis/render/json_values.h"
#include "platform/analysis/render/render.h"
#include "platform/analysis/report/facts.h"

namespace crossfade::analysis {

namespace {

using Json = nlohmann::ordered_json;

Json plan_of(const Report& report) {
  if (!report.plan) return nullptr;
  const PlanProgress& plan = *report.plan;
  return {{"mode", to_string(plan.plan.mode)},
          {"information_fraction", plan.information_fraction},
          {"planned_units", or_null(plan.planned_units)},
          {"days_left", or_null(plan.days_left)},
          {"complete", plan.complete}};
}

// `lift`, `lift_interval` and `significant` are those of a single look, as in the report; `deciding` are those that the
// verdict goes by, however often one looks.
Json lift_json(const Comparison& comparison) {
  Json json{{"variant", comparison.variant},
            {"lift", or_null(comparison.lift)},
            {"lift_interval", or_null(comparison.lift_interval)},
            {"significant", comparison.significant},
            {"deciding", to_json(comparison.deciding.value())}};
  if (!comparison.reason.empty()) json["reason"] = comparison.reason;
  return json;
}

Json primary_of(const Report& report) {
  const auto primary = std::ranges::find(report.metrics, Role::primary, &MetricReport::role);
  if (primary == report.metrics.end()) return nullptr;
  Json comparisons = Json::array();
  for (const Comparison& comparison : primary->comparisons) comparisons.push_back(lift_json(comparison));
  return {{"metric", primary->metric},
          {"direction", to_string(primary->direction)},
          {"unit", primary->unit},
          {"comparisons", std::move(comparisons)}};
}

Json summary_of(const Report& report) {
  Json units = Json::object();
  for (const VariantUnits& variant : report.units) units[variant.variant] = variant.units;
  Json decision{{"verdict", to_string(report.decision.verdict)},
                {"caution", or_null(caution_of(report))},
                {"summary", report.decision.summary},
                {"reasons", report.decision.reasons}};
  if (!report.decision.variant.empty()) decision["variant"] = report.decision.variant;
  return {{"experiment", report.experiment},
          {"status", report.status},
          {"owner", report.owner},
          {"hypothesis", report.hypothesis},
          {"decided", decided_json(report.decided)},
          {"first_exposure", or_null(report.health.first_exposure)},
          {"data_through", or_null(report.data_through)},
          {"days", report.health.days},
          {"units", std::move(units)},
          {"srm_p_value", or_null(report.srm.deciding_p())},
          {"srm_mismatch", report.srm.mismatch},
          {"grade", to_string(report.health.grade())},
          {"warnings", report.health.warnings.size()},
          {"plan", plan_of(report)},
          {"primary", primary_of(report)},
          {"decision", std::move(decision)}};
}

}  // namespace

std::string render_overview(std::span<const Report> reports) {
  Json list = Json::array();
  for (const Report& report : reports) list.push_back(summary_of(report));
  const Json json{{"experiments", std::move(list)}};
  return dump(json, -1);
}

}  // namespace crossfade::analysis
