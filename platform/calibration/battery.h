#pragma once

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "platform/stats/numerics/result.h"

// Simulated truth, fixed seeds: does each statistic keep the error rate that it promises?
namespace crossfade::calibration {

// A figure to measure, and the band that a right program keeps. Negative controls measure a wrong method, which leaves
// the band of the right one: theirs says how far.
struct Check {
  std::string name;
  double lower = 0;
  double upper = std::numeric_limits<double>::infinity();
  bool negative_control = false;
  bool is_share = true;  // 0 .. 1; else a number, such as standard errors
  std::function<double()> measure;
};

// Each in a file of its own, `battery_<name>.cpp`.
std::vector<Check> mean_checks();      // moments are drawn, not units
std::vector<Check> session_checks();   // raw sessions of users
std::vector<Check> look_checks();      // of those who look more than once
std::vector<Check> bayesian_checks();  // effects drawn from the prior
std::vector<Check> call_checks();      // daily looks at unequal variants, rare events and heavy tails
std::vector<Check> sparse_checks();    // single looks at few events, small variants, skew and ties

// All checks.
std::vector<Check> battery();

struct Figure {
  Check check;
  double measured = 0;
  bool kept = false;  // whether it lies in its band
};

// The figures in the order of `checks`, the same for any number of threads.
std::vector<Figure> measure(const std::vector<Check>& checks, int threads);

// Repetitions of a figure that is measured on moments drawn at once.
inline constexpr int kRounds = 20'000;
// Repetitions of a figure that is measured on experiments simulated unit by unit, or look by look.
inline constexpr int kExperiments = 4'000;

// 4 standard errors of a share `rate` over `rounds`: over 20 000 rounds 0.62 points at 5 % or 95 %, 0.44 at 2.5 %, 1.13
// at 80 %; over 4 000 rounds 1.38 points at 5 %.
double band(double rate, double rounds);

// A share that is to be `rate`.
Check share_check(std::string name, double rate, double rounds, std::function<double()> measure);

inline bool covers(const stats::Bounds& bounds, double value) {
  return bounds.lower <= value && value <= bounds.upper;
}

}  // namespace crossfade::calibration
