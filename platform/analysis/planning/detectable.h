#pragma once

#include <cstdint>
#include <optional>

#include "platform/analysis/planning/design.h"
#include "platform/analysis/report/comparison.h"

namespace crossfade::analysis {

// What a treatment and the control find, if what is there is the end, and how many units they lack for `target`, the
// relative effect that the plan or the metric is after (none: no target). `design`: of all variants together.
Detectable detectable_of(const stats::Result<Design>& design, std::int64_t control_units, std::int64_t treatment_units,
                         std::optional<double> target);

}  // namespace crossfade::analysis
