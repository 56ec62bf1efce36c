#include "platform/analysis/findings/findings.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "platform/analysis/findings/balance.h"
#include "platform/analysis/findings/distributions.h"
#include "platform/analysis/findings/health.h"
#include "platform/analysis/findings/interactions.h"
#include "platform/analysis/findings/metric_report.h"
#include "platform/analysis/findings/multiplicity.h"
#include "platform/analysis/findings/progress.h"

namespace crossfade::analysis {

namespace {

void describe(Report& report, const ExperimentData& data, const FindingOptions& run) {
  report.experiment = data.key;
  if (data.configured != nullptr) {
    report.hypothesis = data.configured->hypothesis;
    report.owner = data.configured->owner;
  }
  report.status = data.configured != nullptr ? to_string(data.configured->status) : "imported";
  report.version = data.version;
  report.control = data.variants.empty() ? "" : data.control().key;
  report.confidence_level = run.confidence_level;
  if (run.configuration != nullptr) report.configured_confidence_level = run.configuration->confidence_level;
  report.until = run.options.until;
  report.lift_method = run.options.lift;
  report.data_through = data.data_through;
  if (run.configuration != nullptr) {
    for (const Dimension& dimension : all_dimensions(*run.configuration)) report.dimensions.push_back(dimension.name);
  }
  for (const VariantData& variant : data.variants) report.units.push_back({variant.key, variant.units});
  report.multiple_variants = data.multiple_variants;
  report.srm = sample_ratio(data.variants, data.equal_weights_assumed);
}

std::int64_t exclusions_in(const storage::EventStore& store) {
  const std::vector<storage::Exclusion> all = store.exclusions();
  return std::ranges::count_if(all, [](const storage::Exclusion& one) { return !one.undone; });
}

}  // namespace

Report findings_of(const ExperimentData& data, const MetricRoles& roles, const std::vector<storage::Look>& looks,
                   const FindingOptions& run, const Closing* closing) {
  const std::vector<PlannedMetric> planned = run.metrics.planned(roles, run.options.metrics);
  Report report;
  describe(report, data, run);
  const std::size_t primary = planned.front().position;
  const MetricDefinition& definition = run.metrics[primary];
  report.health = health_of(data, definition.name, primary, run.metrics.session_budget());
  if (run.store != nullptr) report.health.exclusions = exclusions_in(*run.store);
  report.health.configuration_changes = changes_during(data, run.options.configuration_changes, run.options.until);
  if (run.configuration == nullptr) report.health.minimum_days = 0;  // a table knows no days
  if (closing != nullptr) report.health.days = closing->days;
  std::optional<Progress> progress;
  if (data.configured != nullptr && data.configured->plan && !data.variants.empty()) {
    const Sample control = sample_of(definition, data.control().metrics[primary], 1 - run.confidence_level);
    // The past is told as it would have been; nobody can look any more at what has ended.
    const bool is_look = run.options.is_look || run.options.until || report.status != "running";
    progress = progress_of(*data.configured->plan, data, control, looks, closing != nullptr ? &closing->look : nullptr,
                           is_look);
    report.plan = progress->report;
  }
  const MetricReportOptions options{.confidence_level = run.confidence_level,
                                    .lift = run.options.lift,
                                    .cuped = run.options.cuped,
                                    .prior = run.configuration != nullptr ? run.configuration->prior : LiftPrior{},
                                    .progress = progress ? &*progress : nullptr};
  for (const PlannedMetric& metric : planned) {
    report.metrics.push_back(metric_report(data, run.metrics, metric, options));
    std::int64_t implausible = 0;
    for (const VariantData& variant : data.variants) implausible += variant.metrics[metric.position].implausible_units;
    if (implausible > 0) report.health.implausible.push_back({run.metrics[metric.position].name, implausible});
    if (run.store == nullptr || data.units() == 0) continue;
    report.metrics.back().sql =
        run.store->metric_sql(run.metrics[metric.position],
                              {.experiment = data.key,
                               .version = data.version,
                               .until = run.options.until,
                               .limits = data.limits.empty() ? storage::MetricLimits{} : data.limits[metric.position]});
  }
  if (const auto before = run.metrics.before(primary)) {
    report.health.balance =
        balance_of(data, run.metrics[*before], *before, definition.lookback_days, run.confidence_level);
  }
  if (const auto times = run.metrics.session_times(); times && data.units() > 0) {
    report.distributions = distributions_of(data, *times, run.confidence_level);
  }
  adjust(report.metrics, run.confidence_level);
  if (run.configuration != nullptr) {
    report.interactions = interactions_of(data, definition, primary, *run.configuration, run.confidence_level);
  }
  report.health.data_warnings = data.warnings;
  report.health.warnings = data.warnings;
  std::ranges::move(warnings_of(report), std::back_inserter(report.health.warnings));
  return report;
}

}  // namespace crossfade::analysis
