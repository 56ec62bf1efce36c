#include "platform/analysis/planning/unbiased.h"

#include <cmath>

#include "platform/stats/looks/group_sequential.h"
#include "platform/stats/looks/group_sequential_estimate.h"
#include "platform/stats/means/relative_lift_fieller.h"

namespace crossfade::analysis {

namespace {

// The lift that belongs to an effect so many standard errors above the one that was seen.
std::optional<double> lift_at(const stats::Moments& control, const stats::Moments& treatment, double errors) {
  const auto bounds = stats::relative_lift_fieller(control, treatment, {}, std::abs(errors));
  if (!bounds) return std::nullopt;
  const double lift = errors < 0 ? bounds->interval.lower : bounds->interval.upper;
  return std::isfinite(lift) ? std::optional(lift) : std::nullopt;
}

}  // namespace

std::optional<UnbiasedEffect> unbiased_effect(const stats::Moments& control, const stats::Moments& treatment,
                                              const GroupSequentialLook& look, std::span<const double> looks,
                                              double alpha) {
  if (!look.crossed || !look.statistic || !look.effect || *look.statistic == 0) return std::nullopt;
  const auto boundary = stats::group_sequential(looks, {.alpha = alpha});
  if (!boundary) return std::nullopt;
  const double error = *look.effect / *look.statistic;
  const auto found = stats::group_sequential_estimate({.information_fractions = looks,
                                                       .z_bounds = boundary->z_bounds,
                                                       .estimate = *look.effect,
                                                       .standard_error = error},
                                                      alpha);
  if (!found) return std::nullopt;
  const auto lift_of = [&](double effect) { return lift_at(control, treatment, (effect - *look.effect) / error); };
  const auto lift = lift_of(found->estimate);
  const auto lower = lift_of(found->interval.lower);
  const auto upper = lift_of(found->interval.upper);
  if (!lift || !lower || !upper) return std::nullopt;
  return UnbiasedEffect{.effect = found->estimate,
                        .interval = {.lower = found->interval.lower, .upper = found->interval.upper},
                        .lift = *lift,
                        .lift_interval = {.lower = *lower, .upper = *upper}};
}

}  // namespace crossfade::analysis
