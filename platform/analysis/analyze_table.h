#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "platform/analysis/question/options.h"
#include "platform/analysis/report/report.h"
#include "platform/core/configuration.h"
#include "platform/storage/contract/event_store.h"

// Reports without a store: of anybody's table.
namespace crossfade::analysis {

struct TableQuestion {
  std::vector<MetricDefinition> metrics;  // in the order of the aggregate's
  MetricRoles roles;

  // What the units were split by, of every variant, summing up to 1. Empty: equal weights are assumed.
  std::map<std::string, double> weights = {};

  // Error rate of the one look that was declared beforehand, at these units. None: what decides holds at any look.
  std::optional<double> single_look = std::nullopt;

  // What is odd about the table, in sentences: for the report's health.
  std::vector<std::string> warnings = {};
};
Report analyze_table(const storage::ExperimentAggregate& aggregate, const TableQuestion& question,
                     const AnalyzeOptions& options);

// A table as it was at some time.
struct TableSnapshot {
  std::string at;  // "3.5", "2026-01-05"
  const storage::ExperimentAggregate& aggregate;
};

// The last of the snapshots, oldest first and one at least, with what was concluded from those before it: the
// always-valid test holds at all looks together, so its p-value is the smallest of all, and its interval is what all of
// them have in common. R. Johari, P. Koomen, L. Pekelis, D. Walsh: Always valid inference, Operations Research 70
// (2022), proposition 1. Under a single look that was declared only the last one counts.
Report analyze_snapshots(std::span<const TableSnapshot> snapshots, const TableQuestion& question,
                         const AnalyzeOptions& options);

}  // namespace crossfade::analysis
