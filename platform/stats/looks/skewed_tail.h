#pragma once

#include <cstdint>

#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct SkewedTailOptions {
  // Of the two-sided test whose tails are asked for: each is meant to have half of it. In (0, 1). Default: 0.05.
  double alpha = 0.05;

  // By how much the larger tail may be off, as a share of alpha, above 0. Default: a half, so that no tail is larger
  // than alpha: a test that calls one side only must not do so more often than it says.
  double tolerance = 0.5;
};

struct SkewedTail {
  double error = 0;           // of the larger tail's probability, to first order; at least 0
  bool trusted = true;        // error <= tolerance x alpha
  std::int64_t needed = 0;    // units in the smaller variant from which on it is, at the same shares and skewness
  std::int64_t smaller = 0;   // units in the smaller variant
  bool treatment_is = false;  // the treatment is the smaller one
};

// How far a tail of Welch's test is from what it says, where the values are skewed and one variant is larger. Of two
// variants that differ in nothing, to first order, each tail is off by
//   g |nC - nT| / sqrt(nC nT (nC + nT)) x (2 z^2 + 1) / 6 x phi(z),  z = normal quantile at alpha / 2,
// one by as much too large as the other is too small, and for equal variants by nothing. It is the Edgeworth expansion
// of the studentised mean (P. Hall: The Bootstrap and Edgeworth Expansion, 1992, section 2.6) with the third cumulant
// of a difference. For one sample, with a stricter tolerance, it became the rule of 355 s^2 units: D. D. Boos, J. M.
// Hughes-Oliver: How large does n have to be for Z and t intervals?, American Statistician 54 (2000); R. Kohavi, A.
// Deng, R. Longbotham, Y. Xu: Seven rules of thumb for web site experimenters, KDD 2014. `skewness` is that of both
// samples together, each about its own mean: a small variant that has not seen one of the rare large values does not
// know its own. What is estimated of heavy tails grows with the sample, and so does `needed`. insufficient_data: fewer
// than two units; invalid_input: options outside their ranges, or a skewness that is not finite.
Result<SkewedTail> skewed_tail(std::int64_t control, std::int64_t treatment, double skewness,
                               const SkewedTailOptions& options = {});

}  // namespace crossfade::stats
