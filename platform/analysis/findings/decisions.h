#pragma once

#include "platform/analysis/findings/compare.h"
#include "platform/analysis/findings/sides.h"
#include "platform/analysis/question/sample.h"
#include "platform/analysis/report/comparison.h"
#include "platform/stats/looks/minimum_size.h"
#include "platform/stats/numerics/result.h"

// The parts of a comparison that a verdict goes by.
namespace crossfade::analysis {

// Error rate of what decides.
inline double alpha_of(const CompareOptions& options) {
  return options.alpha.value_or(1 - options.confidence_level);
}

// Whether the smaller variant is large enough for anything to be concluded, in any mode: by the events that are
// expected in it of shares, by its units of everything else.
stats::MinimumSize size_of(const Sample& control, const Sample& treatment);

// `size` is that of the samples, `sides` are what is compared.
AlwaysValid always_valid_of(const Sides& sides, const stats::MinimumSize& size, const CompareOptions& options);

// |z| at which it rejects is `bound`, which may be infinite.
GroupSequentialLook group_sequential_of(const Sample& control, const Sample& treatment, const stats::MinimumSize& size,
                                        double bound);

// Of a ratio too, as the mean of its linearised units: to first order the same, at the margin, as the mean of numerator
// - r x the control's ratio x denominator.
GuardrailResult guardrail_of(const Sides& sides, const stats::MinimumSize& size, const CompareOptions& options);

}  // namespace crossfade::analysis
