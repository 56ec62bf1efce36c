#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/analysis/report/report.h"
#include "platform/core/configuration_history.h"
#include "platform/core/time.h"

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

}  // namespace crossfade::analysis
