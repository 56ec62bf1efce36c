#include "platform/analysis/findings/compare.h"

#include <cmath>
#include <functional>
#include <numbers>
#include <span>
#include <string>
#include <utility>

#include "platform/stats/counts/proportion.h"
#include "platform/stats/decisions/bayesian.h"
#include "platform/stats/decisions/non_inferiority.h"
#include "platform/stats/looks/sequential.h"
#include "platform/stats/means/cuped.h"
#include "platform/stats/means/cuped_history.h"
#include "platform/stats/means/cuped_ratio.h"
#include "platform/stats/means/cuped_relative_fieller.h"
#include "platform/stats/means/effects.h"
#include "platform/stats/means/relative_lift_delta.h"
#include "platform/stats/means/relative_lift_fieller.h"
#include "platform/stats/means/relative_lift_naive.h"
#include "platform/stats/means/welch.h"
#include "platform/stats/planning/additional_users.h"
#include "platform/stats/planning/power.h"

namespace crossfade::analysis {

namespace {

using stats::Moments;

// A lift whose interval is none, because the control's mean cannot be told from 0.
constexpr const char* kUnbounded = "unbounded";

struct Lift {
  std::optional<Interval> interval;
  std::string reason;
};

Interval to_interval(const stats::Bounds& bounds) {
  return {.lower = bounds.lower, .upper = bounds.upper};
}

template <class T>
Lift to_lift(const stats::Result<T>& lift) {
  if (!lift) return {.interval = std::nullopt, .reason = std::string(to_string(lift.reason()))};
  if (!std::isfinite(lift->interval.lower) || !std::isfinite(lift->interval.upper)) {
    return {.interval = std::nullopt, .reason = kUnbounded};
  }
  return {.interval = to_interval(lift->interval), .reason = {}};
}

Lift lift_of(const Moments& control, const Moments& treatment, LiftInterval method, const stats::TestOptions& options) {
  switch (method) {
    case LiftInterval::fieller:
      return to_lift(stats::relative_lift_fieller(control, treatment, options));
    case LiftInterval::delta:
      return to_lift(stats::relative_lift_delta(control, treatment, options));
    case LiftInterval::naive:
      return to_lift(stats::relative_lift_naive(control, treatment, options));
  }
  return {};
}

// What decisions are made on: the two variants, with what they did before taken out where that is known.
struct Sides {
  Moments control;
  Moments treatment;
  // Of the adjusted ones: outcome and covariate, and how the one is taken out of the other.
  std::optional<stats::CovariateMoments> control_history = std::nullopt;
  std::optional<stats::CovariateMoments> treatment_history = std::nullopt;
  double theta = 0;
  stats::LiftGradient gradient = stats::LiftGradient::unadjusted_ratio;

  bool adjusted() const { return control_history.has_value(); }
};

Lift lift_with_multiplier(const Sides& sides, const stats::TestOptions& options, double multiplier) {
  if (sides.adjusted()) {
    return to_lift(stats::cuped_relative_fieller_at(*sides.control_history, *sides.treatment_history, sides.theta,
                                                    options, multiplier));
  }
  return to_lift(stats::relative_lift_fieller(sides.control, sides.treatment, options, multiplier));
}

AlwaysValid always_valid_of(const Sides& sides, const CompareOptions& options, const stats::TestOptions& test) {
  AlwaysValid result;
  const auto sequence = stats::sequential(sides.control, sides.treatment, {.test = test, .n_star = options.n_star});
  if (!sequence) {
    result.reason = to_string(sequence.reason());
    return result;
  }
  result.p_value = sequence->p_value;
  result.adjusted_p_value = sequence->p_value;
  result.interval = to_interval(sequence->interval);
  Lift lift = lift_with_multiplier(sides, test, sequence->multiplier);
  result.lift_interval = lift.interval;
  result.reason = std::move(lift.reason);
  return result;
}

// A fraction; none where the control's mean is 0.
std::optional<double> lift_estimate(double effect, double control_mean) {
  const double lift = effect / std::abs(control_mean);
  if (!std::isfinite(lift)) return std::nullopt;
  return lift;
}

// Without CUPED: the recursion behind the bounds takes the increments between looks for independent. What is left after
// CUPED is mostly noise that shrinks as units come back, and its looks agree less than that: 7.7 % of A/A tests crossed
// where 5 % may, 5.0 % of the unadjusted ones (docs/statistics.md).
GroupSequentialLook group_sequential_of(const Moments& control, const Moments& treatment, double bound,
                                        const stats::TestOptions& test) {
  GroupSequentialLook look;
  look.bound = bound;
  const auto welch = stats::welch_t(control, treatment, test);
  if (!welch) {
    look.reason = to_string(welch.reason());
    return look;
  }
  look.statistic = welch->statistic;
  look.crossed = std::abs(welch->statistic) >= bound;
  look.effect = welch->estimate;
  look.lift = lift_estimate(welch->estimate, welch->control_mean);
  if (!std::isfinite(bound)) return look;  // nothing may be spent yet
  look.interval = {.lower = welch->estimate - bound * welch->standard_error,
                   .upper = welch->estimate + bound * welch->standard_error};
  Lift lift = to_lift(stats::relative_lift_fieller(control, treatment, test, bound));
  look.lift_interval = lift.interval;
  look.reason = std::move(lift.reason);
  return look;
}

BayesianView bayesian_of(const Sides& sides, const CompareOptions& options, const stats::TestOptions& test) {
  BayesianView view;
  const auto posterior =
      stats::bayesian(sides.control, sides.treatment,
                      {.prior = stats::NormalPrior{.mean = options.prior.mean, .sd = options.prior.sd},
                       .inverse = options.direction == Direction::decrease,
                       .alpha = test.alpha});
  if (!posterior) {
    view.reason = to_string(posterior.reason());
    return view;
  }
  view.chance_to_win = posterior->chance_to_win;
  view.expected_loss = posterior->expected_loss_treatment;
  view.posterior_lift = posterior->posterior_mean;
  view.lift_interval = to_interval(posterior->interval);
  return view;
}

Detectable detectable_of(const Sides& sides, const CompareOptions& options, const stats::TestOptions& test) {
  Detectable detectable;
  detectable.target = options.target_mde;
  // The error of the lift under no effect: that of the lift as it is grows with the lift itself.
  const double mean = std::abs(sides.control.mean());
  const auto absolute = stats::effect_of(sides.control, sides.treatment, stats::Difference::absolute);
  if (!absolute || mean == 0) return detectable;
  const double error = absolute->standard_error / mean;
  // As of two units whose difference has this error.
  const stats::Design design{.model = stats::PowerModel::z, .sd = error / std::numbers::sqrt2, .test = test};
  const auto mde = stats::mde(design, 1, options.power);
  if (mde) detectable.achieved = *mde;
  if (!options.target_mde) return detectable;
  const auto more = stats::additional_users(
      sides.control, sides.treatment, {.target_mde = *options.target_mde, .power = options.power, .alpha = test.alpha});
  if (more) detectable.units_needed = more->additional_users;
  return detectable;
}

GuardrailResult guardrail_of(const Moments& control, const Moments& treatment, const CompareOptions& options,
                             const stats::TestOptions& test) {
  const double margin = *options.guardrail_margin;
  const bool higher_is_better = options.direction != Direction::decrease;
  GuardrailResult result;
  result.margin = margin;
  const auto shown = stats::non_inferiority(
      control, treatment, {.margin = margin, .higher_is_better = higher_is_better, .alpha = test.alpha});
  if (!shown) {
    result.reason = to_string(shown.reason());
    return result;
  }
  result.p_value = shown->p_value;
  result.non_inferior = shown->non_inferior;
  const Lift lift = to_lift(stats::relative_lift_fieller(control, treatment, test));
  if (lift.interval) result.failed = higher_is_better ? lift.interval->upper < -margin : lift.interval->lower > margin;
  return result;
}

// The covariates of the two variants; nothing where there is nothing to take out.
std::optional<Sides> with_history(const Sample& control, const Sample& treatment) {
  if (!control.has_history || !treatment.has_history) return std::nullopt;
  Sides sides;
  if (control.type == MetricType::ratio) {
    const auto c = stats::linearized(control.history);
    const auto t = stats::linearized(treatment.history);
    if (!c || !t) return std::nullopt;
    if (!(c->covariance(1, 1) + t->covariance(1, 1) > 0)) return std::nullopt;
    sides.theta = stats::ratio_theta(*c, *t);
    sides.gradient = stats::LiftGradient::adjusted_lift;
    sides.control_history = *c;
    sides.treatment_history = *t;
  } else {
    const auto covariate = stats::history_covariate(control.history, treatment.history);
    if (!covariate) return std::nullopt;
    sides.theta = 1;
    sides.control_history = covariate->control;
    sides.treatment_history = covariate->treatment;
  }
  const auto adjusted = stats::adjusted(*sides.control_history, *sides.treatment_history, sides.theta);
  if (!adjusted) return std::nullopt;
  sides.control = adjusted->control;
  sides.treatment = adjusted->treatment;
  return sides;
}

double share_with_history(const Sample& control, const Sample& treatment) {
  const auto with = [](const Sample& sample) {
    const double n = static_cast<double>(sample.n);
    return sample.type == MetricType::ratio ? n : n * sample.history.mean(2);
  };
  return (with(control) + with(treatment)) / static_cast<double>(control.n + treatment.n);
}

AdjustedComparison adjusted_of(const Sides& sides, const Sample& control, const Sample& treatment,
                               const stats::TestOptions& test) {
  AdjustedComparison result;
  result.share_with_history = share_with_history(control, treatment);
  const auto cuped =
      stats::cuped(*sides.control_history, *sides.treatment_history, sides.theta, sides.gradient, {.test = test});
  if (!cuped) {
    result.reason = to_string(cuped.reason());
    return result;
  }
  result.variance_reduction = cuped->variance_reduction;
  result.effect = cuped->estimate;
  result.standard_error = cuped->standard_error;
  result.dof = cuped->dof;
  result.p_value = cuped->p_value;
  result.adjusted_p_value = cuped->p_value;
  result.interval = to_interval(cuped->interval);
  const auto lift =
      stats::cuped_relative_fieller_at(*sides.control_history, *sides.treatment_history, sides.theta, test);
  if (lift) result.lift = lift->estimate;
  Lift bounds = to_lift(lift);
  result.lift_interval = bounds.interval;
  result.reason = std::move(bounds.reason);
  return result;
}

// The effect itself needs no variance.
void set_point_estimates(Comparison& comparison, const Moments& control, const Moments& treatment) {
  comparison.effect = treatment.mean() - control.mean();
  comparison.lift = lift_estimate(*comparison.effect, control.mean());
}

// Shares have a test and an interval of their own: pooled z, and Newcombe's.
void set_proportion(Comparison& comparison, const stats::Trials& control, const stats::Trials& treatment,
                    const stats::TestOptions& test) {
  const auto found = stats::proportion(control, treatment, test);
  if (!found) return;
  comparison.dof = std::nullopt;
  comparison.p_value = found->p_value;
  comparison.adjusted_p_value = found->p_value;
  comparison.interval = to_interval(found->newcombe);
}

void set_effect(Comparison& result, const Moments& control, const Moments& treatment, const stats::TestOptions& test) {
  const auto welch = stats::welch_t(control, treatment, test);
  if (welch) {
    result.standard_error = welch->standard_error;
    result.dof = welch->dof;
    result.p_value = welch->p_value;
    result.adjusted_p_value = welch->p_value;
    result.interval = to_interval(welch->interval);
  } else {
    result.reason = to_string(welch.reason());
  }
  if (welch || welch.reason() == stats::Undefined::zero_variance) set_point_estimates(result, control, treatment);
}

PlannedLook planned_of(const Sample& control, const Sample& treatment, const CompareOptions& options) {
  const Comparison look =
      compare(control, treatment, {.confidence_level = 1 - *options.plan_alpha, .lift = options.lift});
  if (look.adjusted) return {.interval = look.adjusted->interval, .lift_interval = look.adjusted->lift_interval};
  return {.interval = look.interval, .lift_interval = look.lift_interval};
}

}  // namespace

Comparison compare(const Sample& control, const Sample& treatment, const CompareOptions& options) {
  const stats::TestOptions test{.alpha = 1 - options.confidence_level};
  const stats::TestOptions decision{.alpha = options.plan_alpha.value_or(test.alpha)};
  Comparison result;
  // What cannot be computed says so in each part that is asked for.
  const Moments raw_control = control.moments ? *control.moments : Moments();
  const Moments raw_treatment = treatment.moments ? *treatment.moments : Moments();
  set_effect(result, raw_control, raw_treatment, test);
  for (const Sample* sample : {&treatment, &control}) {
    if (!sample->moments) result.reason = to_string(sample->moments.reason());
  }
  if (control.trials && treatment.trials) set_proportion(result, *control.trials, *treatment.trials, test);

  Lift lift = lift_of(raw_control, raw_treatment, options.lift, test);
  result.lift_interval = lift.interval;
  if (result.reason.empty()) result.reason = std::move(lift.reason);
  const auto history = with_history(control, treatment);
  const Sides sides = history.value_or(Sides{.control = raw_control, .treatment = raw_treatment});
  if (history) result.adjusted = adjusted_of(sides, control, treatment, test);
  if (options.always_valid) result.always_valid = always_valid_of(sides, options, decision);
  if (options.plan_alpha) result.planned = planned_of(control, treatment, options);
  if (options.bound) result.group_sequential = group_sequential_of(raw_control, raw_treatment, *options.bound, test);
  if (options.bayesian) result.bayesian = bayesian_of(sides, options, test);
  if (options.bayesian || options.target_mde) result.detectable = detectable_of(sides, options, test);
  if (options.guardrail_margin) result.guardrail = guardrail_of(raw_control, raw_treatment, options, decision);
  return result;
}

Comparison compare(const Moments& control, const Moments& treatment, const CompareOptions& options) {
  return compare(sample_of(control), sample_of(treatment), options);
}

VariantSummary summarise(const Sample& sample) {
  VariantSummary summary;
  summary.n = sample.n;
  if (sample.moments && sample.moments->n() > 0) summary.mean = sample.moments->mean();
  summary.standard_deviation = sample.standard_deviation;
  if (!sample.moments) {
    summary.reason = to_string(sample.moments.reason());
  } else if (sample.moments->n() < 2) {
    summary.reason = to_string(stats::Undefined::insufficient_data);
  }
  return summary;
}

}  // namespace crossfade::analysis
