#include "platform/stats/planning/mde_relative_delta.h"

#include <cmath>

#include "platform/stats/numerics/distributions.h"

namespace crossfade::stats {

Result<double> mde_relative_delta(const RelativeDesign& design, double target_power) {
  const double n = design.n_per_variant;
  if (!valid_alpha(design.alpha) || !valid_alpha(target_power) || !(n >= 0) || !std::isfinite(n) || !(design.sd >= 0) ||
      !std::isfinite(design.sd) || !std::isfinite(design.control_mean)) {
    return Undefined::invalid_input;
  }
  if (n == 0) return Undefined::insufficient_data;
  if (design.control_mean == 0) return Undefined::zero_control_mean;
  if (design.sd == 0) return Undefined::zero_variance;
  const double k = normal_upper_quantile(design.alpha / 2) - normal_upper_quantile(target_power);
  const double root_a = k * (design.sd / std::abs(design.control_mean)) / std::sqrt(n);
  if (!(k > 0) || !(root_a < 1)) return Undefined::not_attainable;
  // lift^2 = a (1 + (1 +- lift)^2), where a lift of a control below 0 brings the treatment nearer to 0.
  const double a = root_a * root_a;
  const double root = root_a * std::sqrt(2 - a);
  return design.control_mean > 0 ? (root + a) / (1 - a) : 2 * a / (root + a);
}

}  // namespace crossfade::stats
