#include "platform/analysis/render/health_json.h"

#include "platform/analysis/render/json_values.h"
#include "platform/analysis/report/wording.h"

// The names are those of the interface that scripts and notebooks rely on; do not change.
namespace crossfade::analysis {

using Json = nlohmann::ordered_json;

namespace {

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

Json to_json(const SplitSearch& split) {
  const auto day_or_null = [](const std::optional<Timestamp>& day) { return day ? Json(date(*day)) : Json(nullptr); };
  Json json{{"variants", split.variants}, {"since", day_or_null(split.since)}, {"parts", Json::array()}};
  for (const SplitPart& part : split.parts) {
    json["parts"].push_back({{"dimension", part.dimension},
                             {"level", part.level},
                             {"observed", part.observed},
                             {"expected", part.expected},
                             {"statistic", part.statistic},
                             {"contribution", part.contribution},
                             {"p_value", part.p_value},
                             {"p_value_without", or_null(part.p_value_without)},
                             {"since", day_or_null(part.since)},
                             {"text", part.text}});
  }
  return json;
}

}  // namespace

Json srm_json(const Srm& srm) {
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
  json["decided_by"] = srm.decided_always_valid ? "always_valid" : "chi_square";
  if (srm.as_of) json["as_of"] = to_string(*srm.as_of);
  add_reason(json, srm.reason);
  return json;
}

Json health_json(const Health& health) {
  Json json;
  json["first_exposure"] = or_null(health.first_exposure);
  json["exposed_from"] = or_null(health.exposed_from);
  json["last_exposure"] = or_null(health.last_exposure);
  json["days"] = health.days;
  json["minimum_days"] = health.minimum_days;
  json["waits_for_days"] = health.waits_for_days;
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
    entry.update(srm_json(segment.srm));
    json["segments"].push_back(std::move(entry));
  }
  if (health.split) json["split"] = to_json(*health.split);
  json["configuration_changes"] = Json::array();
  for (const ConfigurationChange& change : health.configuration_changes) {
    json["configuration_changes"].push_back({{"at", to_string(change.at)},
                                             {"checksum", change.checksum},
                                             {"changes", change.changes},
                                             {"treatment", change.treatment}});
  }
  json["served_otherwise"] = Json::array();
  for (const ServedOtherwise& one : health.served_otherwise) {
    json["served_otherwise"].push_back({{"experiment", one.by}, {"units", one.units}});
  }
  if (health.exclusions > 0) json["exclusions"] = health.exclusions;
  json["grade"] = to_string(health.grade());
  json["serious_warnings"] = health.serious_warnings;
  json["data_warnings"] = health.data_warnings;
  json["warnings"] = health.warnings;
  return json;
}

}  // namespace crossfade::analysis
