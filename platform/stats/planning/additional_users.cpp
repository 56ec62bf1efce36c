#include "platform/stats/planning/additional_users.h"

#include <algorithm>
#include <cmath>

#include "platform/stats/looks/sequential.h"
#include "platform/stats/means/relative_lift_delta.h"
#include "platform/stats/numerics/distributions.h"
#include "platform/stats/numerics/root.h"

namespace crossfade::stats {

namespace {

Result<double> critical_value(double n, const AdditionalUsersOptions& options) {
  if (!options.n_star) return normal_upper_quantile(options.alpha / 2);
  return sequential_multiplier(n, {.test = {.alpha = options.alpha}, .n_star = *options.n_star});
}

double both_tails(double shift, double critical) {
  return std::min(1.0, normal_upper_tail(critical - shift) + normal_upper_tail(critical + shift));
}

}  // namespace

Result<AdditionalUsers> additional_users(const Moments& control, const Moments& treatment,
                                         const AdditionalUsersOptions& options) {
  if (!valid_alpha(options.alpha) || !valid_alpha(options.power) || !std::isfinite(options.target_mde)) {
    return Undefined::invalid_input;
  }
  const Result<DeltaLift> lift = relative_lift_delta(control, treatment);
  if (!lift) return lift.reason();
  if (options.target_mde == 0) return Undefined::not_attainable;
  const double n = static_cast<double>(control.n()) + static_cast<double>(treatment.n());
  const Result<double> critical = critical_value(n, options);
  if (!critical) return critical.reason();

  const double shift = std::abs(options.target_mde) / lift->standard_error;
  AdditionalUsers result{.standard_error = lift->standard_error, .power_at_target_mde = both_tails(shift, *critical)};
  if (result.power_at_target_mde >= options.power) return result;
  constexpr double kMostTimes = 1e15;
  const auto lacking = [&](double factor) {
    return both_tails(shift * std::sqrt(1 + factor), *critical_value(n * (1 + factor), options)) - options.power;
  };
  const std::optional<double> factor = growing_root(lacking, 0, 1, kMostTimes);
  if (!factor) return Undefined::not_attainable;
  result.scaling_factor = *factor;
  result.additional_users = *factor * n;
  return result;
}

}  // namespace crossfade::stats
