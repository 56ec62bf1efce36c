#include "platform/stats/decisions/interleaving.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "platform/stats/means/contrast.h"
#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/distributions.h"

namespace crossfade::stats {

namespace {

// In whole numbers: users of the same preference then have no variance, in whatever order their sessions come.
struct Signs {
  std::int64_t sum = 0;
  std::int64_t n = 0;
};

double sign_test(std::int64_t wins_a, std::int64_t wins_b) {
  if (wins_a + wins_b == 0) return 1;
  return std::min(1.0, 2 * fair_coin_lower_tail(std::min(wins_a, wins_b), wins_a + wins_b));
}

// Of the users' means.
void test_preference(Interleaving& result, const Moments& preferences, double alpha) {
  result.user_preference = preferences.mean();
  if (preferences.variance() == 0) return;
  const double n = static_cast<double>(preferences.n());
  const double standard_error = std::sqrt(preferences.variance() / n);
  const Result<TTest> test = t_test(preferences.mean(), standard_error, n - 1, 0, {.alpha = alpha});
  if (!test) return;
  result.user_preference_se = standard_error;
  result.user_p = test->p_value;
  result.interval = test->interval;
}

}  // namespace

Result<Interleaving> interleaving(std::span<const InterleavedSession> sessions, double alpha) {
  if (!valid_alpha(alpha)) return Undefined::invalid_input;
  Interleaving result;
  std::map<std::string_view, Signs> users;  // in order, so that the same sessions give the same digits
  for (const InterleavedSession& session : sessions) {
    if (!std::isfinite(session.credit_a) || !std::isfinite(session.credit_b)) return Undefined::invalid_input;
    const bool a = session.credit_a > session.credit_b;
    const bool b = session.credit_b > session.credit_a;
    ++(a ? result.wins_a : b ? result.wins_b : result.ties);
    Signs& signs = users[session.user];
    signs.sum += a ? -1 : b ? 1 : 0;
    ++signs.n;
  }
  if (sessions.empty()) return Undefined::insufficient_data;
  // Over one denominator: equal wins give 0 and not its rounding.
  result.delta_ab = static_cast<double>(result.wins_b - result.wins_a) / (2 * static_cast<double>(sessions.size()));
  result.sign_test_p = sign_test(result.wins_a, result.wins_b);
  Moments preferences;
  for (const auto& [user, signs] : users) {
    preferences.add(static_cast<double>(signs.sum) / static_cast<double>(signs.n));
  }
  test_preference(result, preferences, alpha);
  return result;
}

}  // namespace crossfade::stats
