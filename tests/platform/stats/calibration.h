#pragma once

#include <cmath>

#include "platform/stats/result.h"

// What the calibration tests have in common: rates over rounds with a fixed seed, against a band of 4 standard errors
// of such a rate. A right method leaves it with one in about 16 000 seeds, a wrong one always.
namespace crossfade::stats::test {

// Of moments drawn at once.
inline constexpr int kRounds = 20'000;
// Of experiments that are simulated unit by unit, or look by look.
inline constexpr int kExperiments = 4'000;

// 4 sqrt(p (1 - p) / rounds): over 20 000 rounds 0.62 points at 5 % or 95 %, 0.44 at 2.5 %, 1.13 at 80 %; over 4 000
// rounds 1.38 points at 5 %.
inline double band(double rate, double rounds) {
  return 4 * std::sqrt(rate * (1 - rate) / rounds);
}

inline double share(int count, int rounds = kRounds) {
  return static_cast<double>(count) / rounds;
}

inline bool covers(const Bounds& bounds, double value) {
  return bounds.lower <= value && value <= bounds.upper;
}

}  // namespace crossfade::stats::test
