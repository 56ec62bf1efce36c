#include <string>

#include "platform/analysis/render/behaviour_json.h"
#include "platform/analysis/render/comparison_json.h"
#include "platform/analysis/render/health_json.h"
#include "platform/analysis/render/json_values.h"
#include "platform/analysis/render/plan_json.h"
#include "platform/analysis/render/render.h"
#include "platform/analysis/report/facts.h"

// The names are those of the interface that scripts and notebooks rely on; do not change.
namespace crossfade::analysis {

namespace {

using Json = nlohmann::ordered_json;

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
Json to_json(const EffectTrend& trend);

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
  Json json{{"dimension", segments.dimension},
            {"left_out", {{"without_value", segments.without_value}, {"several_values", segments.several_values}}},
            {"levels", all_of(segments.levels)},
            {"heterogeneity", Json::array()}};
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

Json to_json(const EffectTrend& trend) {
  Json json{{"variant", trend.variant},
            {"slope", or_null(trend.slope)},
            {"slope_standard_error", or_null(trend.slope_standard_error)},
            {"p_value", or_null(trend.p_value)},
            {"adjusted_p_value", or_null(trend.adjusted_p_value)},
            {"first", trend.first ? to_json(*trend.first) : Json(nullptr)},
            {"last", trend.last ? to_json(*trend.last) : Json(nullptr)}};
  add_reason(json, trend.reason);
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
  add_deciding(json["comparisons"], metric.comparisons);
  for (const MetricSegments& segments : metric.segments) {
    json["segments"].push_back(to_json(segments, metric.comparisons));
  }
  if (!metric.by_day.empty()) json["by_day"] = all_of(metric.by_day);
  if (!metric.trend.empty()) json["trend"] = all_of(metric.trend);
  return json;
}

Json decision_json(const Report& report) {
  const Decision& decision = report.decision;
  Json json{{"verdict", to_string(decision.verdict)},
            {"caution", or_null(caution_of(report))},
            {"variant", or_null(decision.variant)},
            {"summary", decision.summary},
            {"reasons", decision.reasons}};
  if (decision.call) {
    json["called"] = {{"data_through", to_string(decision.call->data_through)}, {"units", decision.call->units}};
  }
  if (decision.look_due) json["look_due"] = true;
  return json;
}

Json run_json(const Run& run) {
  Json json{{"since", to_string(run.since)},
            {"clock", to_string(run.clock)},
            {"command", run.command},
            {"program", run.program},
            {"configuration", run.configuration}};
  if (run.alone) json["alone"] = *run.alone;
  if (!run.world) return json;
  const WorldStamp& world = *run.world;
  json["simulation"] = {{"world",
                         {{"kind", world.kind},
                          {"name", world.name},
                          {"seed", world.seed},
                          {"checksum", world.checksum},
                          {"listeners", world.listeners}}},
                        {"seed", run.seed.value_or(0)},
                        {"sessions", run.sessions.value_or(0)},
                        {"days", run.days.value_or(0)},
                        {"listeners", run.listeners.value_or(0)}};
  return json;
}

Json provenance_json(const Provenance& provenance) {
  const std::optional<RunClock> clock = clock_of(provenance);
  Json runs = Json::array();
  for (const Run& run : provenance.runs) runs.push_back(run_json(run));
  Json files = Json::array();
  for (const auto& [since, file] : provenance.files) {
    files.push_back({{"since", to_string(since)},
                     {"recommender", file.recommender},
                     {"file", file.file},
                     {"checksum", file.checksum}});
  }
  return {{"program", provenance.program}, {"clock", clock ? Json(to_string(*clock)) : Json(nullptr)},
          {"runs", std::move(runs)},       {"earlier_runs", provenance.earlier_runs},
          {"files", std::move(files)},     {"earlier_files", provenance.earlier_files}};
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
  json["ended"] = or_null(report.ended);
  json["decided"] = decided_json(report.decided);
  json["units"] = Json::object();
  for (const VariantUnits& variant : report.units) json["units"][variant.variant] = variant.units;
  json["dimensions"] = report.dimensions;
  json["excluded"] = {{"multiple_variants", report.multiple_variants}, {"overrides", report.overrides}};
  json["srm"] = srm_json(report.srm);
  json["health"] = health_json(report.health);
  json["metrics"] = Json::array();
  for (const MetricReport& metric : report.metrics) json["metrics"].push_back(to_json(metric));
  if (report.plan) json["plan"] = plan_json(*report.plan);
  if (!report.after_launch.empty()) json["after_launch"] = after_launch_json(report.after_launch);
  if (!report.interactions.empty()) {
    json["interactions"] = Json::array();
    for (const InteractionResult& one : report.interactions) json["interactions"].push_back(to_json(one));
  }
  if (report.distributions) json["distributions"] = distributions_json(*report.distributions);
  if (!report.traffic.empty()) json["traffic"] = traffic_json(report.traffic);
  json["provenance"] = provenance_json(report.provenance);
  json["decision"] = decision_json(report);
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
