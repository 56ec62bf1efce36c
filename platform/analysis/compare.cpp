#include "platform/analysis/compare.h"

#include <cmath>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include "platform/stats/benjamini_hochberg.h"
#include "platform/stats/holm.h"
#include "platform/stats/non_inferiority.h"
#include "platform/stats/relative_lift_delta.h"
#include "platform/stats/relative_lift_fieller.h"
#include "platform/stats/relative_lift_naive.h"
#include "platform/stats/sequential.h"
#include "platform/stats/welch.h"

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

AlwaysValid always_valid_of(const Moments& control, const Moments& treatment, const stats::TestOptions& options) {
  AlwaysValid result;
  const auto sequence = stats::sequential(control, treatment, {.test = options});
  if (!sequence) {
    result.reason = to_string(sequence.reason());
    return result;
  }
  result.p_value = sequence->p_value;
  result.adjusted_p_value = sequence->p_value;
  result.interval = to_interval(sequence->interval);
  const Lift lift = to_lift(stats::relative_lift_fieller(control, treatment, options, sequence->multiplier));
  result.lift_interval = lift.interval;
  result.reason = lift.reason;
  return result;
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

// The effect itself needs no variance.
void set_point_estimates(Comparison& comparison, const Moments& control, const Moments& treatment) {
  comparison.effect = treatment.mean() - control.mean();
  const double lift = *comparison.effect / std::abs(control.mean());
  if (std::isfinite(lift)) comparison.lift = lift;
}

}  // namespace

Comparison compare(const Moments& control, const Moments& treatment, const CompareOptions& options) {
  const stats::TestOptions test{.alpha = 1 - options.confidence_level};
  Comparison result;
  const auto welch = stats::welch_t(control, treatment, test);
  if (welch) {
    result.standard_error = welch->standard_error;
    result.dof = welch->dof;
    result.p_value = welch->p_value;
    result.adjusted_p_value = welch->p_value;
    result.interval = to_interval(welch->interval);
    result.significant = welch->p_value < test.alpha;
  } else {
    result.reason = to_string(welch.reason());
  }
  if (welch || welch.reason() == stats::Undefined::zero_variance) set_point_estimates(result, control, treatment);

  Lift lift = lift_of(control, treatment, options.lift, test);
  result.lift_interval = lift.interval;
  if (result.reason.empty()) result.reason = std::move(lift.reason);
  if (options.always_valid) result.always_valid = always_valid_of(control, treatment, test);
  if (options.guardrail_margin) result.guardrail = guardrail_of(control, treatment, options, test);
  return result;
}

VariantSummary summarise(const Moments& moments) {
  VariantSummary summary;
  summary.n = moments.n();
  if (moments.n() > 0) summary.mean = moments.mean();
  if (moments.n() > 1) {
    summary.standard_deviation = std::sqrt(moments.variance());
  } else {
    summary.reason = to_string(stats::Undefined::insufficient_data);
  }
  return summary;
}

namespace {

using Correction = stats::Result<std::vector<double>> (*)(std::span<const double>);

// Reads p-values where there are any, and writes the corrected ones beside them.
void correct(const std::vector<std::pair<const std::optional<double>*, std::optional<double>*>>& family,
             Correction correction) {
  std::vector<double> p_values;
  for (const auto& [raw, adjusted] : family) {
    if (*raw) p_values.push_back(**raw);
  }
  const auto corrected = correction(p_values);
  if (!corrected) return;  // p-values of our own are probabilities
  auto next = corrected->begin();
  for (const auto& [raw, adjusted] : family) {
    if (*raw) *adjusted = *next++;
  }
}

}  // namespace

void adjust(std::vector<MetricReport>& metrics, double confidence_level) {
  std::vector<std::pair<const std::optional<double>*, std::optional<double>*>> primary, sequential, secondary;
  for (MetricReport& metric : metrics) {
    metric.adjustment = metric.role == Role::primary     ? "holm"
                        : metric.role == Role::secondary ? "benjamini_hochberg"
                                                         : "none";
    for (Comparison& comparison : metric.comparisons) {
      if (metric.role == Role::primary) primary.emplace_back(&comparison.p_value, &comparison.adjusted_p_value);
      if (metric.role == Role::secondary) secondary.emplace_back(&comparison.p_value, &comparison.adjusted_p_value);
      if (metric.role == Role::primary && comparison.always_valid) {
        sequential.emplace_back(&comparison.always_valid->p_value, &comparison.always_valid->adjusted_p_value);
      }
    }
  }
  correct(primary, stats::holm);
  correct(sequential, stats::holm);
  correct(secondary, stats::benjamini_hochberg);
  for (MetricReport& metric : metrics) {
    for (Comparison& comparison : metric.comparisons) {
      comparison.significant = comparison.adjusted_p_value && *comparison.adjusted_p_value < 1 - confidence_level;
    }
  }
}

}  // namespace crossfade::analysis
