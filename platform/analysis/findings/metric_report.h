#pragma once

#include <vector>

#include "platform/analysis/findings/progress.h"
#include "platform/analysis/question/arrange.h"
#include "platform/analysis/question/metric_set.h"
#include "platform/analysis/report/report.h"

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

}  // namespace crossfade::analysis
