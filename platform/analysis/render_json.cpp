#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "platform/analysis/render.h"

// The names are those of the interface that scripts and notebooks rely on; do not change.
namespace crossfade::analysis {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json to_json(const std::optional<Interval>& interval) {
  return interval ? Json::array({interval->lower, interval->upper}) : Json(nullptr);
}

Json to_json(const std::optional<Timestamp>& time) {
  return time ? Json(to_string(*time)) : Json(nullptr);
}

void add_reason(Json& json, const std::string& reason) {
  if (!reason.empty()) json["reason"] = reason;
}

Json to_json(const Srm& srm) {
  Json json;
  json["variants"] = srm.variants;
  json["observed"] = srm.observed;
  json["expected"] = srm.expected;
  json["equal_weights_assumed"] = srm.equal_weights_assumed;
  json["statistic"] = to_json(srm.statistic);
  json["dof"] = srm.dof ? Json(*srm.dof) : Json(nullptr);
  json["p_value"] = to_json(srm.p_value);
  json["mismatch"] = srm.mismatch;
  add_reason(json, srm.reason);
  return json;
}

Json to_json(const MetricShares& shares) {
  Json json;
  json["metric"] = shares.metric;
  json["variants"] = Json::array();
  for (const DefinedShare& share : shares.variants) {
    json["variants"].push_back({{"variant", share.variant}, {"n", share.n}, {"share", to_json(share.share)}});
  }
  json["p_value"] = to_json(shares.p_value);
  add_reason(json, shares.reason);
  return json;
}

Json to_json(const Health& health) {
  Json json;
  json["first_exposure"] = to_json(health.first_exposure);
  json["last_exposure"] = to_json(health.last_exposure);
  json["days"] = health.days;
  json["minimum_days"] = health.minimum_days;
  json["primary_defined"] = to_json(health.primary_defined);
  json["tracks_minus_time_per_session"] = Json::array();
  for (const SessionBudget& budget : health.tracks_minus_time_per_session) {
    Json entry{{"variant", budget.variant},
               {"n", budget.n},
               {"mean", to_json(budget.mean)},
               {"standard_error", to_json(budget.standard_error)}};
    add_reason(entry, budget.reason);
    json["tracks_minus_time_per_session"].push_back(std::move(entry));
  }
  json["warnings"] = health.warnings;
  return json;
}

Json to_json(const VariantSummary& summary) {
  Json json{{"variant", summary.variant},
            {"n", summary.n},
            {"mean", to_json(summary.mean)},
            {"standard_deviation", to_json(summary.standard_deviation)}};
  add_reason(json, summary.reason);
  return json;
}

Json to_json(const AlwaysValid& sequence) {
  Json json{{"p_value", to_json(sequence.p_value)},
            {"adjusted_p_value", to_json(sequence.adjusted_p_value)},
            {"interval", to_json(sequence.interval)},
            {"lift_interval", to_json(sequence.lift_interval)}};
  add_reason(json, sequence.reason);
  return json;
}

Json to_json(const GuardrailResult& guardrail) {
  Json json{{"margin", guardrail.margin},
            {"p_value", to_json(guardrail.p_value)},
            {"non_inferior", guardrail.non_inferior},
            {"failed", guardrail.failed}};
  add_reason(json, guardrail.reason);
  return json;
}

Json to_json(const Comparison& comparison) {
  Json json{{"variant", comparison.variant},
            {"effect", to_json(comparison.effect)},
            {"standard_error", to_json(comparison.standard_error)},
            {"dof", to_json(comparison.dof)},
            {"p_value", to_json(comparison.p_value)},
            {"adjusted_p_value", to_json(comparison.adjusted_p_value)},
            {"interval", to_json(comparison.interval)},
            {"lift", to_json(comparison.lift)},
            {"lift_interval", to_json(comparison.lift_interval)},
            {"significant", comparison.significant}};
  add_reason(json, comparison.reason);
  if (comparison.always_valid) json["always_valid"] = to_json(*comparison.always_valid);
  if (comparison.guardrail) json["guardrail"] = to_json(*comparison.guardrail);
  return json;
}

Json to_json(const MetricReport& metric) {
  Json json{{"metric", metric.metric}, {"role", to_string(metric.role)},  {"direction", to_string(metric.direction)},
            {"unit", metric.unit},     {"definition", metric.definition}, {"adjustment", metric.adjustment}};
  if (metric.margin) json["margin"] = *metric.margin;
  if (!metric.note.empty()) json["note"] = metric.note;
  json["variants"] = Json::array();
  for (const VariantSummary& variant : metric.variants) json["variants"].push_back(to_json(variant));
  json["comparisons"] = Json::array();
  for (const Comparison& comparison : metric.comparisons) json["comparisons"].push_back(to_json(comparison));
  return json;
}

Json to_json(const Decision& decision) {
  return {{"verdict", to_string(decision.verdict)},
          {"variant", decision.variant.empty() ? Json(nullptr) : Json(decision.variant)},
          {"summary", decision.summary},
          {"reasons", decision.reasons}};
}

Json to_json(const Report& report) {
  Json json;
  json["experiment"] = report.experiment;
  json["hypothesis"] = report.hypothesis;
  json["owner"] = report.owner;
  json["status"] = report.status;
  json["version"] = report.version;
  json["control"] = report.control.empty() ? Json(nullptr) : Json(report.control);
  json["confidence_level"] = report.confidence_level;
  json["lift_method"] = to_string(report.lift_method);
  json["data_through"] = to_json(report.data_through);
  json["units"] = Json::object();
  for (const VariantUnits& variant : report.units) json["units"][variant.variant] = variant.units;
  json["excluded"] = {{"multiple_variants", report.multiple_variants}, {"overrides", report.overrides}};
  json["srm"] = to_json(report.srm);
  json["health"] = to_json(report.health);
  json["metrics"] = Json::array();
  for (const MetricReport& metric : report.metrics) json["metrics"].push_back(to_json(metric));
  json["decision"] = to_json(report.decision);
  return json;
}

// What is no UTF-8 in the store's names is replaced, not refused.
std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string render_json(const Report& report, int indent) {
  return dump(to_json(report), indent);
}

std::string render_json(std::span<const Report> reports, int indent) {
  Json json{{"experiments", Json::array()}};
  for (const Report& report : reports) json["experiments"].push_back(to_json(report));
  return dump(json, indent);
}

}  // namespace crossfade::analysis
