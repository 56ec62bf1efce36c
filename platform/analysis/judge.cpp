#include "platform/analysis/judge.h"

#include <algorithm>

#include "platform/analysis/health.h"

namespace crossfade::analysis {

namespace {

bool bad_side(const Interval& interval, Direction direction) {
  return (direction == Direction::increase && interval.upper < 0) ||
         (direction == Direction::decrease && interval.lower > 0);
}

bool good_side(const Interval& interval, Direction direction) {
  return (direction == Direction::increase && interval.lower > 0) ||
         (direction == Direction::decrease && interval.upper < 0);
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
  bool harmed = false;
  if (always_valid && always_valid->interval) {
    harmed = bad_side(*always_valid->interval, direction);
    treatment.ahead =
        good_side(*always_valid->interval, direction) && *always_valid->adjusted_p_value < 1 - report.confidence_level;
  }
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
