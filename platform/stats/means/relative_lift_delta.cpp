#include "platform/stats/means/relative_lift_delta.h"

#include <cmath>

#include "platform/stats/means/contrast.h"

namespace crossfade::stats {

namespace {

Result<DeltaLift> lift_of(const Result<Contrast>& difference, double control, double treatment,
                          const TestOptions& options) {
  if (!difference) return difference.reason();
  const double control_mean = std::abs(control);
  if (control_mean == 0) return Undefined::zero_control_mean;
  const double estimate = difference->estimate / control_mean;
  const double standard_error =
      std::hypot(std::sqrt(difference->treatment_variance) / control_mean,
                 std::sqrt(difference->control_variance) / control_mean * (treatment / control_mean));
  if (!std::isfinite(estimate) || !std::isfinite(standard_error)) return Undefined::invalid_input;
  // The control alone varies, and the treatment's mean is 0: the lift is -1 whatever the control's mean.
  if (standard_error == 0) return Undefined::zero_variance;
  const Result<TTest> test = t_test(estimate, standard_error, difference->dof, 0, options);
  if (!test) return test.reason();
  return DeltaLift{.estimate = estimate,
                   .standard_error = standard_error,
                   .dof = difference->dof,
                   .statistic = test->statistic,
                   .p_value = test->p_value,
                   .interval = test->interval};
}

}  // namespace

Result<DeltaLift> relative_lift_delta(const Moments& control, const Moments& treatment, const TestOptions& options) {
  return lift_of(contrast(control, treatment), control.mean(), treatment.mean(), options);
}

Result<DeltaLift> relative_lift_delta(const VariantEstimate& control, const VariantEstimate& treatment,
                                      const TestOptions& options) {
  return lift_of(contrast(control, treatment), control.value, treatment.value, options);
}

}  // namespace crossfade::stats
