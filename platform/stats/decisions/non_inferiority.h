#pragma once

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct NonInferiorityOptions {
  // The loss that is still acceptable, at least 0. With 0 the treatment has to be better. Default: 0.
  double margin = 0;

  // What the margin is: a share of the control's mean (relative), or in the metric's unit. Default: a share.
  Difference difference = Difference::relative;

  // Whether a loss is a smaller mean, or a larger one. Default: a smaller one.
  bool higher_is_better = true;

  // Of the one-sided test. Default: 0.05.
  double alpha = 0.05;
};

struct NonInferiority {
  double estimate = 0;  // treatment mean - control mean
  double statistic = 0;
  double dof = 0;
  double p_value = 1;         // one-sided, of "the loss is at least the margin"
  bool non_inferior = false;  // p_value < alpha
};

// Is the treatment worse by less than the margin? A relative margin is tested by the linear contrast
// treatment - (1 -+ margin) control with degrees of freedom of its own, so that the control's error counts; an absolute
// one by a shifted one-sided Welch test. D. Hauschke, M. Kieser, E. Diletti, M. Burke, Statistics in Medicine 18
// (1999). A relative margin means a loss only where the control's mean is positive. Reasons as Welch's; invalid_input:
// a margin below 0 or alpha outside (0, 1).
Result<NonInferiority> non_inferiority(const Moments& control, const Moments& treatment,
                                       const NonInferiorityOptions& options);

}  // namespace crossfade::stats
