#include "platform/analysis/verdict/judge.h"

#include <algorithm>

#include "platform/analysis/report/facts.h"
#include "platform/analysis/verdict/deciding.h"

namespace crossfade::analysis {

namespace {

JudgedTreatment judge_one(const Report& report, std::size_t index) {
  JudgedTreatment treatment;
  treatment.source = &report;
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

bool Guard::passed() const {
  return comparison->guardrail->non_inferior || not_measured(*metric) || does_not_vary(*metric);
}

std::vector<JudgedTreatment> judge(const Report& report) {
  std::vector<JudgedTreatment> treatments;
  const std::size_t count = report.metrics.front().comparisons.size();
  treatments.reserve(count);
  for (std::size_t i = 0; i < count; ++i) treatments.push_back(judge_one(report, i));
  return treatments;
}

}  // namespace crossfade::analysis
