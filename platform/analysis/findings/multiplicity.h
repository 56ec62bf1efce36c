#pragma once

#include <vector>

#include "platform/analysis/report/report.h"

namespace crossfade::analysis {

// Corrects p-values within the families that statistics are read in: Holm over the primary metric's treatments (its
// always-valid p-values, among which a treatment without one counts as 1, and those after CUPED are families of their
// own), Benjamini-Hochberg over all secondary metrics
// x treatments. Sets adjusted_p_value, significant and `adjustment`; guardrails and other metrics are left as they are
// ("none"). Secondary comparisons that Benjamini and Hochberg's procedure selects get an interval for those who read
// only what was selected (see stats/fcr_intervals.h), by the t quantile at their own dof instead of the normal one, of
// shares by the dual of their test.
void adjust(std::vector<MetricReport>& metrics, double confidence_level);

// The levels of a primary metric's deciding intervals.
struct DecidingLevels {
  double always_valid = 0.05;
  double planned = 0.05;  // of the single look at a plan's end
};
// Of each of the treatments that share `alpha`: intervals of these levels exclude no effect exactly where the p-value
// that adjust() corrects is below alpha. None is above alpha: each interval by itself covers with 1 - alpha at least.
std::vector<DecidingLevels> deciding_levels(const std::vector<Comparison>& comparisons, double alpha);

}  // namespace crossfade::analysis
