#pragma once

#include "platform/stats/numerics/result.h"
#include "platform/stats/numerics/variant_estimate.h"

namespace crossfade::stats {

// What is believed of a lift d after the data. Probabilities are sums of what is positive: none is 1 - another.
struct LiftPosterior {
  double mean = 0;
  double sd = 0;
  double chance_below = 0;   // P(d < 0)
  double chance_above = 0;   // P(d > 0)
  double expected_fall = 0;  // E[max(-d, 0)]
  double expected_rise = 0;  // E[max(d, 0)]
  Bounds interval = {};      // equal tails
  double prior_conflict = 1;
};

// A normal prior on the lift with Fieller's likelihood V^-1/2 exp(-(T - (1 + d) C)^2 / 2V), V = vT + (1 + d)^2 vC: that
// of two normal means of which the control's has a flat prior of its own (E. C. Fieller, J. R. Statist. Soc. B 16,
// 1954; D. V. Lindley, Introduction to Probability and Statistics, volume 2, 1965, section 8.1). It has the error that
// a lift of d has, where the delta method has the error of the lift that was seen. Of a negative control, d is the lift
// by its absolute value. The likelihood falls off only as 1 / |d|: without a proper prior there is no posterior.
// prior_conflict: G. E. P. Box, J. R. Statist. Soc. A 143 (1980): how far out the treatment's mean lies, on both sides,
// of what the prior and the control let expect.
// By Gauss's formula on panels as narrow as prior and likelihood want it: 1e-9 relative, tails down to 1e-290; some
// thousand evaluations. prior_sd > 0; the control's value not 0, one of the variances not 0.
// invalid_input: nothing finite comes out.
Result<LiftPosterior> lift_posterior(const VariantEstimate& control, const VariantEstimate& treatment,
                                     double prior_mean, double prior_sd, double alpha);

}  // namespace crossfade::stats
