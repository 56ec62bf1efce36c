#pragma once

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"
#include "platform/stats/numerics/variant_estimate.h"

// What the t-tests of two independent samples have in common.
namespace crossfade::stats {

// treatment mean - weight x control mean, with its error.
struct Contrast {
  double estimate = 0;
  double standard_error = 0;      // > 0
  double dof = 0;                 // Welch-Satterthwaite
  double control_variance = 0;    // of the control's mean: s^2 / n
  double treatment_variance = 0;  // of the treatment's mean
};

// F. E. Satterthwaite: An approximate distribution of estimates of variance components, Biometrics Bulletin 2 (1946).
// A sample without variance drops out of the degrees of freedom. insufficient_data: n < 2 in one of them;
// zero_variance: in both; invalid_input: a count or m2 below 0, or something that is not finite.
Result<Contrast> contrast(const Moments& control, const Moments& treatment, double control_weight = 1);

// The same of values that are no means. insufficient_data: no degrees of freedom.
Result<Contrast> contrast(const VariantEstimate& control, const VariantEstimate& treatment, double control_weight = 1);

struct TTest {
  double statistic = 0;
  double p_value = 1;
  Bounds interval;  // of the estimate
};

// t-test of estimate = null_difference. `standard_error` > 0, `dof` > 0. invalid_input: alpha outside (0, 1), or a
// null difference that is not finite.
Result<TTest> t_test(double estimate, double standard_error, double dof, double null_difference,
                     const TestOptions& options);

// The multiplier of the standard error that makes the interval: the upper quantile of t at alpha / 2, or at alpha for a
// one-sided alternative.
double critical_t(double dof, const TestOptions& options);

}  // namespace crossfade::stats
