#include "platform/stats/means/cuped_ratio.h"

#include <cmath>
#include <optional>

#include "platform/stats/numerics/linear_form.h"

namespace crossfade::stats {

Result<CovariateMoments> linearized(const RatioCovariateMoments& sample) {
  if (!valid(sample)) return Undefined::invalid_input;
  if (sample.n() == 0) return Undefined::insufficient_data;
  const double d = sample.mean(1);
  const double d0 = sample.mean(3);
  if (d == 0 || d0 == 0) return Undefined::zero_denominator;
  const double ratio = sample.mean(0) / d;
  const double ratio0 = sample.mean(2) / d0;
  if (!std::isfinite(ratio) || !std::isfinite(ratio0)) return Undefined::invalid_input;
  const RatioCovariateMoments::Values outcome{1 / d, -ratio / d, 0, 0};
  const RatioCovariateMoments::Values covariate{0, 0, 1 / d0, -ratio0 / d0};
  const std::optional<double> outcome_variance = variance_of(sample, outcome);
  const std::optional<double> covariate_variance = variance_of(sample, covariate);
  if (!outcome_variance || !covariate_variance) return Undefined::invalid_input;
  // A ratio without variance has no covariance either, but by rounding.
  const bool varies = *outcome_variance > 0 && *covariate_variance > 0;
  const double degrees = static_cast<double>(sample.n() - 1);
  const double c2 = varies ? degrees * covariance_of(sample, outcome, covariate) : 0;
  return CovariateMoments(sample.n(), {ratio, ratio0},
                          {{{degrees * *outcome_variance, c2}, {c2, degrees * *covariate_variance}}});
}

double ratio_theta(const CovariateMoments& control, const CovariateMoments& treatment) {
  const double covariate_variance = control.covariance(1, 1) + treatment.covariance(1, 1);
  if (covariate_variance == 0) return 0;
  return (control.covariance(0, 1) + treatment.covariance(0, 1)) / covariate_variance;
}

Result<Cuped> cuped_ratio(const RatioCovariateMoments& control, const RatioCovariateMoments& treatment,
                          const CupedOptions& options) {
  const Result<CovariateMoments> c = linearized(control);
  if (!c) return c.reason();
  const Result<CovariateMoments> t = linearized(treatment);
  if (!t) return t.reason();
  return cuped(*c, *t, ratio_theta(*c, *t), LiftGradient::adjusted_lift, options);
}

}  // namespace crossfade::stats
