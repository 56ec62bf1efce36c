#include <cmath>
#include <string>

#include "platform/analysis/render/behaviour_json.h"
#include "platform/analysis/render/json_values.h"
#include "platform/analysis/render/render.h"

// The names are those of the interface that scripts and notebooks rely on; do not change.
namespace crossfade::analysis {

namespace {

using Json = nlohmann::ordered_json;

void add_reason(Json& json, const std::string& reason) {
  if (!reason.empty()) json["reason"] = reason;
}

Json to_json(const Srm& srm) {
  Json json;
  json["variants"] = srm.variants;
  json["observed"] = srm.observed;
  json["expected"] = srm.expected;
  json["equal_weights_assumed"] = srm.equal_weights_assumed;
  json["statistic"] = or_null(srm.statistic);
  json["dof"] = or_null(srm.dof);
  json["p_value"] = or_null(srm.p_value);
  json["mismatch"] = srm.mismatch;
  json["always_valid_p_value"] = or_null(srm.always_valid_p_value);
  add_reason(json, srm.reason);
  return json;
}

Json to_json(const MetricShares& shares) {
  Json json;
  json["metric"] = shares.metric;
  json["variants"] = Json::array();
  for (const DefinedShare& share : shares.variants) {
    json["variants"].push_back({{"variant", share.variant}, {"n", share.n}, {"share", or_null(share.share)}});
  }
  json["p_value"] = or_null(shares.p_value);
  add_reason(json, shares.reason);
  return json;
}

Json to_json(const VariantSummary& summary) {
  Json json{{"variant", summary.variant},
            {"n", summary.n},
            {"mean", or_null(summary.mean)},
            {"standard_deviation", or_null(summary.standard_deviation)}};
  add_reason(json, summary.reason);
  return json;
}

Json to_json(const Balance& balance) {
  Json json{{"metric", balance.metric},
            {"lookback_days", balance.lookback_days},
            {"share_p_value", or_null(balance.share_p_value)},
            {"variants", Json::array()},
            {"comparisons", Json::array()}};
  for (const VariantHistory& history : balance.variants) {
    Json entry = to_json(history.summary);
    entry["share"] = or_null(history.share);
    json["variants"].push_back(std::move(entry));
  }
  for (const HistoryComparison& one : balance.comparisons) {
    Json entry{{"variant", one.variant},
               {"effect", or_null(one.effect)},
               {"standard_error", or_null(one.standard_error)},
               {"interval", or_null(one.interval)},
               {"p_value", or_null(one.p_value)}};
    add_reason(entry, one.reason);
    json["comparisons"].push_back(std::move(entry));
  }
  return json;
}

Json to_json(const Health& health) {
  Json json;
  json["first_exposure"] = or_null(health.first_exposure);
  json["last_exposure"] = or_null(health.last_exposure);
  json["days"] = health.days;
  json["minimum_days"] = health.minimum_days;
  json["primary_defined"] = to_json(health.primary_defined);
  if (health.balance) json["balance"] = to_json(*health.balance);
  json["tracks_minus_time_per_session"] = Json::array();
  for (const SessionBudget& budget : health.tracks_minus_time_per_session) {
    Json entry{{"variant", budget.variant},
               {"n", budget.n},
               {"mean", or_null(budget.mean)},
               {"standard_error", or_null(budget.standard_error)}};
    add_reason(entry, budget.reason);
    json["tracks_minus_time_per_session"].push_back(std::move(entry));
  }
  for (const SegmentSrm& segment : health.segments) {
    Json entry{{"dimension", segment.dimension}, {"level", segment.level}};
    entry.update(to_json(segment.srm));
    json["segments"].push_back(std::move(entry));
  }
  json["configuration_changes"] = Json::array();
  for (const ConfigurationChange& change : health.configuration_changes) {
    json["configuration_changes"].push_back(
        {{"at", to_string(change.at)}, {"checksum", change.checksum}, {"changes", change.changes}});
  }
  if (health.exclusions > 0) json["exclusions"] = health.exclusions;
  json["data_warnings"] = health.data_warnings;
  json["warnings"] = health.warnings;
  return json;
}

Json to_json(const AlwaysValid& sequence) {
  Json json{{"p_value", or_null(sequence.p_value)},
            {"adjusted_p_value", or_null(sequence.adjusted_p_value)},
            {"interval", or_null(sequence.interval)},
            {"lift_interval", or_null(sequence.lift_interval)}};
  add_reason(json, sequence.reason);
  return json;
}

Json to_json(const AdjustedComparison& adjusted) {
  Json json{{"share_with_history", adjusted.share_with_history},
            {"variance_reduction", or_null(adjusted.variance_reduction)},
            {"effect", or_null(adjusted.effect)},
            {"standard_error", or_null(adjusted.standard_error)},
            {"dof", or_null(adjusted.dof)},
            {"p_value", or_null(adjusted.p_value)},
            {"adjusted_p_value", or_null(adjusted.adjusted_p_value)},
            {"interval", or_null(adjusted.interval)},
            {"lift", or_null(adjusted.lift)},
            {"lift_interval", or_null(adjusted.lift_interval)}};
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
            {"lift_interval", or_null(look.lift_interval)}};
  if (!std::isfinite(look.bound)) add_reason(json, "nothing may be spent yet");
  add_reason(json, look.reason);
  return json;
}

Json to_json(const BayesianView& view) {
  Json json{{"chance_to_win", or_null(view.chance_to_win)},
            {"expected_loss", or_null(view.expected_loss)},
            {"posterior_lift", or_null(view.posterior_lift)},
            {"lift_interval", or_null(view.lift_interval)}};
  add_reason(json, view.reason);
  return json;
}

Json to_json(const Detectable& detectable) {
  return {{"achieved", or_null(detectable.achieved)},
          {"target", or_null(detectable.target)},
          {"units_needed", or_null(detectable.units_needed)}};
}

Json to_json(const GuardrailResult& guardrail) {
  Json json{{"margin", guardrail.margin},
            {"p_value", or_null(guardrail.p_value)},
            {"non_inferior", guardrail.non_inferior},
            {"failed", guardrail.failed}};
  add_reason(json, guardrail.reason);
  return json;
}

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
  if (comparison.fcr_interval) json["fcr_interval"] = or_null(comparison.fcr_interval);
  if (comparison.adjusted) json["cuped"] = to_json(*comparison.adjusted);
  if (comparison.always_valid) json["always_valid"] = to_json(*comparison.always_valid);
  if (comparison.group_sequential) json["group_sequential"] = to_json(*comparison.group_sequential);
  if (comparison.bayesian) json["bayesian"] = to_json(*comparison.bayesian);
  if (comparison.detectable) json["mde"] = to_json(*comparison.detectable);
  if (comparison.guardrail) json["guardrail"] = to_json(*comparison.guardrail);
  return json;
}

Json to_json(const Heterogeneity& test) {
  Json json{{"q_statistic", or_null(test.q_statistic)},
            {"dof", or_null(test.dof)},
            {"p_value", or_null(test.p_value)},
            {"adjusted_p_value", or_null(test.adjusted_p_value)},
            {"i_squared", or_null(test.i_squared)}};
  add_reason(json, test.reason);
  return json;
}

Json to_json(const SegmentComparison& segment);
Json to_json(const DailyEffect& day);
Json to_json(const EffectByDay& effect);

template <class Item>
Json all_of(const std::vector<Item>& items) {
  Json json = Json::array();
  for (const Item& item : items) json.push_back(to_json(item));
  return json;
}

Json to_json(const SegmentComparison& segment) {
  return {
      {"level", segment.level}, {"variants", all_of(segment.variants)}, {"comparisons", all_of(segment.comparisons)}};
}

Json to_json(const MetricSegments& segments, const std::vector<Comparison>& comparisons) {
  Json json{{"dimension", segments.dimension}, {"levels", all_of(segments.levels)}, {"heterogeneity", Json::array()}};
  for (std::size_t i = 0; i < segments.heterogeneity.size(); ++i) {
    Json test{{"variant", comparisons[i].variant}};
    test.update(to_json(segments.heterogeneity[i]));
    json["heterogeneity"].push_back(std::move(test));
  }
  return json;
}

Json to_json(const DailyEffect& day) {
  return {{"day", day.day},
          {"n", day.n},
          {"effect", or_null(day.effect)},
          {"standard_error", or_null(day.standard_error)},
          {"interval", or_null(day.interval)}};
}

Json to_json(const EffectByDay& effect) {
  Json json{{"variant", effect.variant},
            {"days", all_of(effect.days)},
            {"slope", or_null(effect.slope)},
            {"slope_standard_error", or_null(effect.slope_standard_error)},
            {"slope_interval", or_null(effect.slope_interval)},
            {"p_value", or_null(effect.p_value)}};
  add_reason(json, effect.reason);
  return json;
}

Json to_json(const InteractionResult& interaction) {
  Json json{{"experiment", interaction.experiment},
            {"variant", interaction.variant},
            {"other_variant", interaction.other_variant},
            {"estimate", or_null(interaction.estimate)},
            {"standard_error", or_null(interaction.standard_error)},
            {"p_value", or_null(interaction.p_value)},
            {"adjusted_p_value", or_null(interaction.adjusted_p_value)},
            {"interval", or_null(interaction.interval)},
            {"assignment_p_value", or_null(interaction.assignment_p_value)}};
  add_reason(json, interaction.reason);
  return json;
}

Json to_json(const PlanProgress& progress) {
  const Plan& plan = progress.plan;
  return {{"mode", to_string(plan.mode)},
          {"alpha", plan.alpha},
          {"power", plan.power},
          {"mde", or_null(plan.mde)},
          {"duration_days", or_null(plan.duration_days)},
          {"planned_looks", or_null(plan.looks)},
          {"planned_units", or_null(progress.planned_units)},
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

void add_deciding(Json& json, const std::vector<Comparison>& comparisons) {
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    if (comparisons[i].deciding) json[i]["deciding"] = to_json(*comparisons[i].deciding);
  }
}

Json to_json(const MetricReport& metric) {
  Json json{{"metric", metric.metric},
            {"type", to_string(metric.type)},
            {"role", to_string(metric.role)},
            {"direction", to_string(metric.direction)},
            {"unit", metric.unit},
            {"definition", metric.definition},
            {"adjustment", metric.adjustment}};
  if (metric.margin) json["margin"] = *metric.margin;
  if (!metric.note.empty()) json["note"] = metric.note;
  if (!metric.sql.empty()) json["sql"] = metric.sql;
  if (metric.lower_limit || metric.upper_limit) {
    json["winsorized"] = {
        {"lower", or_null(metric.lower_limit)}, {"upper", or_null(metric.upper_limit)}, {"units", metric.limited}};
  }
  json["variants"] = all_of(metric.variants);
  json["comparisons"] = all_of(metric.comparisons);
  if (metric.role == Role::primary) add_deciding(json["comparisons"], metric.comparisons);
  for (const MetricSegments& segments : metric.segments) {
    json["segments"].push_back(to_json(segments, metric.comparisons));
  }
  if (!metric.by_day.empty()) json["by_day"] = all_of(metric.by_day);
  return json;
}

Json to_json(const Decision& decision) {
  return {{"verdict", to_string(decision.verdict)},
          {"variant", or_null(decision.variant)},
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
  json["control"] = or_null(report.control);
  json["confidence_level"] = report.confidence_level;
  json["configured_confidence_level"] = report.configured_confidence_level;
  json["lift_method"] = to_string(report.lift_method);
  json["until"] = or_null(report.until);
  json["data_through"] = or_null(report.data_through);
  json["units"] = Json::object();
  for (const VariantUnits& variant : report.units) json["units"][variant.variant] = variant.units;
  json["dimensions"] = report.dimensions;
  json["excluded"] = {{"multiple_variants", report.multiple_variants}, {"overrides", report.overrides}};
  json["srm"] = to_json(report.srm);
  json["health"] = to_json(report.health);
  json["metrics"] = Json::array();
  for (const MetricReport& metric : report.metrics) json["metrics"].push_back(to_json(metric));
  if (report.plan) json["plan"] = to_json(*report.plan);
  if (!report.interactions.empty()) {
    json["interactions"] = Json::array();
    for (const InteractionResult& one : report.interactions) json["interactions"].push_back(to_json(one));
  }
  if (report.distributions) json["distributions"] = distributions_json(*report.distributions);
  if (!report.traffic.empty()) json["traffic"] = traffic_json(report.traffic);
  json["decision"] = to_json(report.decision);
  return json;
}

}  // namespace

std::string render_json(const Timeline& timeline) {
  Json points = Json::array();
  for (const TimelinePoint& point : timeline.points) {
    Json units = Json::object();
    for (const VariantUnits& variant : point.units) units[variant.variant] = variant.units;
    points.push_back(
        {{"until", to_string(point.until)}, {"units", std::move(units)}, {"comparisons", all_of(point.comparisons)}});
  }
  Json looks = Json::array();
  for (const storage::Look& look : timeline.looks) {
    looks.push_back(
        {{"at", to_string(look.at)}, {"data_through", to_string(look.data_through)}, {"units", look.units}});
  }
  const Json json{{"experiment", timeline.experiment},
                  {"control", timeline.control},
                  {"metric", timeline.metric},
                  {"direction", to_string(timeline.direction)},
                  {"unit", timeline.unit},
                  {"confidence_level", timeline.confidence_level},
                  {"points", std::move(points)},
                  {"looks", std::move(looks)}};
  return dump(json, -1);
}

std::string render_json(const Report& report, int indent) {
  return dump(to_json(report), indent);
}

std::string render_json(std::span<const Report> reports, int indent) {
  Json json{{"experiments", Json::array()}};
  for (const Report& report : reports) json["experiments"].push_back(to_json(report));
  return dump(json, indent);
}

}  // namespace crossfade::analysis
