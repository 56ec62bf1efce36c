#include "platform/analysis/findings/decisions.h"

#include <cmath>
#include <string>
#include <utility>

#include "platform/analysis/findings/single_look.h"
#include "platform/stats/decisions/guardrail.h"
#include "platform/stats/looks/sequential.h"
#include "platform/stats/looks/sequential_lift.h"
#include "platform/stats/numerics/distributions.h"

namespace crossfade::analysis {

using stats::Moments;

namespace {

// Of intervals that are not shown.
constexpr double kAnyLevel = 0.05;

// What blocks have in common is taken out of the contrast that is judged: treatment - ratio x control.
Sides against_margin(const Sides& sides, double ratio) {
  if (!sides.blocks) return sides;
  const stats::PairedContrast contrast = stats::paired_contrast(sides.blocks->pairs, ratio);
  return {.control = contrast.control, .treatment = contrast.treatment};
}

Lift lift_with_multiplier(const Sides& sides, double multiplier) {
  if (sides.has_covariate()) {
    return to_lift(
        stats::conservative_cuped_lift(*sides.control_history, *sides.treatment_history, sides.theta, multiplier));
  }
  return to_lift(stats::conservative_lift(sides.control, sides.treatment, multiplier));
}

}  // namespace

stats::MinimumSize size_of(const Sample& control, const Sample& treatment) {
  const Sides sides = without_history(control, treatment);
  // Blocks are what counts where there are some, however many trials one has.
  stats::MinimumSize size = !sides.blocks && control.trials && treatment.trials
                                ? stats::minimum_size_of_shares(sides.control, sides.treatment)
                                : stats::minimum_size(sides.control, sides.treatment);
  if (size.needed && !sides.blocks) {
    const double units = std::ceil(static_cast<double>(*size.needed) * units_for_each(control, treatment));
    size.needed = static_cast<std::int64_t>(units);
  }
  return size;
}

AlwaysValid always_valid_of(const Sides& sides, const stats::MinimumSize& size, const CompareOptions& options) {
  AlwaysValid result;
  const double alpha = alpha_of(options);
  const auto sequence = stats::sequential(
      sides.control, sides.treatment,
      {.test = {.alpha = alpha}, .variance = stats::DifferenceVariance::conservative, .n_star = options.n_star});
  if (!sequence) {
    result.reason = to_string(sequence.reason());
    return result;
  }
  if (!size.reached) {
    result.reason = kTooSmall;
    result.units_needed = size.needed;
    return result;
  }
  result.p_value = sequence->p_value;
  result.adjusted_p_value = sequence->p_value;
  // At another level the same mixture: the interval of each level is the dual of the one p-value.
  const double n = static_cast<double>(sides.control.n()) + static_cast<double>(sides.treatment.n());
  const auto multiplier = stats::sequential_multiplier(
      n, {.test = {.alpha = options.always_valid_level.value_or(alpha)}, .rho = sequence->rho});
  if (!multiplier) {
    result.reason = to_string(multiplier.reason());
    return result;
  }
  const double half_width = *multiplier * sequence->standard_error;
  result.interval = Interval{.lower = sequence->estimate - half_width, .upper = sequence->estimate + half_width};
  Lift lift = lift_with_multiplier(sides, *multiplier);
  result.lift_interval = lift.interval;
  result.reason = std::move(lift.reason);
  return result;
}

// A single look at the level of the bound, so that crossing it and intervals that exclude no effect are the same: |z|
// is told from the p-value of the test that the metric has. Without CUPED: the recursion behind the bounds takes the
// increments between looks for independent. What is left after CUPED is mostly noise that shrinks as units come back,
// and its looks agree less than that: 7.7 % of A/A tests crossed where 5 % may, 5.0 % of the unadjusted ones
// (docs/statistics.md).
GroupSequentialLook group_sequential_of(const Sample& control, const Sample& treatment, const stats::MinimumSize& size,
                                        double bound) {
  GroupSequentialLook look;
  look.bound = bound;
  const double level = std::isfinite(bound) ? 2 * stats::normal_upper_tail(bound) : kAnyLevel;
  const SingleLook seen = single_look(control, treatment, LiftInterval::fieller, level);
  look.statistic = seen.z;
  look.reason = seen.reason;
  if (!look.statistic) return look;
  look.effect = seen.effect;
  look.lift = seen.lift;
  if (!size.reached) {
    look.reason = kTooSmall;
    return look;
  }
  look.crossed = std::abs(*look.statistic) >= bound;
  if (!std::isfinite(bound)) return look;  // nothing may be spent yet
  look.interval = seen.interval;
  look.lift_interval = seen.lift_interval.interval;
  look.reason = seen.lift_interval.reason;
  return look;
}

GuardrailResult guardrail_of(const Sides& sides, const stats::MinimumSize& size, const CompareOptions& options) {
  GuardrailResult result;
  result.margin = *options.guardrail_margin;
  // A loss is a share of the control's mean by its absolute value: below 0 both variants are mirrored.
  const bool mirrored = sides.control.mean() < 0;
  const bool higher_is_better = (options.direction != Direction::decrease) != mirrored;
  const Sides against = against_margin(sides, higher_is_better ? 1 - result.margin : 1 + result.margin);
  const auto facing = [&](const Moments& sample) {
    return mirrored ? Moments(sample.n(), -sample.mean(), sample.m2()) : sample;
  };
  const auto found = stats::guardrail(facing(against.control), facing(against.treatment),
                                      {.margin = result.margin,
                                       .higher_is_better = higher_is_better,
                                       .alpha = alpha_of(options),
                                       .n_star = options.n_star});
  if (!found) {
    result.reason = to_string(found.reason());
    return result;
  }
  if (!size.reached) {
    result.reason = kTooSmall;
    return result;
  }
  const stats::GuardrailAnswer& within = found->non_inferiority;
  result.p_value = options.planned_look ? within.fixed_p_value : within.p_value;
  result.non_inferior = options.planned_look ? within.fixed : within.always_valid;
  result.harm_p_value = found->harm.p_value;
  result.harmed = found->harm.always_valid;
  if (options.planned_look) {
    result.planned_harm_p_value = found->harm.fixed_p_value;
    result.failed = found->harm.fixed && !result.harmed;
  }
  return result;
}

}  // namespace crossfade::analysis
