#include "platform/analysis/decide.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "platform/analysis/health.h"
#include "platform/analysis/judge.h"
#include "platform/analysis/reasons.h"

namespace crossfade::analysis {

namespace {

double gain(const Report& report, const Treatment& treatment) {
  const Deciding numbers = deciding(report, *treatment.metric, *treatment.primary);
  const double size = numbers.lift.value_or(numbers.effect.value_or(0));
  return treatment.metric->direction == Direction::decrease ? -size : size;
}

// Those that decide come first, then those that are ahead (the best in front), then harmed, failed and open ones in the
// order of the report.
std::vector<Treatment> in_order(const Report& report, std::vector<Treatment> treatments, Verdict verdict) {
  const auto rank = [&](const Treatment& treatment) {
    const bool decides = (verdict == Verdict::ship && treatment.state == State::winner) ||
                         (verdict == Verdict::stop_harm && treatment.state == State::harmed) ||
                         (verdict == Verdict::guardrail_fail && treatment.state == State::guardrail_failed);
    if (decides) return 0;
    return treatment.ahead && treatment.state != State::harmed ? 1 : 2 + static_cast<int>(treatment.state);
  };
  std::ranges::stable_sort(treatments, [&](const Treatment& a, const Treatment& b) {
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    const bool ahead = rank(a) == 1 || (rank(a) == 0 && verdict == Verdict::ship);
    return ahead && gain(report, a) > gain(report, b);
  });
  return treatments;
}

Verdict verdict_of(const Report& report, const std::vector<Treatment>& treatments) {
  const auto any = [&](State state) {
    return std::ranges::find(treatments, state, &Treatment::state) != treatments.end();
  };
  if (any(State::winner) && missing_days(report).empty()) return Verdict::ship;
  if (any(State::harmed)) return Verdict::stop_harm;
  if (any(State::guardrail_failed)) return Verdict::guardrail_fail;
  if (std::ranges::all_of(treatments, &Treatment::no_effect)) return Verdict::no_effect;
  if (report.plan && report.plan->complete && !any(State::winner)) return Verdict::inconclusive;
  return ended(report) ? Verdict::inconclusive : Verdict::keep_running;
}

}  // namespace

Decision decide(const Report& report) {
  Decision decision;
  if (auto reason = invalid_reason(report)) {
    decision.verdict = Verdict::invalid;
    decision.summary = *reason;
    decision.reasons = {*std::move(reason)};
    return decision;
  }
  if (auto reason = empty_reason(report)) {
    decision.verdict = ended(report) ? Verdict::inconclusive : Verdict::keep_running;
    decision.summary = *reason;
    decision.reasons = {*std::move(reason)};
    return decision;
  }
  std::vector<Treatment> treatments = judge(report);
  decision.verdict = verdict_of(report, treatments);
  treatments = in_order(report, std::move(treatments), decision.verdict);
  for (const Treatment& treatment : treatments) decision.reasons.push_back(reason_of(report, treatment));
  if (decision.verdict == Verdict::ship) decision.variant = treatments.front().primary->variant;
  decision.summary = summary_of(report, decision.reasons, treatments);
  for (const MetricReport& metric : report.metrics) {
    if (metric.margin && not_measured(metric)) {
      decision.reasons.push_back("Guardrail " + metric.metric + " was not measured: nothing guards it.");
    }
  }
  return decision;
}

}  // namespace crossfade::analysis
