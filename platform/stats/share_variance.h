#pragma once

#include "platform/stats/co_moments.h"

namespace crossfade::stats {

// Variance of a share of events (0 = events below, 1 = events, one entry a user), to first order: users, not events,
// are independent. n >= 2 and a mean of events above 0.
inline double share_variance(const RatioMoments& users) {
  const double events = users.mean(1);
  const double share = users.mean(0) / events;
  const double variance =
      users.covariance(0, 0) - 2 * share * users.covariance(0, 1) + share * share * users.covariance(1, 1);
  return variance > 0 ? variance / (events * events) / static_cast<double>(users.n()) : 0;
}

}  // namespace crossfade::stats
