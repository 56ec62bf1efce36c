#pragma once

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"
#include "platform/stats/numerics/variant_estimate.h"

namespace crossfade::stats {

struct Welch {
  double estimate = 0;  // treatment mean - control mean
  double standard_error = 0;
  double dof = 0;
  double statistic = 0;  // (estimate - null difference) / standard_error
  double p_value = 1;
  Bounds interval;  // of the estimate; one-sided alternatives leave one side infinite
  double control_mean = 0;
  double treatment_mean = 0;
};

// Two independent samples whose variances may differ: always the t quantile at Satterthwaite's degrees of freedom.
// B. L. Welch: The generalization of "Student's" problem when several different population variances are involved,
// Biometrika 34 (1947). insufficient_data: n < 2; zero_variance: in both samples (in one of them is fine).
Result<Welch> welch_t(const Moments& control, const Moments& treatment, const TestOptions& options = {},
                      double null_difference = 0);

// The same of values that are no means. Reasons as contrast's.
Result<Welch> welch_t(const VariantEstimate& control, const VariantEstimate& treatment, const TestOptions& options = {},
                      double null_difference = 0);

}  // namespace crossfade::stats
