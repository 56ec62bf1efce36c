#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

// One session with a list mixed from two recommenders: what the user took of each one's tracks.
struct InterleavedSession {
  std::string_view user;
  double credit_a = 0;
  double credit_b = 0;
};

struct Interleaving {
  std::int64_t wins_a = 0;  // sessions with more credit for a
  std::int64_t wins_b = 0;
  std::int64_t ties = 0;
  double delta_ab = 0;     // (wins_b + ties / 2) / sessions - 1/2: above 0 where b is preferred
  double sign_test_p = 1;  // exact, two-sided, without ties; takes sessions for independent
  // Users weigh the same and are the independent ones: the mean of each one's mean of -1 (a won), 0 and 1.
  double user_preference = 0;
  // One-sample t-test; none with fewer than two users, or where all have the same preference.
  std::optional<double> user_preference_se = std::nullopt;
  std::optional<double> user_p = std::nullopt;
  std::optional<Bounds> interval = std::nullopt;  // of user_preference
};

// O. Chapelle, T. Joachims, F. Radlinski, Y. Yue: Large-scale validation and analysis of interleaved search evaluation,
// ACM Transactions on Information Systems 30 (2012). insufficient_data: no session; invalid_input: a credit that is not
// finite, alpha outside (0, 1). O(n log users).
Result<Interleaving> interleaving(std::span<const InterleavedSession> sessions, double alpha = 0.05);

}  // namespace crossfade::stats
