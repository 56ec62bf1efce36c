#pragma once

#include <vector>

#include "platform/analysis/planning/progress.h"
#include "platform/analysis/question/arrange.h"
#include "platform/analysis/question/metric_set.h"
#include "platform/analysis/report/report.h"

namespace crossfade::analysis {

struct MetricReportOptions {
  // Of the intervals that are shown.
  double confidence_level = 0.95;

  // Error rate of what decides, whatever is shown.
  double alpha = 0.05;

  // How the interval of a lift is computed.
  LiftInterval lift = LiftInterval::fieller;

  // Whether to take out what units did before their first exposure, where there is history.
  bool cuped = true;

  // Of the lift, in the Bayesian view.
  LiftPrior prior = {};

  // Where the experiment stands in its plan; null: it has none, and the always-valid numbers decide.
  const Progress* progress = nullptr;

  // As FindingOptions has it.
  bool sequence_only = false;
};

// One metric of an experiment: all variants, all comparisons, and what was asked for besides. Everything but the
// corrections for multiple testing.
MetricReport metric_report(const ExperimentData& data, const MetricSet& metrics, const PlannedMetric& planned,
                           const MetricReportOptions& options);

}  // namespace crossfade::analysis
