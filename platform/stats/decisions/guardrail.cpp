#include "platform/stats/decisions/guardrail.h"

#include <cmath>

#include "platform/stats/looks/sequential.h"
#include "platform/stats/means/contrast.h"
#include "platform/stats/moments/pooled.h"
#include "platform/stats/numerics/distributions.h"
#include "platform/stats/numerics/linear_form.h"

namespace crossfade::stats {

namespace {

Result<Contrast> conservative_contrast(const Moments& control, const Moments& treatment, double ratio) {
  const Result<Contrast> own = contrast(control, treatment, ratio);
  if (!own && own.reason() != Undefined::zero_variance) return own;
  const Pooled<Moments> both = pooled(control, treatment);
  const Result<Contrast> of_pooled = contrast(both.control, both.treatment, ratio);
  // Of equally large variants both are the same but for rounding, and the degrees of freedom are not: Welch's.
  return own && of_pooled && of_pooled->standard_error <= own->standard_error * (1 + kRounding) ? own : of_pooled;
}

GuardrailAnswer answer(bool seen, double two_sided_p, double fixed_p, double alpha) {
  const double p = seen ? two_sided_p : 1;
  return {.p_value = p, .fixed_p_value = fixed_p, .always_valid = p < alpha, .fixed = fixed_p < alpha};
}

}  // namespace

Result<Guardrail> guardrail(const Moments& control, const Moments& treatment, const GuardrailOptions& options) {
  if (!(options.margin >= 0) || !std::isfinite(options.margin)) return Undefined::invalid_input;
  const SequentialOptions sequence{.test = {.alpha = options.alpha}, .n_star = options.n_star, .rho = options.rho};
  const double n = static_cast<double>(control.n()) + static_cast<double>(treatment.n());
  const double ratio = 1 + (options.higher_is_better ? -options.margin : options.margin);
  const Result<Contrast> tested = conservative_contrast(control, treatment, ratio);
  if (!tested) return tested.reason();
  const Result<double> multiplier = sequential_multiplier(n, sequence);
  if (!multiplier) return multiplier.reason();
  Guardrail result{.ratio = ratio,
                   .estimate = tested->estimate,
                   .standard_error = tested->standard_error,
                   .dof = tested->dof,
                   .statistic = tested->estimate / tested->standard_error,
                   .multiplier = *multiplier};
  const Result<double> p = sequential_p_value(n, result.statistic, sequence);
  if (!p) return p.reason();
  const double half_width = *multiplier * result.standard_error;
  result.interval = {.lower = result.estimate - half_width, .upper = result.estimate + half_width};
  const double good = options.higher_is_better ? result.statistic : -result.statistic;
  result.harm = answer(good < 0, *p, student_t_upper_tail(-good, result.dof), options.alpha);
  result.non_inferiority = answer(good > 0, *p, student_t_upper_tail(good, result.dof), options.alpha);
  return result;
}

}  // namespace crossfade::stats
