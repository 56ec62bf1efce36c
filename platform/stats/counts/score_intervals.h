#pragma once

#include "platform/stats/counts/proportion.h"

// Intervals that hold exactly what a score test cannot exclude. Both tests are, where there is no effect, the pooled z
// test; so neither interval can contradict its p-value, nor the other interval.
namespace crossfade::stats {

// Of treatment share / control share, from 0 to infinity. Infinite where the control has no successes, 0 at the other
// end where the treatment has none. P. A. R. Koopman: Confidence intervals for the ratio of two binomial proportions,
// Biometrics 40 (1984).
Bounds score_ratio(const Trials& control, const Trials& treatment, const TestOptions& options);

// Of treatment share - control share, within -1 and 1. R. W. Mee: Confidence bounds for the difference between two
// probabilities, Biometrics 40 (1984); O. Miettinen, M. Nurminen, Statistics in Medicine 4 (1985), without their factor
// n / (n - 1), which the pooled z test does not have.
Bounds score_difference(const Trials& control, const Trials& treatment, const TestOptions& options);

// Both want what proportion() lets through: variants that are not empty, counts and alpha that can be. One-sided
// alternatives leave one side infinite. Where the pooled test is undefined (no success, or nothing else), nothing tells
// the variants apart, and the interval holds no effect. Each limit to the last digits, in some 5 000 evaluations.

}  // namespace crossfade::stats
