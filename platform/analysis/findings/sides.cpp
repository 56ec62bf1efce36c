#include "platform/analysis/findings/sides.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>

#include "platform/analysis/findings/single_look.h"
#include "platform/stats/means/cuped_history.h"
#include "platform/stats/means/cuped_ratio.h"
#include "platform/stats/means/cuped_relative_fieller.h"
#include "platform/stats/means/relative_lift_fieller.h"
#include "platform/stats/means/welch.h"
#include "platform/stats/regression/lin_regression.h"

namespace crossfade::analysis {

namespace {

// The same mean, as uncertain as that of a unit more with the event and a unit more without.
stats::Moments with_one_of_each(const stats::Moments& share) {
  const auto n = static_cast<double>(share.n());
  const double p = (n * share.mean() + 1) / (n + 2);
  return {share.n(), share.mean(), n * p * (1 - p)};
}

// The difference block by block, as outcome of the control (the treatment's part is a constant), beside the control
// itself: so that Fieller's limits know what the two have in common.
Sides sides_of(const stats::PairedBlocks& blocks) {
  const stats::PairedContrast difference = stats::paired_contrast(blocks.pairs);
  return {.control = difference.control,
          .treatment = difference.treatment,
          .control_history = blocks.pairs,
          .treatment_history = stats::CovariateMoments(blocks.pairs.n(), {}, {}),
          .theta = 1,
          .blocks = blocks};
}

using Rows = std::vector<std::vector<double>>;

// Of units with a covariate, and of units without: fewer have no slope of their own.
constexpr std::ptrdiff_t kEnoughForSlope = 10;

// A covariate that is not known is the mean of those that are, and a column says of whom it was not, where both
// variants have enough units with it and without. A few gaps would decide alone on the slope of that column.
void fill_gaps(Rows& control, Rows& treatment) {
  const std::size_t columns = control.front().size();
  for (std::size_t column = 1; column < columns; ++column) {
    stats::Moments known;
    bool tells = true;  // who has a gap
    for (const Rows* rows : {&control, &treatment}) {
      std::ptrdiff_t gaps = 0;
      for (const std::vector<double>& row : *rows) std::isnan(row[column]) ? void(++gaps) : known.add(row[column]);
      tells = tells && std::min(gaps, std::ssize(*rows) - gaps) >= kEnoughForSlope;
    }
    for (Rows* rows : {&control, &treatment}) {
      for (std::vector<double>& row : *rows) {
        const bool gap = std::isnan(row[column]);
        if (gap) row[column] = known.mean();
        if (tells) row.push_back(gap ? 1 : 0);
      }
    }
  }
}

// Lin's regression on several covariates, as two samples with its errors.
std::optional<Sides> regressed(const Sample& control, const Sample& treatment) {
  if (control.rows.empty() || treatment.rows.empty()) return std::nullopt;
  Rows of_control = control.rows;
  Rows of_treatment = treatment.rows;
  fill_gaps(of_control, of_treatment);
  const auto fit = stats::lin_regression(of_control, of_treatment);
  if (!fit) return std::nullopt;
  return Sides{.control = moments_of(fit->control), .treatment = moments_of(fit->treatment)};
}

}  // namespace

Sides without_history(const Sample& control, const Sample& treatment) {
  if (!control.blocks.empty() || !treatment.blocks.empty()) {
    const auto blocks = stats::paired_blocks(control.blocks, treatment.blocks);
    return blocks ? sides_of(*blocks) : Sides{};
  }
  Sides sides{.control = control.moments ? *control.moments : stats::Moments(),
              .treatment = treatment.moments ? *treatment.moments : stats::Moments()};
  const bool shares = control.trials && treatment.trials;
  if (shares && sides.control.m2() == 0 && sides.treatment.m2() == 0 &&
      sides.control.mean() != sides.treatment.mean()) {
    // None of the one has the event and all of the other: their own variances, and what is pooled of them, say that
    // nothing is uncertain. Each has the variance of one more unit with the event and one more without, as the
    // intervals of A. Agresti, B. Caffo (American Statistician 54, 2000) have.
    sides.control = with_one_of_each(sides.control);
    sides.treatment = with_one_of_each(sides.treatment);
  }
  return sides;
}

double units_for_each(const Sample& control, const Sample& treatment) {
  const Sides sides = without_history(control, treatment);
  const auto counted = static_cast<double>(sides.control.n() + sides.treatment.n());
  return counted > 0 ? static_cast<double>(control.n + treatment.n) / counted : 1;
}

std::optional<Sides> with_history(const Sample& control, const Sample& treatment) {
  if (!control.rows.empty()) return regressed(control, treatment);
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

namespace {

double share_with_history(const Sample& control, const Sample& treatment) {
  const auto with = [](const Sample& sample) {
    const double n = static_cast<double>(sample.n);
    if (!sample.rows.empty()) {
      return static_cast<double>(std::ranges::count_if(sample.rows, [](const std::vector<double>& row) {
        return std::ranges::none_of(row, [](double value) { return std::isnan(value); });
      }));
    }
    return sample.type == MetricType::ratio ? n : n * sample.history.mean(2);
  };
  return (with(control) + with(treatment)) / static_cast<double>(control.n + treatment.n);
}

// Of a comparison whose error is `standard_error`, against the one without anything taken out.
std::optional<double> reduction_of(double standard_error, const Sample& control, const Sample& treatment) {
  if (!control.moments || !treatment.moments) return std::nullopt;
  const auto plain = stats::welch_t(*control.moments, *treatment.moments, {});
  if (!plain) return std::nullopt;
  return 1 - standard_error * standard_error / plain->standard_error / plain->standard_error;
}

// Lin's regression: the lift is by the control's adjusted mean.
void set_regression(AdjustedComparison& result, const Sides& sides, const Sample& control, const Sample& treatment,
                    const stats::TestOptions& test) {
  const auto welch = stats::welch_t(sides.control, sides.treatment, test);
  if (!welch) {
    result.reason = to_string(welch.reason());
    return;
  }
  result.variance_reduction = reduction_of(welch->standard_error, control, treatment);
  result.effect = welch->estimate;
  result.standard_error = welch->standard_error;
  result.dof = welch->dof;
  result.p_value = welch->p_value;
  result.adjusted_p_value = welch->p_value;
  result.interval = to_interval(welch->interval);
  result.lift = lift_of(welch->estimate, sides.control.mean());
  Lift bounds = to_lift(stats::relative_lift_fieller(sides.control, sides.treatment, test));
  result.lift_interval = bounds.interval;
  result.reason = std::move(bounds.reason);
}

}  // namespace

AdjustedComparison adjusted_of(const Sides& sides, const Sample& control, const Sample& treatment,
                               const stats::TestOptions& test) {
  AdjustedComparison result;
  result.share_with_history = share_with_history(control, treatment);
  if (!sides.has_covariate()) {
    result.regression = true;
    set_regression(result, sides, control, treatment, test);
    return result;
  }
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

double cuped_gain(std::span<const Sample> samples) {
  std::optional<double> least;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    double gain = 0;
    if (!samples[0].blocks.empty()) {
      const Sides sides = without_history(samples[0], samples[i]);
      const auto paired = stats::welch_t(sides.control, sides.treatment, {});
      if (paired) gain = reduction_of(paired->standard_error, samples[0], samples[i]).value_or(0);
    } else if (const auto sides = with_history(samples[0], samples[i])) {
      gain = adjusted_of(*sides, samples[0], samples[i], {}).variance_reduction.value_or(0);
    }
    least = std::min(least.value_or(gain), gain);
  }
  return std::max(0.0, least.value_or(0));
}

}  // namespace crossfade::analysis
