#include "platform/analysis/report/facts.h"

#include <fmt/format.h>

#include <algorithm>

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

bool ended(const Report& report) {
  return report.status == "stopped" || report.status == "imported";
}

std::string missing_days(const Report& report) {
  const Health& health = report.health;
  if (health.days >= health.minimum_days) return "";
  return fmt::format("{} of {} days", health.days, health.minimum_days);
}

SequentialMode mode_of(const Report& report) {
  return report.plan ? report.plan->plan.mode : SequentialMode::always_valid;
}

}  // namespace crossfade::analysis
