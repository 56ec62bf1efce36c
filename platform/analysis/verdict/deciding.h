#pragma once

#include <optional>

#include "platform/analysis/report/report.h"

// Which numbers of a comparison decide: always-valid ones, the single look at the end of a plan, or a boundary.
namespace crossfade::analysis {

// Whatever the looks before: the always-valid interval lies wholly on the bad side.
bool shows_harm(const Comparison& comparison, Direction direction);
// The test that the plan names finds a difference, whichever is better.
bool finds_difference(const Report& report, const Comparison& comparison);
// p of the decision, corrected for the number of treatments; none for boundaries.
std::optional<double> deciding_p(const Report& report, const Comparison& comparison);

// Of a comparison of `metric`, whose direction says what is harm.
Deciding deciding_of(const Report& report, const MetricReport& metric, const Comparison& comparison);

}  // namespace crossfade::analysis
