#include "platform/analysis/findings/single_look.h"

#include "platform/analysis/findings/sides.h"
#include "platform/stats/counts/proportion.h"
#include "platform/stats/means/cuped_relative_fieller.h"
#include "platform/stats/means/relative_lift_delta.h"
#include "platform/stats/means/relative_lift_fieller.h"
#include "platform/stats/means/relative_lift_naive.h"
#include "platform/stats/means/welch.h"
#include "platform/stats/numerics/distributions.h"

namespace crossfade::analysis {

namespace {

using stats::Moments;

Lift interval_of(const Moments& control, const Moments& treatment, LiftInterval method,
                 const stats::TestOptions& options) {
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

// Shares have a test of their own, the pooled z, and its duals.
void set_proportion(SingleLook& look, const stats::Trials& control, const stats::Trials& treatment, LiftInterval method,
                    const stats::TestOptions& test) {
  const auto found = stats::proportion(control, treatment, test);
  if (!found) return;
  look.dof = std::nullopt;
  look.p_value = found->p_value;
  look.z = found->statistic;
  look.interval = to_interval(found->score_difference);
  if (look.p_value) look.reason.clear();
  if (method != LiftInterval::fieller) return;
  look.lift_interval = {};
  if (control.successes == 0) {
    look.lift_interval.reason = to_string(stats::Undefined::zero_control_mean);
  } else {
    look.lift_interval.interval =
        Interval{.lower = found->score_ratio.lower - 1, .upper = found->score_ratio.upper - 1};
  }
}

}  // namespace

std::optional<double> lift_of(double effect, double control_mean) {
  const double lift = effect / std::abs(control_mean);
  if (!std::isfinite(lift)) return std::nullopt;
  return lift;
}

SingleLook single_look(const Sample& control, const Sample& treatment, LiftInterval method, double alpha) {
  const stats::TestOptions test{.alpha = alpha};
  SingleLook look;
  const bool in_blocks = !control.blocks.empty() || !treatment.blocks.empty();
  const Sides sides = in_blocks ? without_history(control, treatment) : Sides{};
  const Moments of_control = in_blocks ? sides.control : (control.moments ? *control.moments : Moments());
  const Moments of_treatment = in_blocks ? sides.treatment : (treatment.moments ? *treatment.moments : Moments());
  const auto welch = stats::welch_t(of_control, of_treatment, test);
  if (welch) {
    look.standard_error = welch->standard_error;
    look.dof = welch->dof;
    look.p_value = welch->p_value;
    look.z = stats::z_of_t(welch->statistic, welch->dof);
    look.interval = to_interval(welch->interval);
  } else {
    look.reason = to_string(welch.reason());
  }
  if (welch || welch.reason() == stats::Undefined::zero_variance) {
    look.effect = of_treatment.mean() - of_control.mean();
    look.lift = lift_of(*look.effect, of_control.mean());
  }
  for (const Sample* sample : {&treatment, &control}) {
    if (!sample->moments) look.reason = to_string(sample->moments.reason());
  }
  if (sides.has_covariate() && method != LiftInterval::naive) {
    look.lift_interval =
        to_lift(stats::cuped_relative_fieller_at(*sides.control_history, *sides.treatment_history, sides.theta, test));
    return look;
  }
  look.lift_interval = interval_of(of_control, of_treatment, method, test);
  if (look.effect && !in_blocks && control.trials && treatment.trials)
    set_proportion(look, *control.trials, *treatment.trials, method, test);
  return look;
}

}  // namespace crossfade::analysis
