#pragma once

#include <span>

#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

// Where a group sequential test ended, and what was seen there.
struct StoppedTest {
  // Of the looks up to the one at which it ended, as group_sequential takes them.
  std::span<const double> information_fractions;

  // |z| at which each of these looks would have rejected: group_sequential's, or any other symmetric boundary's. The
  // last one does not matter, which is where it ended, whether it was crossed or not.
  std::span<const double> z_bounds;

  // At the last of these looks; z is their quotient.
  double estimate = 0;
  double standard_error = 0;
};

struct GroupSequentialEstimate {
  double estimate = 0;  // median-unbiased: as often above the effect as below it
  Bounds interval = {};
  double p_value = 1;  // two-sided, of no effect
};

// What is seen where a test stopped early is too large on average: it stopped because it was large. By the stage-wise
// ordering: what crossed at an earlier look is further out, at the same look the larger z. The estimate is the effect
// under which half of all experiments end further out than this one, the interval's ends those for alpha / 2 of them.
// It does not depend on looks that were still to come, and at a first look it is the estimate itself. A. A. Tsiatis, G.
// L. Rosner, C. R. Mehta: Exact confidence intervals following a group sequential test, Biometrics 40 (1984); C.
// Jennison, B. W. Turnbull: Group Sequential Methods with Applications to Clinical Trials (2000), sections 8.4 and 8.5;
// S. S. Emerson, T. R. Fleming, Biometrika 77 (1990). R: rpact's getFinalConfidenceInterval. Accurate to 1e-8 standard
// errors. invalid_input: fractions as group_sequential's, another number of bounds, one that is not above 0, a standard
// error that is not above 0, something that is not finite (but bounds), alpha outside (0, 1).
Result<GroupSequentialEstimate> group_sequential_estimate(const StoppedTest& test, double alpha = 0.05);

}  // namespace crossfade::stats
