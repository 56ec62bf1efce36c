#pragma once

#include <optional>

#include "platform/analysis/report/report.h"

// Which numbers of a comparison decide: always-valid ones, the single look at the end of a plan, or a boundary.
namespace crossfade::analysis {

// The smaller variant is too small for anything to be concluded, in any mode.
bool too_small(const Comparison& comparison);
// Whatever the looks before: the always-valid interval lies wholly on the bad side.
bool shows_harm(const Comparison& comparison, Direction direction);
// The skewness for which the plan's own test of the primary metric - its single look, its boundary - is not to be
// trusted with this comparison; the always-valid test then decides in its place. Null: it is, or it decides anyway.
const Skew* too_skewed(const Report& report, const Comparison& comparison);
// The test that the plan names finds a difference, whichever is better.
bool finds_difference(const Report& report, const Comparison& comparison);
bool is_better(double effect, Direction direction);
// The planned sample is there, and the interval of the planned look leaves no effect as large as the planned one.
bool shows_no_effect(const Report& report, const Comparison& comparison);
// p of the decision, corrected for the number of treatments; none for boundaries.
std::optional<double> deciding_p(const Report& report, const Comparison& comparison);

// Of a comparison of `metric`, whose direction says what is harm. Those of guardrails are always-valid.
Deciding deciding_of(const Report& report, const MetricReport& metric, const Comparison& comparison);

}  // namespace crossfade::analysis
