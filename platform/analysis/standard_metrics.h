#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/analysis/report.h"
#include "platform/storage/event_store.h"

namespace crossfade::analysis {

// A metric that every experiment has: one value for each unit, then averaged over the units.
struct StandardMetric {
  storage::UnitMetric query;  // with its name
  Direction direction = Direction::none;
  std::string_view unit;        // of measurement
  std::string_view definition;  // one line for people
};

// time, sessions, mean_request_latency, mean_tracks_per_session, mean_time_per_session; the last one is what
// experiments are decided by where they do not say. In this order, which that of the reports' other metrics follows.
std::span<const StandardMetric> standard_metrics();

// Null where there is none of that name.
const StandardMetric* find_standard_metric(std::string_view name);
std::vector<std::string> standard_metric_names();

// (tracks - time) / sessions of a unit; see SessionBudget.
const storage::UnitMetric& session_budget_metric();

}  // namespace crossfade::analysis
