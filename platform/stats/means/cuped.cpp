#include "platform/stats/means/cuped.h"

#include <cmath>
#include <optional>

#include "platform/stats/means/contrast.h"
#include "platform/stats/numerics/linear_form.h"

namespace crossfade::stats {

namespace {

struct Estimate {
  double value = 0;
  double standard_error = 0;
};

// The control's mean stands in the denominator too, and varies together with its covariate.
Result<Estimate> relative(const CovariateMoments& control, const CovariateMoments& treatment, double theta,
                          LiftGradient gradient, const Contrast& absolute) {
  const double mean = control.mean(0);
  if (mean == 0) return Undefined::zero_control_mean;
  const double lift = absolute.estimate / mean;
  const double ratio = gradient == LiftGradient::adjusted_lift ? 1 + lift : treatment.mean(0) / mean;
  const std::optional<double> control_variance = variance_of(control, {ratio, -theta});
  if (!control_variance) return Undefined::invalid_input;
  const double standard_error = std::hypot(std::sqrt(absolute.treatment_variance),
                                           std::sqrt(*control_variance / static_cast<double>(control.n()))) /
                                std::abs(mean);
  if (!std::isfinite(lift) || !std::isfinite(standard_error)) return Undefined::invalid_input;
  if (standard_error == 0) return Undefined::zero_variance;
  return Estimate{.value = absolute.estimate / std::abs(mean), .standard_error = standard_error};
}

}  // namespace

Result<Adjusted> adjusted(const CovariateMoments& control, const CovariateMoments& treatment, double theta) {
  if (!valid(control) || !valid(treatment) || !std::isfinite(theta)) return Undefined::invalid_input;
  CovariateMoments all = control;
  all.merge(treatment);
  const auto sample = [&](const CovariateMoments& variant) -> Result<Moments> {
    const std::optional<double> variance = variance_of(variant, {1, -theta});
    if (!variance) return Undefined::invalid_input;
    return Moments(variant.n(), variant.mean(0) - theta * (variant.mean(1) - all.mean(1)),
                   variant.n() == 0 ? 0 : *variance * static_cast<double>(variant.n() - 1));
  };
  const Result<Moments> of_control = sample(control);
  const Result<Moments> of_treatment = sample(treatment);
  if (!of_control || !of_treatment) return Undefined::invalid_input;
  return Adjusted{.control = *of_control, .treatment = *of_treatment};
}

Result<Cuped> cuped(const CovariateMoments& control, const CovariateMoments& treatment, double theta,
                    LiftGradient gradient, const CupedOptions& options) {
  const Result<Adjusted> samples = adjusted(control, treatment, theta);
  if (!samples) return samples.reason();
  const Result<Contrast> unadjusted = contrast(control.marginal(0), treatment.marginal(0));
  if (!unadjusted) return unadjusted.reason();
  const Result<Contrast> absolute = contrast(samples->control, samples->treatment);
  if (!absolute) return absolute.reason();
  const Result<Estimate> estimate = options.difference == Difference::relative
                                        ? relative(control, treatment, theta, gradient, *absolute)
                                        : Estimate{absolute->estimate, absolute->standard_error};
  if (!estimate) return estimate.reason();
  const Result<TTest> test = t_test(estimate->value, estimate->standard_error, absolute->dof, 0, options.test);
  if (!test) return test.reason();
  const double error_ratio = absolute->standard_error / unadjusted->standard_error;
  return Cuped{.theta = theta,
               .estimate = estimate->value,
               .standard_error = estimate->standard_error,
               .dof = absolute->dof,
               .statistic = test->statistic,
               .p_value = test->p_value,
               .interval = test->interval,
               .variance_reduction = 1 - error_ratio * error_ratio,
               .control_mean = control.mean(0) - theta * control.mean(1),
               .treatment_mean = treatment.mean(0) - theta * treatment.mean(1),
               .control_mean_unadjusted = control.mean(0),
               .treatment_mean_unadjusted = treatment.mean(0)};
}

}  // namespace crossfade::stats
