#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/analysis/report.h"
#include "platform/core/configuration.h"
#include "platform/core/configuration_history.h"
#include "platform/core/time.h"
#include "platform/storage/event_store.h"

namespace crossfade::analysis {

struct AnalyzeOptions {
  std::vector<std::string> experiments;  // keys; empty: all that the configuration or the store knows
  std::vector<std::string> metrics;  // names to show; empty: all. The verdict and adjusted p-values never depend on it
  std::string control;  // key of a variant; "": the configured one, else "control", else "C", else the first by name
  LiftInterval lift = LiftInterval::fieller;
  std::vector<std::string> by;  // dimensions to split each metric by
  bool by_day = false;          // the effect by days since exposure
  bool distributions = false;   // of session times and of sessions: Report::distributions
  bool traffic = false;         // who answered, what was skipped, days: Report::traffic; a pass over the playbacks more
  bool deciding_only = false;   // no metrics but the primary one and the guardrails: all that a verdict needs
  bool interactions = true;     // with every other running experiment: units x experiments squared, in time
  bool cuped = true;            // take out what units did before, where there is history
  std::optional<Timestamp> until;
  std::optional<double> confidence_level;  // none: the configured one
  // What configurations changed, in any experiment, oldest first: reports show what falls into their time.
  std::vector<ConfigurationChange> configuration_changes;
};

// A table of units with the metrics to compare, instead of a store: `crossfade analyze --csv`.
struct TableMetrics {
  std::vector<MetricDefinition> metrics;  // in the order of the aggregate's
  MetricRoles roles;
};
Report analyze_table(const storage::ExperimentAggregate& aggregate, const TableMetrics& metrics,
                     const AnalyzeOptions& options);

// Notes in the store that somebody saw these results, of experiments that are running by a plan: what its error rate
// holds for depends on it.
void record_looks(const std::vector<Report>& reports, Timestamp now, storage::EventStore& store);

// The one way to a Report: the command line, the HTTP interface and the page all show what this returns. In the order
// of the configuration, then those that only the store knows. Throws Error for an experiment, metric or control that
// nobody has, with the nearest known name.
std::vector<Report> analyze(const Configuration& configuration, const storage::EventStore& store,
                            const AnalyzeOptions& options);

}  // namespace crossfade::analysis
