#include "platform/analysis/verdict/conclude.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "platform/analysis/report/facts.h"
#include "platform/analysis/verdict/deciding.h"
#include "platform/analysis/verdict/judge.h"
#include "platform/analysis/verdict/reasons.h"

namespace crossfade::analysis {

namespace {

double gain(const JudgedTreatment& treatment) {
  const Deciding& numbers = *treatment.primary->deciding;
  const double size = numbers.lift.value_or(numbers.effect.value_or(0));
  return treatment.metric->direction == Direction::decrease ? -size : size;
}

// Those that decide come first, then those that are ahead (the best in front), then harmed, failed and open ones in the
// order of the report.
std::vector<JudgedTreatment> ranked(std::vector<JudgedTreatment> treatments, Verdict verdict) {
  const auto rank = [&](const JudgedTreatment& treatment) {
    const bool decides = (verdict == Verdict::ship && treatment.state == State::winner) ||
                         (verdict == Verdict::stop_harm && treatment.state == State::harmed) ||
                         (verdict == Verdict::guardrail_fail && treatment.state == State::guardrail_failed);
    if (decides) return 0;
    return treatment.ahead && treatment.state != State::harmed ? 1 : 2 + static_cast<int>(treatment.state);
  };
  std::ranges::stable_sort(treatments, [&](const JudgedTreatment& a, const JudgedTreatment& b) {
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    const bool ahead = rank(a) == 1 || (rank(a) == 0 && verdict == Verdict::ship);
    return ahead && gain(a) > gain(b);
  });
  return treatments;
}

Verdict verdict_of(const Report& report, const std::vector<JudgedTreatment>& treatments) {
  const auto any = [&](State state) {
    return std::ranges::find(treatments, state, &JudgedTreatment::state) != treatments.end();
  };
  if (any(State::winner) && missing_days(report).empty()) return Verdict::ship;
  if (any(State::harmed)) return Verdict::stop_harm;
  if (any(State::guardrail_failed)) return Verdict::guardrail_fail;
  if (std::ranges::all_of(treatments, &JudgedTreatment::no_effect)) return Verdict::no_effect;
  if (report.plan && report.plan->complete && !any(State::winner)) return Verdict::inconclusive;
  return ended(report) ? Verdict::inconclusive : Verdict::keep_running;
}

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
  std::vector<JudgedTreatment> treatments = judge(report);
  decision.verdict = verdict_of(report, treatments);
  treatments = ranked(std::move(treatments), decision.verdict);
  for (const JudgedTreatment& treatment : treatments) decision.reasons.push_back(reason_of(report, treatment));
  if (decision.verdict == Verdict::ship) decision.variant = treatments.front().primary->variant;
  decision.summary = summary_of(report, decision.reasons, treatments);
  for (const MetricReport& metric : report.metrics) {
    if (metric.margin && not_measured(metric)) {
      decision.reasons.push_back("Guardrail " + metric.metric + " was not measured: nothing guards it.");
    }
  }
  return decision;
}

void set_deciding(Report& report) {
  for (MetricReport& metric : report.metrics) {
    const bool is_primary = &metric == &report.metrics.front();
    if (!is_primary && !metric.margin) continue;
    for (Comparison& comparison : metric.comparisons) comparison.deciding = deciding_of(report, metric, comparison);
  }
}

// Whatever the looks: said at once.
bool is_urgent(const Report& report) {
  return report.decision.verdict == Verdict::invalid || report.decision.verdict == Verdict::stop_harm;
}

// The plan and what it decides are those of `then`; the other numbers stay.
Report decided_by(Report report, Report then) {
  report.decision = std::move(then.decision);
  report.plan = std::move(then.plan);
  std::vector<Comparison>& primary = report.metrics.front().comparisons;
  for (std::size_t i = 0; i < primary.size(); ++i) {
    primary[i].group_sequential = std::move(then.metrics.front().comparisons[i].group_sequential);
  }
  set_deciding(report);
  return report;
}

}  // namespace

Report conclude(Report findings) {
  set_deciding(findings);
  findings.decision = decide(findings);
  return findings;
}

Report close(Report report, Report then, const storage::Look& look) {
  if (is_urgent(report)) return report;
  then.decision.reasons.push_back(
      fmt::format("The plan ended with the look at {} units, data through {}. What came later is shown, and decides "
                  "nothing.",
                  look.units, to_string(look.data_through)));
  return decided_by(std::move(report), std::move(then));
}

Report as_recorded(Report report, Report then, const storage::Look& look) {
  if (is_urgent(report)) return report;
  then.decision.reasons.push_back(fmt::format(
      "This is what the last recorded look decides, at {} units, data through {}. What came later is shown, "
      "and decides nothing before the next look.",
      look.units, to_string(look.data_through)));
  then.plan->as_of = look.data_through;
  const std::vector<MetricReport> decided = then.metrics;
  report = decided_by(std::move(report), std::move(then));
  for (std::size_t i = 0; i < decided.size(); ++i) {
    for (std::size_t j = 0; j < decided[i].comparisons.size(); ++j) {
      report.metrics[i].comparisons[j].deciding = decided[i].comparisons[j].deciding;
    }
  }
  return report;
}

Report not_looked_at(Report report) {
  if (is_urgent(report)) return report;
  report.decision = {};
  report.decision.summary = "No look is recorded yet, and a plan decides by looks alone.";
  report.decision.reasons = {report.decision.summary};
  return report;
}

}  // namespace crossfade::analysis
