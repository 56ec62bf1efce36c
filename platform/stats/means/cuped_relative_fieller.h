#pragma once

#include <optional>

#include "platform/stats/means/cuped.h"
#include "platform/stats/means/relative_lift_fieller.h"

namespace crossfade::stats {

struct CupedFiellerLift {
  double theta = 0;
  double estimate = 0;  // adjusted difference / |unadjusted control mean|
  double dof = 0;       // Welch's, of the adjusted absolute difference
  double g = 0;         // (critical value x standard error / unadjusted control mean) squared; may be infinite
  FiellerType type = FiellerType::bounded;
  Bounds interval = {};  // infinite on both sides unless bounded; one-sided alternatives leave one side infinite
};

// The lifts that the adjusted data cannot exclude: Fieller's limits of the ratio of the adjusted difference and the
// unadjusted control mean, which are correlated. It excludes 0 exactly when cuped_mean's absolute test does.
// `critical_value`, where given, takes the place of the t quantile. Reasons as cuped_mean's, and zero_control_mean.
Result<CupedFiellerLift> cuped_relative_fieller(const CovariateMoments& control, const CovariateMoments& treatment,
                                                const TestOptions& options = {},
                                                std::optional<double> critical_value = std::nullopt);

// The same at a given theta: for the ratios of cuped_ratio.h.
Result<CupedFiellerLift> cuped_relative_fieller_at(const CovariateMoments& control, const CovariateMoments& treatment,
                                                   double theta, const TestOptions& options,
                                                   std::optional<double> critical_value = std::nullopt);

}  // namespace crossfade::stats
