#include "platform/analysis/render/comparison_json.h"

#include <cmath>

#include "platform/analysis/render/json_values.h"
#include "platform/analysis/render/plan_json.h"

// The names are those of the interface that scripts and notebooks rely on; do not change.
namespace crossfade::analysis {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const AlwaysValid& sequence) {
  Json json{{"p_value", or_null(sequence.p_value)},
            {"adjusted_p_value", or_null(sequence.adjusted_p_value)},
            {"interval", or_null(sequence.interval)},
            {"lift_interval", or_null(sequence.lift_interval)}};
  if (sequence.units_needed) json["units_needed"] = *sequence.units_needed;
  add_reason(json, sequence.reason);
  return json;
}

Json to_json(const Skew& skew) {
  return {{"skewness", skew.skewness},
          {"units", skew.units},
          {"units_needed", skew.units_needed},
          {"trusted", skew.trusted}};
}

Json to_json(const AdjustedComparison& adjusted) {
  Json json{{"method", adjusted.regression ? "regression" : "cuped"},
            {"share_with_history", adjusted.share_with_history},
            {"variance_reduction", or_null(adjusted.variance_reduction)},
            {"effect", or_null(adjusted.effect)},
            {"standard_error", or_null(adjusted.standard_error)},
            {"dof", or_null(adjusted.dof)},
            {"p_value", or_null(adjusted.p_value)},
            {"adjusted_p_value", or_null(adjusted.adjusted_p_value)},
            {"interval", or_null(adjusted.interval)},
            {"lift", or_null(adjusted.lift)},
            {"lift_interval", or_null(adjusted.lift_interval)}};
  if (adjusted.skew) json["skew"] = to_json(*adjusted.skew);
  add_reason(json, adjusted.reason);
  return json;
}

Json to_json(const GroupSequentialLook& look) {
  Json json{{"bound", std::isfinite(look.bound) ? Json(look.bound) : Json(nullptr)},
            {"statistic", or_null(look.statistic)},
            {"crossed", look.crossed},
            {"effect", or_null(look.effect)},
            {"interval", or_null(look.interval)},
            {"lift", or_null(look.lift)},
            {"lift_interval", or_null(look.lift_interval)},
            {"unbiased", unbiased_json(look.unbiased)}};
  if (!std::isfinite(look.bound)) add_reason(json, "nothing may be spent yet");
  add_reason(json, look.reason);
  return json;
}

Json to_json(const BayesianView& view) {
  Json json{{"chance_to_win", or_null(view.chance_to_win)},
            {"expected_loss", or_null(view.expected_loss)},
            {"posterior_lift", or_null(view.posterior_lift)},
            {"lift_interval", or_null(view.lift_interval)},
            {"prior_conflict", or_null(view.prior_conflict)}};
  add_reason(json, view.reason);
  return json;
}

Json to_json(const Detectable& detectable) {
  return {{"achieved", or_null(detectable.achieved)},
          {"target", or_null(detectable.target)},
          {"units_needed", or_null(detectable.units_needed)}};
}

Json to_json(const SnapshotLook& look) {
  return {{"snapshot", look.at},
          {"n", look.n},
          {"effect", or_null(look.effect)},
          {"p_value", or_null(look.p_value)},
          {"interval", or_null(look.interval)}};
}

Json to_json(const GuardrailResult& guardrail) {
  Json json{{"margin", guardrail.margin},
            {"p_value", or_null(guardrail.p_value)},
            {"harm_p_value", or_null(guardrail.harm_p_value)},
            {"non_inferior", guardrail.non_inferior},
            {"harmed", guardrail.harmed},
            {"failed", guardrail.failed}};
  add_reason(json, guardrail.reason);
  return json;
}

}  // namespace

Json to_json(const Comparison& comparison) {
  Json json{{"variant", comparison.variant},
            {"effect", or_null(comparison.effect)},
            {"standard_error", or_null(comparison.standard_error)},
            {"dof", or_null(comparison.dof)},
            {"p_value", or_null(comparison.p_value)},
            {"adjusted_p_value", or_null(comparison.adjusted_p_value)},
            {"interval", or_null(comparison.interval)},
            {"lift", or_null(comparison.lift)},
            {"lift_interval", or_null(comparison.lift_interval)},
            {"significant", comparison.significant}};
  add_reason(json, comparison.reason);
  if (comparison.blocks) json["blocks"] = {{"n", *comparison.blocks}, {"left_out", comparison.incomplete_blocks}};
  if (comparison.fcr_interval) json["fcr_interval"] = or_null(comparison.fcr_interval);
  if (comparison.skew) json["skew"] = to_json(*comparison.skew);
  if (comparison.adjusted) json["cuped"] = to_json(*comparison.adjusted);
  if (comparison.always_valid) json["always_valid"] = to_json(*comparison.always_valid);
  for (const SnapshotLook& look : comparison.looks) json["looks"].push_back(to_json(look));
  if (comparison.group_sequential) json["group_sequential"] = to_json(*comparison.group_sequential);
  if (comparison.bayesian) json["bayesian"] = to_json(*comparison.bayesian);
  if (comparison.detectable) json["mde"] = to_json(*comparison.detectable);
  if (comparison.guardrail) json["guardrail"] = to_json(*comparison.guardrail);
  return json;
}

}  // namespace crossfade::analysis
