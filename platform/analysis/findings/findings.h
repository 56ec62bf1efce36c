#pragma once

#include <span>
#include <vector>

#include "platform/analysis/question/arrange.h"
#include "platform/analysis/question/metric_set.h"
#include "platform/analysis/question/options.h"
#include "platform/analysis/report/report.h"
#include "platform/core/configuration.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::analysis {

// What all reports of a run have in common.
struct FindingOptions {
  const MetricSet& metrics;                                  // that were asked for, in the order of the aggregates'
  const AnalyzeOptions& options;                             // of who asks
  const Configuration* configuration = nullptr;              // null: a table is analysed
  const storage::EventStore* store = nullptr;                // null: a table is analysed
  std::span<const storage::PlannedSize> planned_sizes = {};  // that the store has
  std::span<const ServedFile> files = {};                    // that recommenders served from, oldest first
  std::span<const Run> runs = {};                            // in the order in which they were recorded
  // Of the intervals that are shown.
  double confidence_level = 0.95;
  // Of what is decided without a plan.
  double configured_level = 0.95;
  // Whether nothing is wanted but what decides at any look: of an earlier look, of which there may be thousands.
  bool sequence_only = false;
};

// The last look of a plan, decided on its own data after more have come in.
struct Closing {
  const storage::Look& look;
  int days = 0;  // of the experiment until today, which a decision may wait for
};

// The Report of an experiment but for traffic and what is concluded from it: `looks` are those of this experiment and
// version, oldest first.
Report findings_of(const ExperimentData& data, const MetricRoles& roles, const std::vector<storage::Look>& looks,
                   const FindingOptions& run, const Closing* closing = nullptr);

}  // namespace crossfade::analysis
