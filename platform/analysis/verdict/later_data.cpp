#include "platform/analysis/verdict/later_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "platform/analysis/report/facts.h"
#include "platform/analysis/report/wording.h"
#include "platform/analysis/verdict/deciding.h"

namespace crossfade::analysis {

namespace {

void warn(Health& health, const std::string& text, bool serious) {
  health.warnings.push_back(text);
  health.data_warnings.push_back(text);
  if (serious) health.serious_warnings.push_back(text);
}

const Comparison* comparison_of(const MetricReport& metric, const std::string& variant) {
  const auto found = std::ranges::find(metric.comparisons, variant, &Comparison::variant);
  return found != metric.comparisons.end() ? &*found : nullptr;
}

// By a single look at all data, after CUPED where that decides.
void warn_of_primary(Report& report, const Comparison& today) {
  const MetricReport& metric = report.metrics.front();
  const bool adjusted = today.adjusted && today.adjusted->effect && mode_of(report) != SequentialMode::group_sequential;
  const std::optional<double>& effect = adjusted ? today.adjusted->effect : today.effect;
  const std::optional<double>& p = adjusted ? today.adjusted->p_value : today.p_value;
  if (!effect || !p) return;
  const bool better = is_better(*effect, metric.direction);
  if (better && *p < decision_alpha(report)) return;
  const int decimals = decimals_for(today.standard_error.value_or(0), *effect);
  warn(report.health,
       fmt::format("{} won by the data through {}; by all data its effect on {} is {} ({}): see the effect over time "
                   "before it is shipped.",
                   today.variant, to_string(*today.deciding->as_of), metric.metric, signed_number(*effect, decimals),
                   p_statement(*p)),
       !better);
}

void warn_of_guardrail(Report& report, const MetricReport& metric, const Comparison& today) {
  if (!today.lift) return;
  const double loss = metric.direction == Direction::decrease ? *today.lift : -*today.lift;
  if (!(loss > *metric.margin)) return;
  warn(report.health,
       fmt::format("By all data {} loses {} of guardrail {}, more than its margin of {}.", today.variant, share(loss),
                   metric.metric, share(*metric.margin)),
       true);
}

}  // namespace

void warn_of_later_data(Report& report) {
  if (report.decision.verdict != Verdict::ship) return;
  const Comparison* const shipped = comparison_of(report.metrics.front(), report.decision.variant);
  if (shipped == nullptr || !shipped->deciding || !shipped->deciding->as_of) return;
  warn_of_primary(report, *shipped);
  for (const MetricReport& metric : report.metrics) {
    if (!metric.margin) continue;
    if (const Comparison* const today = comparison_of(metric, report.decision.variant)) {
      warn_of_guardrail(report, metric, *today);
    }
  }
}

}  // namespace crossfade::analysis
