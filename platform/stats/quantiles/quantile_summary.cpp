#include "platform/stats/quantiles/quantile_summary.h"

#include <cmath>

#include "platform/stats/numerics/distributions.h"
#include "platform/stats/ratios/ratio.h"

namespace crossfade::stats {

namespace {

bool is_summary(const QuantileSummary& summary) {
  return summary.n >= 0 && summary.n_star > 0 && std::isfinite(summary.n_star) && summary.nu > 0 && summary.nu < 1 &&
         std::isfinite(summary.quantile) && std::isfinite(summary.quantile_lower) &&
         std::isfinite(summary.quantile_upper) && summary.quantile_lower <= summary.quantile_upper;
}

// The share's variance between users over that of as many independent events.
Result<double> design_effect(const QuantileSummary& summary) {
  const RatioMoments& users = *summary.clusters;
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    if (!(users.mean(i) >= 0) || !std::isfinite(users.mean(i)) || !(users.c2(i, i) >= 0) ||
        !std::isfinite(users.c2(i, i))) {
      return Undefined::invalid_input;
    }
  }
  if (users.n() < 0 || !std::isfinite(users.c2(0, 1))) return Undefined::invalid_input;
  if (users.n() < 2) return Undefined::insufficient_data;
  const Result<Moments> share = ratio_moments(users);
  if (!share) return share.reason();
  const double between_users = share->variance() / static_cast<double>(users.n());
  return between_users / (summary.nu * (1 - summary.nu) / static_cast<double>(summary.n));
}

}  // namespace

Result<Moments> quantile_moments(const QuantileSummary& summary) {
  if (!is_summary(summary)) return Undefined::invalid_input;
  if (summary.n < 2) return Undefined::insufficient_data;
  const double n = static_cast<double>(summary.n);
  const double error = (summary.quantile_upper - summary.quantile_lower) / (2 * normal_upper_quantile(0.025));
  double variance = summary.n_star / n * (n - 1) * error * error;
  if (summary.clusters) {
    const Result<double> effect = design_effect(summary);
    if (!effect) return effect.reason();
    variance *= *effect;
  }
  const double m2 = variance * (n - 1);
  if (!std::isfinite(m2)) return Undefined::invalid_input;
  return Moments(summary.n, summary.quantile, m2);
}

}  // namespace crossfade::stats
