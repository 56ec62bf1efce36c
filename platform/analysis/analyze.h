#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/analysis/report.h"
#include "platform/core/configuration.h"
#include "platform/core/time.h"
#include "platform/storage/event_store.h"

namespace crossfade::analysis {

struct AnalyzeOptions {
  std::vector<std::string> experiments;  // keys; empty: all that the configuration or the store knows
  std::vector<std::string> metrics;  // names to show; empty: all. The verdict and adjusted p-values never depend on it
  std::string control;  // key of a variant; "": the configured one, else "control", else "C", else the first by name
  LiftInterval lift = LiftInterval::fieller;
  std::optional<Timestamp> until;
};

// The one way to a Report: the command line, the HTTP interface and the page all show what this returns. In the order
// of the configuration, then those that only the store knows. Throws Error for an experiment, metric or control that
// nobody has, with the nearest known name.
std::vector<Report> analyze(const Configuration& configuration, const storage::EventStore& store,
                            const AnalyzeOptions& options);

}  // namespace crossfade::analysis
