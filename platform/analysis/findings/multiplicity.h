#pragma once

#include <vector>

#include "platform/analysis/report/report.h"

namespace crossfade::analysis {

// Corrects p-values within the families that statistics are read in: Holm over the primary metric's treatments (its
// always-valid p-values and those after CUPED are families of their own), Benjamini-Hochberg over all secondary metrics
// x treatments. Sets adjusted_p_value, significant and `adjustment`; guardrails and other metrics are left as they are
// ("none"). Secondary comparisons that Benjamini and Hochberg's procedure selects get an interval for those who read
// only what was selected (see stats/fcr_intervals.h), by the t quantile at their own dof instead of the normal one.
void adjust(std::vector<MetricReport>& metrics, double confidence_level);

}  // namespace crossfade::analysis
