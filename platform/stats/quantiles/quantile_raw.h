#pragma once

#include <span>
#include <vector>

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

enum class Ties {
  order,  // the order statistic ceil(n nu), and those at the ends of the share's interval
  mid,    // the mid-distribution function's inverse
};

struct QuantileOptions {
  // Default: order. On values that repeat - counts, times in steps of 5 ms - order statistics jump from one value to
  // the next, and their distance is no error: mid is for them, and answers a value between two neighbours. Where no
  // value repeats, mid is the quantile between order statistics (Hyndman and Fan's type 5).
  Ties ties = Ties::order;

  // What to do where the interval needs an order statistic below the first or above the last. Default (true): takes
  // that one, which makes the interval too narrow, or empty where the quantile is the largest value itself. False:
  // insufficient_data.
  bool clamp = true;
};

struct QuantileRaw {
  double estimate = 0;  // treatment quantile - control quantile
  double standard_error = 0;
  Bounds interval = {};  // normal; one-sided alternatives leave one side infinite
  double control_quantile = 0;
  double treatment_quantile = 0;
};

// The quantile of the mid-distribution function alone. `sorted` ascending, finite and not empty; 0 < nu < 1. O(n).
double mid_quantile(const std::vector<double>& sorted, double nu);

// One variant's quantile of all events as if it were a mean over its users: their number, the quantile, and the
// variance whose error of the mean is the quantile's. For whatever takes Moments; otherwise as quantile_raw.
Result<Moments> quantile_moments(std::span<const std::vector<double>> users, double nu, double alpha = 0.05,
                                 const QuantileOptions& options = {});

// The difference of the nu-quantiles (order statistic ceil(n nu)) of all events, where users bring several events each
// and only users are independent: the share of events up to the quantile gets a variance between users, and the order
// statistics at the ends of its interval give the quantile's error. M. Liu, X. Sun, M. Varshney, Y. Xu: Large-scale
// online experimentation with quantile metrics, JSM Proceedings (2018). One vector of values a user, possibly empty.
// The interval of the share has the level of the interval asked for, so the standard error depends a little on alpha.
// Ties: Y. Ma, M. G. Genton, E. Parzen: Asymptotic properties of sample quantiles of discrete distributions, Annals of
// the Institute of Statistical Mathematics 63 (2011); the mid-distribution function F(x) - P(x) / 2 is joined by lines.
// insufficient_data: fewer than two users, or no event, in a variant, or ranks that would be clamped and must not;
// zero_variance: neither quantile has an error;
// invalid_input: nu outside (0, 1), or a value that is not finite. O(n log n).
Result<QuantileRaw> quantile_raw(std::span<const std::vector<double>> control,
                                 std::span<const std::vector<double>> treatment, double nu,
                                 const TestOptions& options = {}, const QuantileOptions& how = {});

}  // namespace crossfade::stats
