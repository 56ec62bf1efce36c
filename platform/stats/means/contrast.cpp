#include "platform/stats/means/contrast.h"

#include <algorithm>
#include <cmath>

#include "platform/stats/numerics/distributions.h"

namespace crossfade::stats {

namespace {

bool is_sample(const Moments& sample) {
  return sample.n() >= 0 && sample.m2() >= 0 && std::isfinite(sample.m2()) && std::isfinite(sample.mean());
}

bool is_estimate(const VariantEstimate& estimate) {
  return std::isfinite(estimate.value) && estimate.variance >= 0 && std::isfinite(estimate.variance) &&
         !std::isnan(estimate.dof);
}

// In shares of the whole variance: its square underflows long before they do.
double satterthwaite(double control_share, double control_dof, double treatment_share, double treatment_dof) {
  return 1 / (control_share * control_share / control_dof + treatment_share * treatment_share / treatment_dof);
}

}  // namespace

Result<Contrast> contrast(const Moments& control, const Moments& treatment, double control_weight) {
  if (!is_sample(control) || !is_sample(treatment)) return Undefined::invalid_input;
  return contrast(estimate_of(control), estimate_of(treatment), control_weight);
}

Result<Contrast> contrast(const VariantEstimate& control, const VariantEstimate& treatment, double control_weight) {
  if (!is_estimate(control) || !is_estimate(treatment) || !std::isfinite(control_weight)) {
    return Undefined::invalid_input;
  }
  if (!(control.dof > 0) || !(treatment.dof > 0)) return Undefined::insufficient_data;
  const double weighted = control_weight * control_weight * control.variance;
  const double variance = weighted + treatment.variance;
  if (variance == 0) return Undefined::zero_variance;
  const double estimate = treatment.value - control_weight * control.value;
  if (!std::isfinite(variance) || !std::isfinite(estimate)) return Undefined::invalid_input;
  return Contrast{.estimate = estimate,
                  .standard_error = std::sqrt(variance),
                  .dof = satterthwaite(weighted / variance, control.dof, treatment.variance / variance, treatment.dof),
                  .control_variance = control.variance,
                  .treatment_variance = treatment.variance};
}

double critical_t(double dof, const TestOptions& options) {
  const bool two_sided = options.alternative == Alternative::two_sided;
  return student_t_upper_quantile(two_sided ? options.alpha / 2 : options.alpha, dof);
}

Result<TTest> t_test(double estimate, double standard_error, double dof, double null_difference,
                     const TestOptions& options) {
  if (!valid_alpha(options.alpha) || !std::isfinite(null_difference)) return Undefined::invalid_input;
  const double statistic = (estimate - null_difference) / standard_error;
  const double half_width = critical_t(dof, options) * standard_error;
  TTest test{.statistic = statistic, .interval = {.lower = estimate - half_width, .upper = estimate + half_width}};
  switch (options.alternative) {
    case Alternative::two_sided:
      test.p_value = std::min(1.0, 2 * student_t_upper_tail(std::abs(statistic), dof));
      break;
    case Alternative::greater:
      test.p_value = student_t_upper_tail(statistic, dof);
      test.interval.upper = kInfinity;
      break;
    case Alternative::less:
      test.p_value = student_t_upper_tail(-statistic, dof);
      test.interval.lower = -kInfinity;
      break;
  }
  return test;
}

}  // namespace crossfade::stats
