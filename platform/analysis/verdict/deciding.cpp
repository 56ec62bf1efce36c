#include "platform/analysis/verdict/deciding.h"

#include "platform/analysis/report/facts.h"

namespace crossfade::analysis {

namespace {

bool is_bad_side(const Interval& interval, Direction direction) {
  return (direction == Direction::increase && interval.upper < 0) ||
         (direction == Direction::decrease && interval.lower > 0);
}

double alpha_of(const Report& report) {
  return report.plan ? report.plan->plan.alpha : 1 - report.confidence_level;
}

}  // namespace

bool shows_harm(const Comparison& comparison, Direction direction) {
  const auto& always_valid = comparison.always_valid;
  return always_valid && always_valid->interval && is_bad_side(*always_valid->interval, direction);
}

bool finds_difference(const Report& report, const Comparison& comparison) {
  const SequentialMode mode = mode_of(report);
  if (mode == SequentialMode::group_sequential) {
    return comparison.group_sequential && comparison.group_sequential->crossed;
  }
  if (mode == SequentialMode::fixed && !report.plan->complete) return false;
  const auto p = deciding_p(report, comparison);
  return p && *p < alpha_of(report);
}

Deciding deciding_of(const Report& report, const MetricReport& metric, const Comparison& comparison) {
  const SequentialMode mode = mode_of(report);
  const bool harm = shows_harm(comparison, metric.direction);  // is always-valid in every mode
  Deciding result{.effect = comparison.effect, .lift = comparison.lift};
  result.significant = finds_difference(report, comparison) || harm;
  const auto take_intervals = [&result](DecidingInterval kind, const auto& source) {
    result.by = kind;
    result.interval = source.interval;
    result.lift_interval = source.lift_interval;
  };
  if (!harm && mode == SequentialMode::group_sequential && comparison.group_sequential) {
    result.effect = comparison.group_sequential->effect;
    result.lift = comparison.group_sequential->lift;
    take_intervals(DecidingInterval::group_sequential, *comparison.group_sequential);
    return result;
  }
  if (comparison.adjusted && comparison.adjusted->effect) {
    result.effect = comparison.adjusted->effect;
    result.lift = comparison.adjusted->lift;
  }
  if (!harm && mode == SequentialMode::fixed && report.plan->complete && comparison.planned) {
    take_intervals(comparison.adjusted ? DecidingInterval::cuped : DecidingInterval::single_look, *comparison.planned);
  } else if (comparison.always_valid) {
    take_intervals(DecidingInterval::always_valid, *comparison.always_valid);
  }
  return result;
}

std::optional<double> deciding_p(const Report& report, const Comparison& comparison) {
  switch (mode_of(report)) {
    case SequentialMode::fixed:
      return comparison.adjusted ? comparison.adjusted->adjusted_p_value : comparison.adjusted_p_value;
    case SequentialMode::group_sequential:
      return std::nullopt;
    case SequentialMode::always_valid:
      break;
  }
  return comparison.always_valid ? comparison.always_valid->adjusted_p_value : std::nullopt;
}

}  // namespace crossfade::analysis
