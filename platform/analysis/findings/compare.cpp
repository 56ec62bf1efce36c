#include "platform/analysis/findings/compare.h"

#include "platform/analysis/findings/decisions.h"
#include "platform/analysis/findings/sides.h"
#include "platform/analysis/findings/single_look.h"
#include "platform/stats/decisions/bayesian.h"

namespace crossfade::analysis {

namespace {

using stats::Moments;

BayesianView bayesian_of(const Sides& sides, const CompareOptions& options, const stats::TestOptions& test) {
  BayesianView view;
  const auto posterior =
      stats::bayesian(sides.control, sides.treatment,
                      {.prior = stats::NormalPrior{.mean = options.prior.mean, .sd = options.prior.sd},
                       .inverse = options.direction == Direction::decrease,
                       .likelihood = stats::Likelihood::fieller,
                       .alpha = test.alpha});
  if (!posterior) {
    view.reason = to_string(posterior.reason());
    return view;
  }
  view.chance_to_win = posterior->chance_to_win;
  view.expected_loss = posterior->expected_loss_treatment;
  view.posterior_lift = posterior->posterior_mean;
  view.lift_interval = to_interval(posterior->interval);
  view.prior_conflict = posterior->prior_conflict;
  return view;
}

// By Fieller, whatever is shown.
PlannedLook planned_of(const Sample& control, const Sample& treatment, const std::optional<Sides>& adjusted,
                       double level) {
  if (adjusted) {
    const AdjustedComparison look = adjusted_of(*adjusted, control, treatment, {.alpha = level});
    return {.interval = look.interval, .lift_interval = look.lift_interval, .reason = look.reason};
  }
  const SingleLook look = single_look(control, treatment, LiftInterval::fieller, level);
  return {.interval = look.interval,
          .lift_interval = look.lift_interval.interval,
          .reason = look.reason.empty() ? look.lift_interval.reason : look.reason};
}

}  // namespace

Comparison compare(const Sample& control, const Sample& treatment, const CompareOptions& options) {
  const stats::TestOptions test{.alpha = 1 - options.confidence_level};
  Comparison result;
  // What cannot be computed says so in each part that is asked for.
  const SingleLook look = single_look(control, treatment, options.lift, test.alpha);
  result.effect = look.effect;
  result.lift = look.lift;
  result.standard_error = look.standard_error;
  result.dof = look.dof;
  result.p_value = look.p_value;
  result.adjusted_p_value = look.p_value;
  result.interval = look.interval;
  result.lift_interval = look.lift_interval.interval;
  result.reason = look.reason.empty() ? look.lift_interval.reason : look.reason;
  const Sides raw = without_history(control, treatment);
  if (raw.blocks) {
    result.blocks = raw.blocks->pairs.n();
    result.incomplete_blocks = raw.blocks->incomplete;
  }
  const auto history = with_history(control, treatment);
  const Sides sides = history.value_or(raw);
  if (history) result.adjusted = adjusted_of(sides, control, treatment, test);
  // Planned sizes are of units, and the moments may count fewer of them.
  CompareOptions counted = options;
  counted.n_star /= units_for_each(control, treatment);
  const Sides& decided = options.decides_after_cuped ? sides : raw;
  const stats::MinimumSize size = size_of(control, treatment);
  if (options.always_valid) result.always_valid = always_valid_of(decided, size, counted);
  if (options.planned) {
    result.planned = planned_of(control, treatment, options.decides_after_cuped ? history : std::nullopt,
                                options.planned_level.value_or(alpha_of(options)));
  }
  if (options.bound) result.group_sequential = group_sequential_of(control, treatment, size, *options.bound);
  if (options.bayesian) result.bayesian = bayesian_of(sides, options, test);
  if (options.guardrail_margin) result.guardrail = guardrail_of(raw, size, counted);
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
