#include "platform/stats/means/cuped_mean.h"

namespace crossfade::stats {

double pooled_theta(const CovariateMoments& control, const CovariateMoments& treatment) {
  CovariateMoments all = control;
  all.merge(treatment);
  return all.c2(1, 1) == 0 ? 0 : all.c2(0, 1) / all.c2(1, 1);
}

Result<Cuped> cuped_mean(const CovariateMoments& control, const CovariateMoments& treatment,
                         const CupedOptions& options) {
  return cuped(control, treatment, pooled_theta(control, treatment), LiftGradient::unadjusted_ratio, options);
}

}  // namespace crossfade::stats
