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

// Of the fixed-sample comparison that decides: after CUPED, where there is history.
std::optional<double> effect_of(const Comparison& comparison) {
  return comparison.adjusted && comparison.adjusted->effect ? comparison.adjusted->effect : comparison.effect;
}

bool is_ahead(const Report& report, const Comparison& primary, Direction direction) {
  switch (mode_of(report)) {
    case SequentialMode::always_valid: {
      const auto p = deciding_p(report, primary);
      const auto effect = effect_of(primary);
      return p && *p < alpha_of(report) && effect && better(*effect, direction);
    }
    case SequentialMode::group_sequential: {
      const auto& look = primary.group_sequential;
      return look && look->crossed && look->statistic && better(*look->statistic, direction);
    }
    case SequentialMode::fixed: {
      const auto p = deciding_p(report, primary);
      const auto effect = effect_of(primary);
      return report.plan->complete && p && *p < alpha_of(report) && effect && better(*effect, direction);
    }
  }
  return false;
}

// The planned sample is there and the fixed-sample interval of the lift leaves no effect as large as the planned one.
bool shows_no_effect(const Report& report, const Comparison& primary) {
  if (!report.plan || !report.plan->complete || !primary.detectable || !primary.detectable->target) return false;
  const auto& lift =
      primary.adjusted && primary.adjusted->lift_interval ? primary.adjusted->lift_interval : primary.lift_interval;
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
  const auto& always_valid = treatment.primary->always_valid;
  bool harmed = always_valid && always_valid->interval && bad_side(*always_valid->interval, direction);
  treatment.ahead = is_ahead(report, *treatment.primary, direction);
  treatment.no_effect = !treatment.ahead && shows_no_effect(report, *treatment.primary);
  harmed = harmed || std::ranges::any_of(treatment.guards, &Guard::harmed);
  if (harmed) {
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

DecidingIntervals deciding_intervals(const Report& report, const Comparison& comparison) {
  const SequentialMode mode = mode_of(report);
  if (mode == SequentialMode::group_sequential && comparison.group_sequential) {
    return {.effect = comparison.group_sequential->interval, .lift = comparison.group_sequential->lift_interval};
  }
  if (mode == SequentialMode::fixed && report.plan->complete) {
    if (comparison.adjusted)
      return {.effect = comparison.adjusted->interval, .lift = comparison.adjusted->lift_interval};
    return {.effect = comparison.interval, .lift = comparison.lift_interval};
  }
  if (!comparison.always_valid) return {};
  return {.effect = comparison.always_valid->interval, .lift = comparison.always_valid->lift_interval};
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
