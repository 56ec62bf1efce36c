#include "platform/stats/means/welch.h"

#include "platform/stats/means/contrast.h"

namespace crossfade::stats {

namespace {

Result<Welch> test_of(const Result<Contrast>& difference, double control, double treatment, const TestOptions& options,
                      double null_difference) {
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
               .control_mean = control,
               .treatment_mean = treatment};
}

}  // namespace

Result<Welch> welch_t(const Moments& control, const Moments& treatment, const TestOptions& options,
                      double null_difference) {
  return test_of(contrast(control, treatment), control.mean(), treatment.mean(), options, null_difference);
}

Result<Welch> welch_t(const VariantEstimate& control, const VariantEstimate& treatment, const TestOptions& options,
                      double null_difference) {
  return test_of(contrast(control, treatment), control.value, treatment.value, options, null_difference);
}

}  // namespace crossfade::stats
