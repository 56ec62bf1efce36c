#pragma once

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"
#include "platform/stats/numerics/variant_estimate.h"

namespace crossfade::stats {

struct DeltaLift {
  double estimate = 0;        // (treatment mean - control mean) / |control mean|
  double standard_error = 0;  // of the lift
  double dof = 0;             // Welch's, of the absolute difference
  double statistic = 0;
  double p_value = 1;  // Wald's test of the lift; it may disagree with the absolute test
  Bounds interval;
};

// First-order variance of the ratio of two means (delta method): vT / C^2 + vC T^2 / C^4. Lopsided in small samples;
// offered because others print it. zero_control_mean beside Welch's reasons.
Result<DeltaLift> relative_lift_delta(const Moments& control, const Moments& treatment,
                                      const TestOptions& options = {});
Result<DeltaLift> relative_lift_delta(const VariantEstimate& control, const VariantEstimate& treatment,
                                      const TestOptions& options = {});

}  // namespace crossfade::stats
