#include "platform/stats/means/welch.h"

#include "platform/stats/means/contrast.h"

namespace crossfade::stats {

Result<Welch> welch_t(const Moments& control, const Moments& treatment, const TestOptions& options,
                      double null_difference) {
  const Result<Contrast> difference = contrast(control, treatment);
  if (!difference) return difference.reason();
  const Result<TTest> test =
      t_test(difference->estimate, difference->standard_error, difference->dof, null_difference, options);
  if (!test) return test.reason();
  return Welch{.estimate = difference->estimate,
               .standard_error = difference->standard_error,
               .dof = difference->dof,
               .statistic = test->statistic,
               .p_value = test->p_value,
               .interval = test->interval,
               .control_mean = control.mean(),
               .treatment_mean = treatment.mean()};
}

}  // namespace crossfade::stats
