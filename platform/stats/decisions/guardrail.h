#pragma once

#include <optional>

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct GuardrailOptions {
  // The loss that is still acceptable, as a share of the control's mean, at least 0. Default: 0, none is.
  double margin = 0;

  // Whether a loss is a smaller mean, or a larger one. Default: a smaller one.
  bool higher_is_better = true;

  // Of the always-valid sequence: how often either of its two answers is wrong. Of each of the one-sided tests of a
  // single look. Default: 0.05.
  double alpha = 0.05;

  // As SequentialOptions has them. Default: 5 000 units in both variants together.
  double n_star = 5000;
  std::optional<double> rho = std::nullopt;
};

// One answer: always-valid, and of a single look that was fixed beforehand.
struct GuardrailAnswer {
  double p_value = 1;
  double fixed_p_value = 1;
  bool always_valid = false;  // p_value < alpha
  bool fixed = false;         // fixed_p_value < alpha
};

struct Guardrail {
  double ratio = 1;     // r: 1 - margin where higher is better, 1 + margin otherwise
  double estimate = 0;  // treatment mean - r x control mean
  double standard_error = 0;
  double dof = 0;             // of the single look: Satterthwaite's, of the variance that was taken
  double statistic = 0;       // estimate / standard_error; above 0 the treatment's mean is the larger
  double multiplier = 0;      // of the sequence
  Bounds interval = {};       // of the contrast, always-valid: beyond 0 on the bad side is harm, on the good one is not
  GuardrailAnswer harm = {};  // the loss is larger than the margin
  GuardrailAnswer non_inferiority = {};  // the loss is smaller than the margin
};

// Is the loss larger than the margin, is it smaller, or cannot one tell? Both are asked of the one linear contrast
// treatment - r control (D. Hauschke, M. Kieser, E. Diletti, M. Burke, Statistics in Medicine 18, 1999) with the
// confidence sequence of looks/sequential.h, at every look. It needs no division by the control's mean, so a control
// near 0 hides no harm; and as its variance is the larger of vT + r^2 vC and the pooled s^2 (1 / nT + r^2 / nC), rare
// events and unequal variants raise no false alarm. It answers exactly what looks/sequential_lift.h shows: harm, or
// non-inferiority, is a lift interval beyond the margin.
// A margin means a loss only where the control's mean is positive. Reasons as Welch's; invalid_input: a margin below 0
// or not finite, alpha outside (0, 1), n_star or rho not above 0.
Result<Guardrail> guardrail(const Moments& control, const Moments& treatment, const GuardrailOptions& options);

}  // namespace crossfade::stats
