#pragma once

#include <vector>

#include "platform/analysis/arrange.h"
#include "platform/analysis/metric_set.h"
#include "platform/analysis/progress.h"
#include "platform/analysis/report.h"

namespace crossfade::analysis {

struct MetricReportOptions {
  double confidence_level = 0.95;
  LiftInterval lift = LiftInterval::fieller;
  bool cuped = true;
  LiftPrior prior = {};
  const Progress* progress = nullptr;  // of the plan, where there is one
};

// One metric of an experiment: all variants, all comparisons, and what was asked for besides. Everything but the
// corrections for multiple testing.
MetricReport metric_report(const ExperimentData& data, const MetricSet& metrics, const PlannedMetric& planned,
                           const MetricReportOptions& options);

// Effects of the primary metric that depend on the variant of another experiment. `configuration` says which variants
// are controls.
std::vector<InteractionResult> interactions_of(const ExperimentData& data, const MetricDefinition& metric,
                                               std::size_t position, const Configuration& configuration,
                                               double confidence_level);

}  // namespace crossfade::analysis
