#pragma once

#include <span>

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"
#include "platform/stats/numerics/variant_estimate.h"

namespace crossfade::stats {

// Units of one variant that have the same denominator, and their numerators. A single unit is such a group too. Where
// denominators are counts, the groups are few, and all that the jackknife needs of a table of units.
struct RatioGroup {
  double denominator = 0;
  Moments numerators;
};

// A pass over one variant's units, or groups of them, whose ratio of sums is known from a pass before.
class RatioJackknife {
 public:
  // `denominators`: their sum over all units, > 0; `squares`: the sum of their squares.
  RatioJackknife(double ratio, double denominators, double squares)
      : ratio_(ratio), denominators_(denominators), squares_(squares) {}

  void add(const RatioGroup& group);
  // Of all that was added. Reasons as ratio_jackknife's.
  Result<VariantEstimate> estimate() const;
  // What one unit adds to the ratio's error, after all were added: the squares sum up to estimate()'s variance.
  double share_of(double numerator, double denominator) const;

 private:
  double ratio_ = 0;
  double denominators_ = 0;
  double squares_ = 0;
  Moments left_out_;  // how far the ratio without a unit lies below the ratio with it
  bool invalid_ = false;
  bool alone_ = false;  // a unit has all the denominators
};

// A ratio of sums over units with the jackknife's variance: what leaving out each unit in turn does to the ratio. With
// a share h of all denominators in one unit, its residual counts as 1 / (1 - h) of what the delta method
// (ratio_moments) makes of it, which is too little wherever a few units have most of the denominators. J. W. Tukey,
// Annals of Mathematical Statistics 29 (1958), 614; J. Shao, D. Tu: The Jackknife and Bootstrap (1995), section 2.1.
// The degrees of freedom are Kish's effective number of units, (sum d)^2 / sum d^2, less 1 (L. Kish: Survey Sampling,
// 1965). Units with neither numerator nor denominator say nothing and are left out, so with equal denominators the rest
// is a plain mean. Means and co-moments of all units (RatioMoments) do not suffice: the variance needs each
// denominator. insufficient_data: fewer than two units, or one with all the denominators; zero_denominator;
// invalid_input: a denominator below 0, moments that no sample has, something that is not finite. O(groups).
Result<VariantEstimate> ratio_jackknife(std::span<const RatioGroup> groups);

}  // namespace crossfade::stats
