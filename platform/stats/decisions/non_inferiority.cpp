#include "platform/stats/decisions/non_inferiority.h"

#include <cmath>

#include "platform/stats/means/contrast.h"

namespace crossfade::stats {

Result<NonInferiority> non_inferiority(const Moments& control, const Moments& treatment,
                                       const NonInferiorityOptions& options) {
  if (!(options.margin >= 0) || !std::isfinite(options.margin)) return Undefined::invalid_input;
  const double loss = options.higher_is_better ? -options.margin : options.margin;
  const bool relative = options.difference == Difference::relative;
  const Result<Contrast> tested = contrast(control, treatment, relative ? 1 + loss : 1);
  if (!tested) return tested.reason();
  const TestOptions test_options{
      .alpha = options.alpha,
      .alternative = options.higher_is_better ? Alternative::greater : Alternative::less,
  };
  const Result<TTest> test =
      t_test(tested->estimate, tested->standard_error, tested->dof, relative ? 0 : loss, test_options);
  if (!test) return test.reason();
  return NonInferiority{.estimate = treatment.mean() - control.mean(),
                        .statistic = test->statistic,
                        .dof = tested->dof,
                        .p_value = test->p_value,
                        .non_inferior = test->p_value < options.alpha};
}

}  // namespace crossfade::stats
