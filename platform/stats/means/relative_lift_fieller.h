#pragma once

#include <optional>
#include <string_view>

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"
#include "platform/stats/numerics/variant_estimate.h"

namespace crossfade::stats {

enum class FiellerType {
  bounded,    // an interval
  exterior,   // everything but an interval: the control's mean cannot be told from 0
  unbounded,  // nothing can be excluded
};
std::string_view to_string(FiellerType type);

struct FiellerLift {
  double estimate = 0;  // (treatment mean - control mean) / |control mean|
  double dof = 0;       // Welch's, of the absolute difference
  double g = 0;         // (critical value x standard error / mean of the control) squared; may be infinite
  FiellerType type = FiellerType::bounded;
  Bounds interval;  // infinite on both sides unless bounded; one-sided alternatives leave one side infinite
};

// The lifts that the data cannot exclude: those rho - 1 for which treatment mean - rho x control mean does not differ
// from 0. With Welch's t as critical value it excludes 0 exactly when the absolute test does.
// E. C. Fieller: Some problems in interval estimation, J. R. Statist. Soc. B 16 (1954).
// `critical_value`, where given, takes the place of the t quantile: a sequential test's multiplier makes the lift
// interval that goes with that test. zero_control_mean beside Welch's reasons.
Result<FiellerLift> relative_lift_fieller(const Moments& control, const Moments& treatment,
                                          const TestOptions& options = {},
                                          std::optional<double> critical_value = std::nullopt);
Result<FiellerLift> relative_lift_fieller(const VariantEstimate& control, const VariantEstimate& treatment,
                                          const TestOptions& options = {},
                                          std::optional<double> critical_value = std::nullopt);

// Of a lift by |control mean|, from the two limits of difference / control mean: what the sign of the control's mean, a
// critical value below 0 and a one-sided alternative make of them.
Bounds fieller_interval(const Bounds& limits, double control_mean, double critical_value, Alternative alternative);

}  // namespace crossfade::stats
