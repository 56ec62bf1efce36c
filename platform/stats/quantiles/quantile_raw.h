#pragma once

#include <span>
#include <vector>

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct QuantileRaw {
  double estimate = 0;  // treatment quantile - control quantile
  double standard_error = 0;
  Bounds interval = {};  // normal; one-sided alternatives leave one side infinite
  double control_quantile = 0;
  double treatment_quantile = 0;
};

// One variant's quantile of all events as if it were a mean over its users: their number, the quantile, and the
// variance whose error of the mean is the quantile's. For whatever takes Moments; otherwise as quantile_raw.
Result<Moments> quantile_moments(std::span<const std::vector<double>> users, double nu, double alpha = 0.05);

// The difference of the nu-quantiles (order statistic ceil(n nu)) of all events, where users bring several events each
// and only users are independent: the share of events up to the quantile gets a variance between users, and the order
// statistics at the ends of its interval give the quantile's error. M. Liu, X. Sun, M. Varshney, Y. Xu: Large-scale
// online experimentation with quantile metrics, JSM Proceedings (2018). One vector of values a user, possibly empty.
// The interval of the share has the level of the interval asked for, so the standard error depends a little on alpha.
// insufficient_data: fewer than two users, or no event, in a variant; zero_variance: neither quantile has an error;
// invalid_input: nu outside (0, 1), or a value that is not finite. O(n log n).
Result<QuantileRaw> quantile_raw(std::span<const std::vector<double>> control,
                                 std::span<const std::vector<double>> treatment, double nu,
                                 const TestOptions& options = {});

}  // namespace crossfade::stats
