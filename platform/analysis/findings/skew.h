#pragma once

#include <optional>

#include "platform/analysis/question/sample.h"
#include "platform/analysis/report/comparison.h"

namespace crossfade::analysis {

// Of means and ratios of units that are known one by one; none of anything else, or where nothing varies. `alpha` is
// that of the test.
std::optional<Skew> skew_of(const Sample& control, const Sample& treatment, double alpha);
// The same after CUPED; none without history too.
std::optional<Skew> adjusted_skew_of(const Sample& control, const Sample& treatment, double alpha);

}  // namespace crossfade::analysis
