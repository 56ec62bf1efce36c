#include "platform/analysis/verdict/judge.h"

#include <algorithm>

#include "platform/analysis/report/facts.h"
#include "platform/analysis/verdict/deciding.h"

namespace crossfade::analysis {

namespace {

bool is_better(double effect, Direction direction) {
  return (direction == Direction::increase && effect > 0) || (direction == Direction::decrease && effect < 0);
}

// The planned sample is there and the interval of its look leaves no effect as large as the planned one.
bool shows_no_effect(const Report& report, const Comparison& primary) {
  if (!report.plan || !report.plan->complete || !primary.planned) return false;
  if (!primary.detectable || !primary.detectable->target) return false;
  const auto& lift = primary.planned->lift_interval;
  const double mde = *primary.detectable->target;
  return lift && lift->lower > -mde && lift->upper < mde;
}

JudgedTreatment judge_one(const Report& report, std::size_t index) {
  JudgedTreatment treatment;
  treatment.metric = &report.metrics.front();
  treatment.primary = &treatment.metric->comparisons[index];
  for (const MetricReport& metric : report.metrics) {
    if (metric.comparisons[index].guardrail) treatment.guards.push_back({&metric, &metric.comparisons[index]});
  }
  const Direction direction = treatment.metric->direction;
  const auto effect = treatment.primary->deciding->effect;
  treatment.ahead = finds_difference(report, *treatment.primary) && effect && is_better(*effect, direction);
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

bool Guard::harmed() const {
  if (!comparison->always_valid || !comparison->always_valid->lift_interval) return false;
  const Interval& lift = *comparison->always_valid->lift_interval;
  const double margin = comparison->guardrail->margin;
  return metric->direction == Direction::decrease ? lift.lower > margin : lift.upper < -margin;
}

bool Guard::passed() const {
  return comparison->guardrail->non_inferior || not_measured(*metric);
}

std::vector<JudgedTreatment> judge(const Report& report) {
  std::vector<JudgedTreatment> treatments;
  const std::size_t count = report.metrics.front().comparisons.size();
  treatments.reserve(count);
  for (std::size_t i = 0; i < count; ++i) treatments.push_back(judge_one(report, i));
  return treatments;
}

}  // namespace crossfade::analysis
