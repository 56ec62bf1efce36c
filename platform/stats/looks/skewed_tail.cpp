#include "platform/stats/looks/skewed_tail.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "platform/stats/numerics/distributions.h"

namespace crossfade::stats {

namespace {

// More units than anybody has.
constexpr double kMostUnits = 1e15;

double normal_density(double z) {
  return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
}

}  // namespace

Result<SkewedTail> skewed_tail(std::int64_t control, std::int64_t treatment, double skewness,
                               const SkewedTailOptions& options) {
  if (!valid_alpha(options.alpha) || !(options.tolerance > 0) || !std::isfinite(skewness)) {
    return Undefined::invalid_input;
  }
  if (control < 2 || treatment < 2) return Undefined::insufficient_data;
  const double c = static_cast<double>(control);
  const double t = static_cast<double>(treatment);
  const double z = normal_upper_quantile(options.alpha / 2);
  const double of_statistic = std::abs(skewness) * std::abs(c - t) / std::sqrt(c * t * (c + t));
  const double allowed = options.tolerance * options.alpha;
  SkewedTail result{.error = of_statistic * (2 * z * z + 1) / 6 * normal_density(z),
                    .smaller = std::min(control, treatment),
                    .treatment_is = treatment < control};
  result.trusted = result.error <= allowed;
  const double times = result.error / allowed;
  const double needed = std::ceil(times * times * static_cast<double>(result.smaller));
  result.needed = static_cast<std::int64_t>(std::min(needed, kMostUnits));
  return result;
}

}  // namespace crossfade::stats
