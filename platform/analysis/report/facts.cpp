#include "platform/analysis/report/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "platform/analysis/report/wording.h"

namespace crossfade::analysis {

std::int64_t exposed_units(const Report& report) {
  std::int64_t exposed = 0;
  for (const VariantUnits& variant : report.units) exposed += variant.units;
  return exposed;
}

double multiple_variants_share(const Report& report) {
  const std::int64_t exposed = exposed_units(report) + report.multiple_variants;
  return exposed == 0 ? 0 : static_cast<double>(report.multiple_variants) / static_cast<double>(exposed);
}

bool not_measured(const MetricReport& metric) {
  return std::ranges::all_of(metric.variants, [](const VariantSummary& variant) { return variant.n == 0; });
}

bool does_not_vary(const MetricReport& metric) {
  const auto& first = metric.variants.front().mean;
  return first && std::ranges::all_of(metric.variants, [&](const VariantSummary& variant) {
           return variant.mean == first && variant.standard_deviation == 0.0;
         });
}

bool ended(const Report& report) {
  return report.status == "stopped" || report.status == "imported";
}

std::string missing_days(const Report& report) {
  const Health& health = report.health;
  if (!health.waits_for_days) return "";
  return fmt::format("{} of {} days", health.days, health.minimum_days);
}

std::string few_days(const Report& report) {
  const Health& health = report.health;
  if (health.waits_for_days || health.days == 0 || health.days >= health.minimum_days) return "";
  return health.days == 1 ? "one day of data only" : fmt::format("{} days of data only", health.days);
}

bool is_simulated(const Report& report) {
  return clock_of(report.provenance) == RunClock::simulated;
}

const ConfigurationChange* first_swap(const Report& report) {
  const auto& changes = report.health.configuration_changes;
  const auto found = std::ranges::find(changes, true, &ConfigurationChange::treatment);
  return found == changes.end() ? nullptr : &*found;
}

std::string decided_words(const Report& report) {
  if (!report.decided) {
    return report.status == "stopped" ? "nothing: units get again what they got before it" : "";
  }
  const Decided& decided = *report.decided;
  std::string text = fmt::format("{}, on {}", decided.variant, date(decided.on));
  if (!decided.why.empty()) text += ": " + decided.why;
  if (!decided.learned.empty()) text += fmt::format("{} Learned: {}", text.ends_with('.') ? "" : ".", decided.learned);
  return text;
}

bool surely_changes(const EffectTrend& trend) {
  constexpr double sure = 0.001;
  return trend.slope && trend.adjusted_p_value && *trend.adjusted_p_value < sure && trend.first && trend.last;
}

std::string trend_words(const EffectTrend& trend) {
  const double before = *trend.first->effect;
  const bool falls = (before < 0) != (*trend.slope < 0);
  const int decimals = decimals_for(trend.slope_standard_error.value_or(0), *trend.slope);
  const auto of_day = [](const DailyEffect& day) {
    return signed_number(*day.effect, decimals_for(day.standard_error.value_or(0), *day.effect));
  };
  return fmt::format("{} by {} a day ({}): {} on day {} since exposure, {} on day {}", falls ? "falls" : "grows",
                     number(std::abs(*trend.slope), decimals), p_statement(*trend.adjusted_p_value),
                     of_day(*trend.first), trend.first->day, of_day(*trend.last), trend.last->day);
}

std::string caution_of(const Report& report) {
  const Health& health = report.health;
  if (health.grade() == HealthGrade::ok || report.decision.verdict == Verdict::invalid) return "";
  const std::string all = counted(health.warnings.size(), "warning", "warnings");
  const std::size_t serious = health.serious_warnings.size();
  if (serious == 0) return fmt::format("but look at {} first", all);
  if (serious == health.warnings.size())
    return fmt::format("but look at {} first", counted(serious, "serious warning", "serious warnings"));
  return fmt::format("but look at {} first, {} of them serious", all, serious);
}

double decision_alpha(const Report& report) {
  return report.plan ? report.plan->plan.alpha : 1 - report.configured_confidence_level;
}

SequentialMode mode_of(const Report& report) {
  return report.plan ? report.plan->plan.mode : SequentialMode::always_valid;
}

}  // namespace crossfade::analysis
