#include "platform/stats/means/cuped_relative_fieller.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "platform/stats/means/contrast.h"
#include "platform/stats/means/cuped_mean.h"
#include "platform/stats/numerics/linear_form.h"

namespace crossfade::stats {

namespace {

// (N - lambda D)^2 = q^2 (vN - 2 lambda cND + lambda^2 vD), divided by D^2:
// (1 - g) lambda^2 - 2 (e - k) lambda + (e^2 - h) = 0.
struct Quadratic {
  double e = 0;  // N / D
  double g = 0;  // q^2 vD / D^2
  double h = 0;  // q^2 vN / D^2
  double k = 0;  // q^2 cND / D^2, k^2 <= g h

  // Of the halved linear term. For g < 1 a sum of terms that are not negative.
  double discriminant() const {
    if (g == 0) return h;
    const double slope = g * e - k;
    return slope * slope / g + (1 - g) * std::max(0.0, h - k * k / g);
  }

  // g < 1. The constant term as a product: limits next to 0 keep their digits and their sign.
  Bounds roots() const {
    const double b = e - k;
    const double half_gap = std::sqrt(discriminant());
    const double reach = std::sqrt(h);
    const double far = b >= 0 ? b + half_gap : b - half_gap;
    const double one = far / (1 - g);
    const double other = far == 0 ? 0 : (e - reach) * (e + reach) / far;
    return {std::min(one, other), std::max(one, other)};
  }
};

}  // namespace

Result<CupedFiellerLift> cuped_relative_fieller_at(const CovariateMoments& control, const CovariateMoments& treatment,
                                                   double theta, const TestOptions& options,
                                                   std::optional<double> critical_value) {
  const Result<Cuped> absolute = cuped(control, treatment, theta, LiftGradient::unadjusted_ratio, {.test = options});
  if (!absolute) return absolute.reason();
  if (critical_value && !std::isfinite(*critical_value)) return Undefined::invalid_input;
  const double mean = control.mean(0);
  if (mean == 0) return Undefined::zero_control_mean;
  const double n = static_cast<double>(control.n());
  const double q = critical_value.value_or(critical_t(absolute->dof, options));
  const double scale = q / mean;
  const double control_variance = control.covariance(0, 0) / n;
  const double covariance = -covariance_of(control, {1, -theta}, {1, 0}) / n;
  const Quadratic limits{.e = absolute->estimate / mean,
                         .g = scale * scale * control_variance,
                         .h = scale * scale * absolute->standard_error * absolute->standard_error,
                         .k = scale * scale * covariance};
  if (!std::isfinite(limits.e) || std::isnan(limits.g)) return Undefined::invalid_input;

  CupedFiellerLift lift{.theta = theta,
                        .estimate = absolute->estimate / std::abs(mean),
                        .dof = absolute->dof,
                        .g = limits.g,
                        .interval = {.lower = -kInfinity, .upper = kInfinity}};
  if (limits.g >= 1) {
    lift.type = limits.discriminant() >= 0 ? FiellerType::exterior : FiellerType::unbounded;
    return lift;
  }
  const Bounds ratio = limits.roots();
  if (!std::isfinite(ratio.lower) || !std::isfinite(ratio.upper)) return Undefined::invalid_input;
  lift.interval = fieller_interval(ratio, mean, q, options.alternative);
  return lift;
}

Result<CupedFiellerLift> cuped_relative_fieller(const CovariateMoments& control, const CovariateMoments& treatment,
                                                const TestOptions& options, std::optional<double> critical_value) {
  return cuped_relative_fieller_at(control, treatment, pooled_theta(control, treatment), options, critical_value);
}

}  // namespace crossfade::stats
