#pragma once

#include <optional>
#include <span>
#include <vector>

#include "platform/stats/means/effects.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct SegmentHeterogeneity {
  std::vector<std::optional<Effect>> effects;  // in the order of the input
  double pooled_estimate = 0;                  // weighted by inverse variances (fixed effect)
  double pooled_standard_error = 0;
  double q_statistic = 0;
  double dof = 1;  // segments with an effect - 1
  double p_value = 1;
  double i_squared = 0;  // share of the variation between segments that is not chance, 0..1
};

// Is the absolute effect the same in every segment? W. G. Cochran: The combination of estimates from different
// experiments, Biometrics 10 (1954); I squared: J. P. T. Higgins, S. G. Thompson, Statistics in Medicine 21 (2002).
// Segments must be known before exposure. Reasons as effects_of two parts.
Result<SegmentHeterogeneity> segment_heterogeneity(std::span<const TwoSamples> segments);

}  // namespace crossfade::stats
