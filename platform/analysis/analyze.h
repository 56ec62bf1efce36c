#pragma once

#include <vector>

#include "platform/analysis/question/options.h"
#include "platform/analysis/report/report.h"
#include "platform/core/configuration.h"
#include "platform/core/time.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::analysis {

// Notes in the store that somebody saw these results, of experiments that are running by a plan: what its error rate
// holds for depends on it. The first of these that can tell a plan's size fixes it.
void record_looks(const std::vector<Report>& reports, Timestamp now, storage::EventStore& store);

// The one way to a Report: the command line, the HTTP interface and the page all show what this returns. In the order
// of the configuration, then those that only the store knows. Throws Error for an experiment, metric or control that
// nobody has, with the nearest known name.
std::vector<Report> analyze(const Configuration& configuration, const storage::EventStore& store,
                            const AnalyzeOptions& options);

}  // namespace crossfade::analysis
