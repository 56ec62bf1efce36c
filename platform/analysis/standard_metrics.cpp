#include "platform/analysis/standard_metrics.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace crossfade::analysis {

namespace {

using storage::Total;
using storage::UnitMetric;

UnitMetric unit_metric(std::string name, std::initializer_list<std::pair<Total, double>> terms,
                       std::optional<Total> denominator = std::nullopt) {
  UnitMetric metric{.name = std::move(name), .denominator = denominator};
  for (const auto& [total, coefficient] : terms) metric.numerator.at(static_cast<std::size_t>(total)) = coefficient;
  return metric;
}

std::vector<StandardMetric> make_standard_metrics() {
  return {
      {unit_metric("time", {{Total::time, 1}}), Direction::increase, "track lengths",
       "fractions of tracks that a unit listened to, summed over its ended sessions"},
      {unit_metric("sessions", {{Total::sessions, 1}}), Direction::increase, "sessions", "ended sessions of a unit"},
      {unit_metric("mean_request_latency", {{Total::latency_ms, 1}}, Total::tracks), Direction::decrease, "ms",
       "a unit's summed latency / its tracks"},
      {unit_metric("mean_tracks_per_session", {{Total::tracks, 1}}, Total::sessions), Direction::increase, "tracks",
       "a unit's tracks / its ended sessions"},
      {unit_metric("mean_time_per_session", {{Total::time, 1}}, Total::sessions), Direction::increase, "track lengths",
       "a unit's time / its ended sessions: how long somebody keeps listening"},
  };
}

}  // namespace

std::span<const StandardMetric> standard_metrics() {
  static const std::vector<StandardMetric> metrics = make_standard_metrics();
  return metrics;
}

const StandardMetric* find_standard_metric(std::string_view name) {
  const auto metrics = standard_metrics();
  const auto found = std::ranges::find_if(metrics, [&](const StandardMetric& m) { return m.query.name == name; });
  return found == metrics.end() ? nullptr : &*found;
}

std::vector<std::string> standard_metric_names() {
  std::vector<std::string> names;
  for (const StandardMetric& metric : standard_metrics()) names.push_back(metric.query.name);
  return names;
}

const UnitMetric& session_budget_metric() {
  static const UnitMetric metric =
      unit_metric("tracks_minus_time_per_session", {{Total::tracks, 1}, {Total::time, -1}}, Total::sessions);
  return metric;
}

}  // namespace crossfade::analysis
