#pragma once

#include <optional>

#include "platform/analysis/report/interval.h"
#include "platform/stats/numerics/distributions.h"

namespace crossfade::analysis {

// Two-sided, of an estimate whose error is normal, in its unit; none where either is not known. `confidence_level` is
// in (0, 1).
inline std::optional<Interval> normal_interval(std::optional<double> estimate, std::optional<double> standard_error,
                                               double confidence_level) {
  if (!estimate || !standard_error) return std::nullopt;
  const double half_width = stats::normal_upper_quantile((1 - confidence_level) / 2) * *standard_error;
  return Interval{.lower = *estimate - half_width, .upper = *estimate + half_width};
}

}  // namespace crossfade::analysis
