#include "platform/analysis/render/behaviour_json.h"

#include <cmath>

#include "platform/analysis/render/json_values.h"
#include "platform/analysis/report/wording.h"

// The names are those of the interface that scripts and notebooks rely on; do not change.
namespace crossfade::analysis {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const SessionTimes& times) {
  Json quantiles = Json::array();
  for (const SessionQuantile& one : times.quantiles) {
    quantiles.push_back({{"level", one.level}, {"value", or_null(one.value)}});
  }
  return {{"variant", times.variant},
          {"sessions", times.sessions},
          {"mean", or_null(times.mean)},
          {"counts", times.counts},
          {"quantiles", std::move(quantiles)}};
}

Json to_json(const QuantileEffects& effects) {
  Json quantiles = Json::array();
  for (const QuantileEffect& one : effects.quantiles) {
    Json quantile{{"level", one.level},
                  {"effect", or_null(one.effect)},
                  {"standard_error", or_null(one.standard_error)},
                  {"interval", or_null(one.interval)},
                  {"p_value", or_null(one.p_value)}};
    if (!one.reason.empty()) quantile["reason"] = one.reason;
    quantiles.push_back(std::move(quantile));
  }
  return {{"variant", effects.variant}, {"quantiles", std::move(quantiles)}};
}

Json to_json(const SessionsPerUnit& sessions) {
  return {{"variant", sessions.variant},
          {"units", sessions.units},
          {"mean", or_null(sessions.mean)},
          {"counts", sessions.counts}};
}

Json to_json(const storage::DayTraffic& day) {
  const stats::Moments& latency = day.latency_ms;
  Json json{{"day", date(day.day)},
            {"new_units", day.new_units},
            {"active_units", day.active_units},
            {"sessions", day.sessions},
            {"requests", day.requests}};
  json["latency_ms"] = {{"n", latency.n()},
                        {"mean", latency.n() > 0 ? Json(latency.mean()) : Json(nullptr)},
                        {"standard_deviation", latency.n() > 1 ? Json(std::sqrt(latency.variance())) : Json(nullptr)},
                        {"p95", or_null(day.latency_p95_ms)}};
  return json;
}

Json to_json(const PositionShare& share, std::size_t position) {
  return {{"position", position},
          {"playbacks", share.playbacks},
          {"skipped", or_null(share.skipped)},
          {"skipped_standard_error", or_null(share.skipped_standard_error)},
          {"skipped_interval", or_null(share.skipped_interval)},
          {"listened", or_null(share.listened)},
          {"listened_standard_error", or_null(share.listened_standard_error)},
          {"listened_interval", or_null(share.listened_interval)}};
}

Json to_json(const VariantTraffic& traffic) {
  Json json{{"variant", traffic.variant}, {"recommender", or_null(traffic.recommender)}, {"answers", Json::array()}};
  for (const AnswerShare& one : traffic.answers) {
    json["answers"].push_back(
        {{"recommender", or_null(one.recommender)}, {"answers", one.answers}, {"share", one.share}});
  }
  json["fallback_share"] = or_null(traffic.fallback_share);
  if (!traffic.reason.empty()) json["reason"] = traffic.reason;
  json["days"] = Json::array();
  for (const storage::DayTraffic& day : traffic.days) json["days"].push_back(to_json(day));
  json["positions"] = Json::array();
  for (const PositionShare& share : traffic.positions) {
    json["positions"].push_back(to_json(share, json["positions"].size()));
  }
  return json;
}

template <class Item>
Json array_of(const std::vector<Item>& items) {
  Json json = Json::array();
  for (const Item& item : items) json.push_back(to_json(item));
  return json;
}

}  // namespace

Json distributions_json(const Distributions& distributions) {
  return {{"session_time",
           {{"edges", distributions.edges},
            {"variants", array_of(distributions.session_time)},
            {"comparisons", array_of(distributions.comparisons)}}},
          {"sessions_per_unit", {{"variants", array_of(distributions.sessions_per_unit)}}}};
}

Json traffic_json(const std::vector<VariantTraffic>& traffic) {
  return {{"skip_threshold", storage::kSkipThreshold}, {"variants", array_of(traffic)}};
}

}  // namespace crossfade::analysis
