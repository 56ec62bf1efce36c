#include "platform/analysis/withhold.h"

#include <utility>

namespace crossfade::analysis {

namespace {

void withhold(std::vector<Comparison>& comparisons) {
  for (Comparison& comparison : comparisons) {
    Comparison empty;
    empty.variant = std::move(comparison.variant);
    empty.reason = "withheld";
    if (comparison.deciding) empty.deciding.emplace();
    comparison = std::move(empty);
  }
}

}  // namespace

void withhold_effects(Report& report) {
  for (MetricReport& metric : report.metrics) {
    withhold(metric.comparisons);
    metric.segments.clear();
    metric.by_day.clear();
    metric.trend.clear();
  }
  report.interactions.clear();
  report.after_launch.clear();
  if (report.distributions) report.distributions->comparisons.clear();
}

void withhold_invalid(std::vector<Report>& reports) {
  for (Report& report : reports) {
    if (report.decision.verdict != Verdict::invalid) continue;
    withhold_effects(report);
    report.health.warnings.emplace_back("Effects of an invalid experiment are withheld; --force shows them.");
  }
}

}  // namespace crossfade::analysis
