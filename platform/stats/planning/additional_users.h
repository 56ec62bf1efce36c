#pragma once

#include <optional>

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct AdditionalUsersOptions {
  // The lift that is to be found, not 0; its sign does not matter. Half of it needs some four times the users. Must be
  // set.
  double target_mde = 0;

  // The chance to find it, in (0, 1). Default: 0.8.
  double power = 0.8;

  // Of a two-sided test. Default: 0.05.
  double alpha = 0.05;

  // SequentialOptions::n_star of a sequential test, which needs more users. Default (none): a single look at the end.
  std::optional<double> n_star = std::nullopt;
};

struct AdditionalUsers {
  double standard_error = 0;       // of the lift now (delta method)
  double power_at_target_mde = 0;  // now
  double scaling_factor = 0;       // s: with N (1 + s) users the power is reached; 0 where it is already
  double additional_users = 0;     // s N, both variants together; not rounded
};

// How many users more does a running experiment need? The error is taken to shrink with 1 / sqrt(N), and to be known;
// the power counts both tails. A sequential test's critical value is that of the look at N (1 + s).
// not_attainable: a target of 0, or more than 1e15 times the users; otherwise as relative_lift_delta and
// sequential_multiplier; invalid_input: power outside (0, 1).
Result<AdditionalUsers> additional_users(const Moments& control, const Moments& treatment,
                                         const AdditionalUsersOptions& options);

}  // namespace crossfade::stats
