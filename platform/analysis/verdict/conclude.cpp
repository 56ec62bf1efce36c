#include "platform/analysis/verdict/conclude.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "platform/analysis/report/facts.h"
#include "platform/analysis/report/wording.h"
#include "platform/analysis/verdict/deciding.h"
#include "platform/analysis/verdict/judge.h"
#include "platform/analysis/verdict/reasons.h"

namespace crossfade::analysis {

namespace {

// By all data, also of who was called by fewer.
double gain(const Report& report, const JudgedTreatment& treatment) {
  const std::vector<Comparison>& today = report.metrics.front().comparisons;
  const Deciding& numbers = *std::ranges::find(today, treatment.primary->variant, &Comparison::variant)->deciding;
  const double size = numbers.lift.value_or(numbers.effect.value_or(0));
  return treatment.metric->direction == Direction::decrease ? -size : size;
}

// Those that decide come first (by the data of today, then by those of earlier looks), then those that are ahead, the
// best in front, then harmed, failed and open ones in the order of the report.
std::vector<JudgedTreatment> ranked(const Report& report, std::vector<JudgedTreatment> treatments, Verdict verdict) {
  const auto rank = [&](const JudgedTreatment& treatment) {
    const bool decides = (verdict == Verdict::ship && treatment.state == State::winner) ||
                         (verdict == Verdict::stop_harm && treatment.state == State::harmed) ||
                         (verdict == Verdict::guardrail_fail && treatment.state == State::guardrail_failed);
    if (decides) return treatment.call == nullptr ? 0 : 1;
    return treatment.ahead && treatment.state != State::harmed ? 2 : 3 + static_cast<int>(treatment.state);
  };
  std::ranges::stable_sort(treatments, [&](const JudgedTreatment& a, const JudgedTreatment& b) {
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    const bool ahead = rank(a) == 2 || (rank(a) < 2 && verdict == Verdict::ship);
    return ahead && gain(report, a) > gain(report, b);
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

// What is to be known of a treatment; also that its effect surely changes with the days.
std::string told(const Report& report, const JudgedTreatment& treatment) {
  std::string reason = reason_of(treatment);
  if (treatment.call != nullptr) reason = called_reason(std::move(reason), report, treatment);
  const std::vector<EffectTrend>& trends = report.metrics.front().trend;
  const auto trend = std::ranges::find(trends, treatment.primary->variant, &EffectTrend::variant);
  if (trend == trends.end() || !surely_changes(*trend)) return reason;
  if (reason.ends_with('.')) reason.pop_back();
  return fmt::format("{}; its effect {}.", reason, trend_words(*trend));
}

// The treatments by today's data, or by those of the earlier look that called them.
std::vector<JudgedTreatment> judge(const Report& report, const std::vector<Standing>& earlier) {
  std::vector<JudgedTreatment> treatments = judge(report);
  for (JudgedTreatment& treatment : treatments) {
    const std::string variant = treatment.primary->variant;
    for (const Standing& standing : earlier) {
      if (standing.call.variant != variant || treatment.state == State::harmed) continue;
      if (standing.call.called == storage::Called::win && treatment.state == State::winner) continue;
      const std::vector<JudgedTreatment> then = judge(standing.then);
      treatment = *std::ranges::find_if(then, [&](const auto& one) { return one.primary->variant == variant; });
      treatment.call = &standing.call;
    }
  }
  return treatments;
}

std::vector<CalledTreatment> calls_of(const Report& report) {
  std::vector<CalledTreatment> calls;
  if (report.srm.mismatch) calls.push_back({"", storage::Called::invalid});
  if (invalid_reason(report) || empty_reason(report)) return calls;
  for (const JudgedTreatment& treatment : judge(report)) {
    if (treatment.state == State::harmed) calls.push_back({treatment.primary->variant, storage::Called::harm});
    if (treatment.state == State::winner) calls.push_back({treatment.primary->variant, storage::Called::win});
  }
  return calls;
}

Decision decide(const Report& report, const std::vector<Standing>& earlier) {
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
  std::vector<JudgedTreatment> treatments = judge(report, earlier);
  decision.verdict = verdict_of(report, treatments);
  treatments = ranked(report, std::move(treatments), decision.verdict);
  for (const JudgedTreatment& treatment : treatments) decision.reasons.push_back(told(report, treatment));
  if (decision.verdict == Verdict::ship) decision.variant = treatments.front().primary->variant;
  if (treatments.front().call != nullptr) decision.call = *treatments.front().call;
  decision.summary = summary_of(report, decision.reasons, treatments);
  for (const MetricReport& metric : report.metrics) {
    if (metric.margin && not_measured(metric)) {
      decision.reasons.push_back("Guardrail " + metric.metric + " was not measured: nothing guards it.");
    } else if (metric.margin && does_not_vary(metric)) {
      decision.reasons.push_back("Guardrail " + metric.metric + " is the same for every unit: nothing guards it.");
    }
  }
  if (const std::string advice = days_advice(report); !advice.empty()) decision.reasons.push_back(advice);
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

// The treatment's comparison in a report of another time, where not all were seen yet; null: it was not.
const Comparison* same_in(const Report& report, const MetricReport& metric, const Comparison& comparison) {
  const auto there = std::ranges::find(report.metrics, metric.metric, &MetricReport::metric);
  if (there == report.metrics.end()) return nullptr;
  const auto found = std::ranges::find(there->comparisons, comparison.variant, &Comparison::variant);
  return found != there->comparisons.end() && found->deciding ? &*found : nullptr;
}

// The numbers that decide are those of the look that called.
void show_then(Report& report, const Standing& standing) {
  for (MetricReport& metric : report.metrics) {
    for (Comparison& comparison : metric.comparisons) {
      if (!comparison.deciding || comparison.variant != standing.call.variant) continue;
      const Comparison* const then = same_in(standing.then, metric, comparison);
      if (then == nullptr) continue;
      comparison.deciding = then->deciding;
      comparison.deciding->as_of = standing.call.data_through;
      comparison.deciding->label += fmt::format(", as of {}", date(standing.call.data_through));
    }
  }
}

// The plan and what it decides are those of `then`; the other numbers stay.
Report decided_by(Report report, const Report& then, const storage::Look& look) {
  report.decision = then.decision;
  report.plan = then.plan;
  for (Comparison& comparison : report.metrics.front().comparisons) {
    const Comparison* const decided = same_in(then, report.metrics.front(), comparison);
    comparison.group_sequential = decided != nullptr ? decided->group_sequential : std::nullopt;
  }
  set_deciding(report);
  for (Comparison& comparison : report.metrics.front().comparisons) {
    const Comparison* const decided = same_in(then, report.metrics.front(), comparison);
    if (decided == nullptr) continue;
    comparison.deciding = decided->deciding;
    if (!comparison.deciding->as_of) comparison.deciding->as_of = look.data_through;
  }
  return report;
}

}  // namespace

Report conclude(Report findings) {
  set_deciding(findings);
  findings.decision = decide(findings, {});
  findings.calls = calls_of(findings);
  return findings;
}

Report stand(Report report, const std::vector<Standing>& earlier) {
  if (earlier.empty() || report.decision.verdict == Verdict::invalid) return report;
  const auto broken =
      std::ranges::find(earlier, storage::Called::invalid, [](const auto& one) { return one.call.called; });
  if (broken != earlier.end()) {
    report.srm = broken->then.srm;
    report.srm.as_of = broken->call.data_through;
    report.decision = decide(report, {});
    report.decision.call = broken->call;
    return report;
  }
  report.decision = decide(report, earlier);
  const std::vector<JudgedTreatment> treatments = judge(report, earlier);
  std::vector<const storage::Call*> standing;
  for (const JudgedTreatment& treatment : treatments) standing.push_back(treatment.call);
  for (const Standing& one : earlier) {
    if (std::ranges::find(standing, &one.call) != standing.end()) show_then(report, one);
  }
  return report;
}

Report close(Report report, Report then, const storage::Look& look) {
  if (is_urgent(report)) return report;
  then.decision.reasons.push_back(
      fmt::format("The plan ended with the look at {} units, data through {}. What came later is shown, and decides "
                  "nothing.",
                  look.units, to_string(look.data_through)));
  return decided_by(std::move(report), then, look);
}

Report as_recorded(Report report, Report then, const storage::Look& look) {
  if (is_urgent(report)) return report;
  then.decision.reasons.push_back(fmt::format(
      "This is what the last recorded look decides, at {} units, data through {}. What came later is shown, "
      "and decides nothing before the next look.",
      look.units, to_string(look.data_through)));
  then.plan->as_of = look.data_through;
  report = decided_by(std::move(report), then, look);
  for (MetricReport& metric : report.metrics) {
    for (Comparison& comparison : metric.comparisons) {
      if (const Comparison* const decided = same_in(then, metric, comparison)) comparison.deciding = decided->deciding;
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
