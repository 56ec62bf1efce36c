#pragma once

#include <cmath>
#include <optional>
#include <string>

#include "platform/analysis/question/sample.h"
#include "platform/analysis/report/comparison.h"
#include "platform/stats/numerics/result.h"

// The comparison of two variants as if it were the only look, by the test that the type of the metric asks for.
namespace crossfade::analysis {

// The interval of a lift, or why there is none.
struct Lift {
  std::optional<Interval> interval = std::nullopt;
  std::string reason = {};
};

// A lift whose interval is none, because the control's mean cannot be told from 0.
inline constexpr const char* kUnbounded = "unbounded";

inline Interval to_interval(const stats::Bounds& bounds) {
  return {.lower = bounds.lower, .upper = bounds.upper};
}

template <class T>
Lift to_lift(const stats::Result<T>& lift) {
  if (!lift) return {.interval = std::nullopt, .reason = std::string(to_string(lift.reason()))};
  if (!std::isfinite(lift->interval.lower) || !std::isfinite(lift->interval.upper)) {
    return {.interval = std::nullopt, .reason = kUnbounded};
  }
  return {.interval = to_interval(lift->interval), .reason = {}};
}

// A fraction; none where the control's mean is 0.
std::optional<double> lift_of(double effect, double control_mean);

struct SingleLook {
  std::optional<double> effect;  // has no need of a variance
  std::optional<double> lift;
  std::optional<double> standard_error;
  std::optional<double> dof;  // none of shares, whose test is a normal one
  std::optional<double> p_value;
  std::optional<double> z;           // as far out as the statistic
  std::optional<Interval> interval;  // of the effect
  std::string reason;                // why there is no test
  Lift lift_interval;
};

// Means, ratios and quantiles by Welch's test, shares of units by the pooled z test, whatever was measured in blocks by
// the paired t-test over these; the intervals of the effect, and by Fieller (of shares: Koopman) of the lift, are the
// duals of the test: they exclude no effect exactly where p < alpha. Where the lift is to be one that the test agrees
// with, `method` is fieller. Of blocks the lift is always by Fieller, or naive.
SingleLook single_look(const Sample& control, const Sample& treatment, LiftInterval method, double alpha);

}  // namespace crossfade::analysis
