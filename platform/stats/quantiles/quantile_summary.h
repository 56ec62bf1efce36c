#pragma once

#include <cstdint>
#include <optional>

#include "platform/stats/moments/co_moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

// A quantile of one variant with its 95 % interval by order statistics, as a warehouse computes it.
struct QuantileSummary {
  std::int64_t n = 0;  // events
  double n_star = 0;   // events of which quantile_lower and quantile_upper were taken
  double nu = 0.5;     // which quantile, in (0, 1)
  double quantile = 0;
  double quantile_lower = 0;
  double quantile_upper = 0;
  // Where users have several events: of each user, events below the quantile (0) and events (1).
  std::optional<RatioMoments> clusters = std::nullopt;
};

// The quantile as if it were a mean over n events, so that welch_t, the lifts, sequential and non_inferiority take it
// unchanged: its variance is the interval's half width / 1.96, squared, brought from n_star to n events and, with
// clusters, multiplied by what their users' dependence adds. M. Liu, X. Sun, M. Varshney, Y. Xu: Large-scale online
// experimentation with quantile metrics, JSM Proceedings (2018). insufficient_data: fewer than two events or users;
// zero_denominator: clusters without events; invalid_input: nu outside (0, 1), bounds that are not in order, something
// below 0 or not finite. A variance of 0 is the tests' to refuse.
Result<Moments> quantile_moments(const QuantileSummary& summary);

}  // namespace crossfade::stats
