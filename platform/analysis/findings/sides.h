#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "platform/analysis/question/sample.h"
#include "platform/analysis/report/comparison.h"
#include "platform/stats/means/cuped.h"
#include "platform/stats/moments/co_moments.h"
#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::analysis {

// What decisions are made on: the two variants, with what they did before taken out where that is known.
struct Sides {
  stats::Moments control;
  stats::Moments treatment;
  // Of the adjusted ones, but not by a regression: outcome and covariate, and how the one is taken out of the other.
  std::optional<stats::CovariateMoments> control_history = std::nullopt;
  std::optional<stats::CovariateMoments> treatment_history = std::nullopt;
  double theta = 0;
  stats::LiftGradient gradient = stats::LiftGradient::unadjusted_ratio;

  // Of blocks: what the two have in each of them, of which the moments above and the histories are made.
  std::optional<stats::PairedBlocks> blocks = std::nullopt;

  bool has_covariate() const { return control_history.has_value(); }
};

// Nothing is taken out but what the two have in common in blocks, where they were measured in such; empty where a
// sample is undefined.
Sides without_history(const Sample& control, const Sample& treatment);
// None where there is nothing to take out.
std::optional<Sides> with_history(const Sample& control, const Sample& treatment);

// Units for each one that the moments count: of ratios, whose number is an effective one, more than 1.
double units_for_each(const Sample& control, const Sample& treatment);

// The comparison after CUPED, or a regression: `sides` are with_history's.
AdjustedComparison adjusted_of(const Sides& sides, const Sample& control, const Sample& treatment,
                               const stats::TestOptions& test);

// Share of the variance that CUPED, or blocks, take away from the comparison with the control, which is the first, that
// gains least; 0 where there is no history.
double cuped_gain(std::span<const Sample> samples);

}  // namespace crossfade::analysis
