#pragma once

#include <span>
#include <vector>

#include "platform/stats/means/effects.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

// What is believed of one effect after all of them.
struct Shrunken {
  double mean = 0;
  double sd = 0;
};

struct Shrinkage {
  double mu = 0;  // mean of the effects' distribution
  double mu_standard_error = 0;
  Bounds mu_interval = {};  // normal
  double tau_squared = 0;   // variance of that distribution; 0 where the effects differ no more than by their errors
  double q = 0;             // Cochran's
  double dof = 1;
  double p_value = 1;                   // of q: all effects are the same
  std::vector<Shrunken> shrunken = {};  // in the order of the input

  // Of another effect, which is taken for one of the same distribution. `effect`: standard error above 0.
  Shrunken shrink(const Effect& effect) const;
};

// Effects of several experiments as draws from one normal distribution, and each of them drawn to its mean by what its
// own error leaves open: what is selected because it looks large is, on average, smaller. R. DerSimonian, N. Laird:
// Meta-analysis in clinical trials, Controlled Clinical Trials 7 (1986); the posterior takes tau^2 for known and mu for
// estimated, as R's metafor does (blup). alpha: of mu's interval. insufficient_data: fewer than two effects;
// invalid_input: an error that is not above 0, something that is not finite, alpha outside (0, 1).
Result<Shrinkage> shrinkage(std::span<const Effect> effects, double alpha = 0.05);

}  // namespace crossfade::stats
