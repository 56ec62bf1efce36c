#include "platform/stats/looks/sequential_lift.h"

#include <algorithm>

#include "platform/stats/moments/pooled.h"

namespace crossfade::stats {

namespace {

// Both sets hold the estimate, so that bounded ones make an interval again.
template <class Lift>
Result<Lift> united(const Result<Lift>& own, const Result<Lift>& of_pooled) {
  if (!own || !of_pooled) return own ? of_pooled : own;
  const Lift& wider = of_pooled->g > own->g ? *of_pooled : *own;
  Lift result = *own;
  result.g = wider.g;
  result.type = std::max(own->type, of_pooled->type);
  result.interval = {.lower = std::min(own->interval.lower, of_pooled->interval.lower),
                     .upper = std::max(own->interval.upper, of_pooled->interval.upper)};
  return result;
}

}  // namespace

Result<FiellerLift> conservative_lift(const Moments& control, const Moments& treatment, double multiplier,
                                      const TestOptions& options) {
  const Pooled<Moments> both = pooled(control, treatment);
  return united(relative_lift_fieller(control, treatment, options, multiplier),
                relative_lift_fieller(both.control, both.treatment, options, multiplier));
}

Result<CupedFiellerLift> conservative_cuped_lift(const CovariateMoments& control, const CovariateMoments& treatment,
                                                 double theta, double multiplier, const TestOptions& options) {
  const Pooled<CovariateMoments> both = pooled(control, treatment);
  return united(cuped_relative_fieller_at(control, treatment, theta, options, multiplier),
                cuped_relative_fieller_at(both.control, both.treatment, theta, options, multiplier));
}

}  // namespace crossfade::stats
