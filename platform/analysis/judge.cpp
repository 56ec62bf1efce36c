#include "platform/analysis/judge.h"

#include <algorithm>

#include "platform/analysis/health.h"

namespace crossfade::analysis {

namespace {

bool bad_side(const Interval& interval, Direction direction) {
  return (direction == Direction::increase && interval.upper < 0) ||
         (direction == Direction::decrease && interval.lower > 0);
}

double alpha_of(const Report& report) {
  return report.plan ? report.plan->plan.alpha : 1 - report.confidence_level;
}

bool better(double effect, Direction direction) {
  return (direction == Direction::increase && effect > 0) || (direction == Direction::decrease && effect < 0);
}

// Whatever the looks before.
bool shows_harm(const Comparison& comparison, Direction direction) {
  const auto& always_valid = comparison.always_valid;
  return always_valid && always_valid->interval && bad_side(*always_valid->interval, direction);
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

// The planned sample is there and the interval of its look leaves no effect as large as the planned one.
bool shows_no_effect(const Report& report, const Comparison& primary) {
  if (!report.plan || !report.plan->complete || !primary.planned) return false;
  if (!primary.detectable || !primary.detectable->target) return false;
  const auto& lift = primary.planned->lift_interval;
  const double mde = *primary.detectable->target;
  return lift && lift->lower > -mde && lift->upper < mde;
}

Treatment judge_one(const Report& report, std::size_t index) {
  Treatment treatment;
  treatment.metric = &report.metrics.front();
  treatment.primary = &treatment.metric->comparisons[index];
  for (const MetricReport& metric : report.metrics) {
    if (metric.comparisons[index].guardrail) treatment.guards.push_back({&metric, &metric.comparisons[index]});
  }
  const Direction direction = treatment.metric->direction;
  const auto effect = deciding(report, *treatment.metric, *treatment.primary).effect;
  treatment.ahead = finds_difference(report, *treatment.primary) && effect && better(*effect, direction);
  treatment.no_effect = !treatment.ahead && shows_no_effect(report, *treatment.primary);
  if (shows_harm(*treatment.primary, direction) || std::ranges::any_of(treatment.guards, &Guard::harmed)) {
    treatment.state = State::harmed;
  } else if (std::ranges::any_of(treatment.guards, &Guard::failed)) {
    treatment.state = State::guardrail_failed;
  } else if (treatment.ahead && std::ranges::all_of(treatment.guards, &Guard::passed)) {
    treatment.state = State::winner;
  }
  return treatment;
}

}  // namespace

SequentialMode mode_of(const Report& report) {
  return report.plan ? report.plan->plan.mode : SequentialMode::always_valid;
}

const char* to_string(DecidingInterval kind) {
  switch (kind) {
    case DecidingInterval::single_look:
      return "single_look";
    case DecidingInterval::cuped:
      return "cuped";
    case DecidingInterval::always_valid:
      return "always_valid";
    case DecidingInterval::group_sequential:
      return "group_sequential";
  }
  return "";
}

Deciding deciding(const Report& report, const MetricReport& metric, const Comparison& comparison) {
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

bool Guard::harmed() const {
  if (!comparison->always_valid || !comparison->always_valid->lift_interval) return false;
  const Interval& lift = *comparison->always_valid->lift_interval;
  const double margin = comparison->guardrail->margin;
  return metric->direction == Direction::decrease ? lift.lower > margin : lift.upper < -margin;
}

bool Guard::passed() const {
  return comparison->guardrail->non_inferior || not_measured(*metric);
}

std::vector<Treatment> judge(const Report& report) {
  std::vector<Treatment> treatments;
  const std::size_t count = report.metrics.front().comparisons.size();
  treatments.reserve(count);
  for (std::size_t i = 0; i < count; ++i) treatments.push_back(judge_one(report, i));
  return treatments;
}

bool ended(const Report& report) {
  return report.status == "stopped" || report.status == "imported";
}

}  // namespace crossfade::analysis
