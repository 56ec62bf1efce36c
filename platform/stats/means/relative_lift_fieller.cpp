#include "platform/stats/means/relative_lift_fieller.h"

#include <cmath>
#include <utility>

#include "platform/stats/means/contrast.h"

namespace crossfade::stats {

namespace {

// Whether (T - rho C)^2 = q^2 (vT + rho^2 vC) has a real root: T^2 / vT + C^2 / vC >= q^2.
bool has_roots(double control_mean, double treatment_mean, const Contrast& difference, double q) {
  const double control_z = control_mean / std::sqrt(difference.control_variance);
  if (difference.treatment_variance == 0) return true;
  const double treatment_z = treatment_mean / std::sqrt(difference.treatment_variance);
  return std::hypot(control_z, treatment_z) >= q;
}

// Roots lambda = rho - 1 of the same, g < 1, as a lambda^2 - 2 b lambda + c = 0. The discriminant is a sum of terms
// that are not negative, and c has the sign of |T - C| - q standard errors: neither loses digits.
Bounds roots(double ratio_minus_1, const Contrast& difference, double control_mean, double q, double g) {
  const double ratio = 1 + ratio_minus_1;
  const double h = q * q * (difference.treatment_variance / control_mean / control_mean);
  const double half_gap = std::sqrt(g * ratio * ratio + h * (1 - g));
  const double a = 1 - g;
  const double b = ratio_minus_1 + g;
  const double reach = q * difference.standard_error;
  const double c = (difference.estimate - reach) / control_mean * ((difference.estimate + reach) / control_mean);
  const double far = b >= 0 ? b + half_gap : b - half_gap;
  const double one = far / a;
  const double other = far == 0 ? 0 : c / far;
  return one < other ? Bounds{one, other} : Bounds{other, one};
}

}  // namespace

std::string_view to_string(FiellerType type) {
  switch (type) {
    case FiellerType::bounded:
      return "bounded";
    case FiellerType::exterior:
      return "exterior";
    case FiellerType::unbounded:
      return "unbounded";
  }
  return "";
}

Bounds fieller_interval(const Bounds& limits, double control_mean, double critical_value, Alternative alternative) {
  Bounds interval = control_mean > 0 ? limits : Bounds{-limits.upper, -limits.lower};
  if (critical_value < 0) std::swap(interval.lower, interval.upper);  // a one-sided alpha above 0.5
  if (alternative == Alternative::greater) interval.upper = kInfinity;
  if (alternative == Alternative::less) interval.lower = -kInfinity;
  return interval;
}

namespace {

Result<FiellerLift> lift_of(const Result<Contrast>& difference, double control_mean, double treatment_mean,
                            const TestOptions& options, std::optional<double> critical_value) {
  if (!valid_alpha(options.alpha)) return Undefined::invalid_input;
  if (critical_value && !std::isfinite(*critical_value)) return Undefined::invalid_input;
  if (!difference) return difference.reason();
  if (control_mean == 0) return Undefined::zero_control_mean;
  const double q = critical_value.value_or(critical_t(difference->dof, options));
  const double estimate = difference->estimate / std::abs(control_mean);
  const double control_error = q * std::sqrt(difference->control_variance) / control_mean;
  const double g = control_error * control_error;
  if (!std::isfinite(estimate)) return Undefined::invalid_input;

  FiellerLift lift{
      .estimate = estimate, .dof = difference->dof, .g = g, .interval = {.lower = -kInfinity, .upper = kInfinity}};
  if (g >= 1) {
    lift.type =
        has_roots(control_mean, treatment_mean, *difference, q) ? FiellerType::exterior : FiellerType::unbounded;
    return lift;
  }
  const Bounds ratio = roots(difference->estimate / control_mean, *difference, control_mean, q, g);
  if (!std::isfinite(ratio.lower) || !std::isfinite(ratio.upper)) return Undefined::invalid_input;
  lift.interval = fieller_interval(ratio, control_mean, q, options.alternative);
  return lift;
}

}  // namespace

Result<FiellerLift> relative_lift_fieller(const Moments& control, const Moments& treatment, const TestOptions& options,
                                          std::optional<double> critical_value) {
  return lift_of(contrast(control, treatment), control.mean(), treatment.mean(), options, critical_value);
}

Result<FiellerLift> relative_lift_fieller(const VariantEstimate& control, const VariantEstimate& treatment,
                                          const TestOptions& options, std::optional<double> critical_value) {
  return lift_of(contrast(control, treatment), control.value, treatment.value, options, critical_value);
}

}  // namespace crossfade::stats
