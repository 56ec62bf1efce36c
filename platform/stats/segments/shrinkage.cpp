#include "platform/stats/segments/shrinkage.h"

#include <algorithm>
#include <cmath>

#include "platform/stats/numerics/distributions.h"

namespace crossfade::stats {

namespace {

// In units of the smallest error: weights of tiny errors overflow.
double weight(const Effect& effect, double unit, double tau_squared) {
  const double error = effect.standard_error / unit;
  return 1 / (error * error + tau_squared / unit / unit);
}

struct Mean {
  double value = 0;
  double weights = 0;
};

Mean weighted_mean(std::span<const Effect> effects, double unit, double tau_squared) {
  Mean mean;
  for (const Effect& effect : effects) {
    const double w = weight(effect, unit, tau_squared);
    mean.weights += w;
    mean.value += w / mean.weights * (effect.estimate - mean.value);
  }
  return mean;
}

}  // namespace

Shrunken Shrinkage::shrink(const Effect& effect) const {
  const double error = effect.standard_error;
  const double tau = std::sqrt(tau_squared);
  const double root = tau / std::hypot(tau, error);  // squares of tiny errors underflow
  const double kept = root * root;
  return {.mean = mu + kept * (effect.estimate - mu), .sd = std::hypot(root * error, (1 - kept) * mu_standard_error)};
}

Result<Shrinkage> shrinkage(std::span<const Effect> effects, double alpha) {
  if (!valid_alpha(alpha)) return Undefined::invalid_input;
  double unit = kInfinity;
  for (const Effect& effect : effects) {
    if (!std::isfinite(effect.estimate) || !std::isfinite(effect.standard_error)) return Undefined::invalid_input;
    if (!(effect.standard_error > 0)) return Undefined::invalid_input;
    unit = std::min(unit, effect.standard_error);
  }
  if (effects.size() < 2) return Undefined::insufficient_data;

  const Mean fixed = weighted_mean(effects, unit, 0);
  double q = 0;
  double squares = 0;
  for (const Effect& effect : effects) {
    const double w = weight(effect, unit, 0);
    const double gap = (effect.estimate - fixed.value) / unit;
    q += w * gap * gap;
    squares += w * w;
  }
  Shrinkage result{.q = q, .dof = static_cast<double>(effects.size()) - 1};
  const double excess = (q - result.dof) / (fixed.weights - squares / fixed.weights);
  result.tau_squared = std::max(0.0, excess) * unit * unit;
  const Mean random = weighted_mean(effects, unit, result.tau_squared);
  result.mu = random.value;
  result.mu_standard_error = unit / std::sqrt(random.weights);
  if (!std::isfinite(result.tau_squared) || !std::isfinite(result.mu)) return Undefined::invalid_input;
  const double half_width = normal_upper_quantile(alpha / 2) * result.mu_standard_error;
  result.mu_interval = {.lower = result.mu - half_width, .upper = result.mu + half_width};
  result.p_value = chi_squared_upper_tail(q, result.dof);
  for (const Effect& effect : effects) result.shrunken.push_back(result.shrink(effect));
  return result;
}

}  // namespace crossfade::stats
