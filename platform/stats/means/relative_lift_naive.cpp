#include "platform/stats/means/relative_lift_naive.h"

#include <cmath>

#include "platform/stats/means/welch.h"

namespace crossfade::stats {

Result<NaiveLift> relative_lift_naive(const Moments& control, const Moments& treatment, const TestOptions& options) {
  const Result<Welch> welch = welch_t(control, treatment, options);
  if (!welch) return welch.reason();
  const double control_mean = std::abs(control.mean());
  if (control_mean == 0) return Undefined::zero_control_mean;
  const double estimate = welch->estimate / control_mean;
  if (!std::isfinite(estimate)) return Undefined::invalid_input;
  return NaiveLift{.estimate = estimate,
                   .dof = welch->dof,
                   .p_value = welch->p_value,
                   .interval = {welch->interval.lower / control_mean, welch->interval.upper / control_mean}};
}

}  // namespace crossfade::stats
