#include "platform/analysis/findings/findings.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>

#include "platform/analysis/findings/balance.h"
#include "platform/analysis/findings/distributions.h"
#include "platform/analysis/findings/health.h"
#include "platform/analysis/findings/interactions.h"
#include "platform/analysis/findings/metric_report.h"
#include "platform/analysis/findings/multiplicity.h"
#include "platform/analysis/findings/sides.h"
#include "platform/analysis/planning/planned_size.h"
#include "platform/analysis/planning/population.h"
#include "platform/analysis/planning/progress.h"
#include "platform/analysis/question/question.h"
#include "platform/analysis/question/served_otherwise.h"
#include "platform/analysis/question/unused_events.h"
#include "platform/analysis/report/facts.h"

namespace crossfade::analysis {

namespace {

Provenance provenance_of(const ExperimentData& data, const FindingOptions& run) {
  Provenance provenance;
  provenance.program = run.options.program;
  std::ranges::copy_if(run.runs, std::back_inserter(provenance.runs), [&](const Run& one) {
    // An import has a time of its own, later than what it brought.
    const bool is_import = one.configuration.empty();
    const bool too_late = run.options.until && one.since >= *run.options.until && !is_import;
    return !too_late && (!one.alone || *one.alone == data.key);
  });
  if (provenance.runs.size() > kMostRuns) {
    provenance.earlier_runs = static_cast<std::int64_t>(provenance.runs.size() - kMostRuns);
    provenance.runs.erase(provenance.runs.begin(), provenance.runs.end() - kMostRuns);
  }
  std::ranges::copy_if(run.files, std::back_inserter(provenance.files),
                       [&](const ServedFile& one) { return !run.options.until || one.since < *run.options.until; });
  if (provenance.files.size() > kMostServedFiles) {
    provenance.earlier_files = static_cast<std::int64_t>(provenance.files.size() - kMostServedFiles);
    provenance.files.erase(provenance.files.begin(), provenance.files.end() - kMostServedFiles);
  }
  return provenance;
}

// The last sessions of a simulated day are logged after midnight: they wait for a listener who is busy, and begin with
// a track that is heard.
constexpr std::int64_t kSimulatedSpillMs = 3'600'000;

// A table knows no days.
int minimum_days_of(const ExperimentData& data, const FindingOptions& run) {
  if (run.configuration == nullptr) return 0;
  const bool planned = data.configured != nullptr && data.configured->plan;
  return planned ? data.configured->plan->duration_days.value_or(run.configuration->minimum_days)
                 : run.configuration->minimum_days;
}

bool waits_for_days(const Report& report) {
  return report.health.days < report.health.minimum_days && !ended(report) && !is_simulated(report);
}

void describe(Report& report, const ExperimentData& data, const FindingOptions& run) {
  report.experiment = data.key;
  if (data.configured != nullptr) {
    report.hypothesis = data.configured->hypothesis;
    report.owner = data.configured->owner;
    report.decided = data.configured->decided;
  }
  report.status = data.configured != nullptr ? to_string(data.configured->status) : "imported";
  report.version = data.version;
  report.control = data.variants.empty() ? "" : data.control().key;
  report.confidence_level = run.confidence_level;
  report.configured_confidence_level = run.configured_level;
  report.until = run.options.until;
  report.as_configured = run.options.control.empty() && run.options.cuped;
  report.lift_method = run.options.lift;
  report.provenance = provenance_of(data, run);
  report.data_through = data.data_through;
  report.ended = data.ended;
  if (run.configuration != nullptr) {
    for (const Dimension& dimension : all_dimensions(*run.configuration)) report.dimensions.push_back(dimension.name);
  } else {
    report.dimensions = run.options.by;
  }
  for (const VariantData& variant : data.variants) report.units.push_back({variant.key, variant.units});
  report.multiple_variants = data.multiple_variants;
  report.overrides = data.overridden;
  report.srm = sample_ratio(data.variants, data.equal_weights_assumed, has_ended(data));
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
  const auto data_end = closing != nullptr ? std::optional(Timestamp{saturated_sum(closing->look.data_through.ms, 1)})
                                           : run.options.until;
  report.health.configuration_changes = changes_during(data, run.options.configuration_changes, data_end);
  if (run.store != nullptr) {
    report.health.served_otherwise = served_otherwise(data, run.options.displacements, *run.store, data_end);
  }
  if (is_simulated(report)) report.health.days = days_of(data, kSimulatedSpillMs);
  report.health.minimum_days = minimum_days_of(data, run);
  if (closing != nullptr) report.health.days = closing->days;
  report.health.waits_for_days = waits_for_days(report);
  std::optional<Progress> progress;
  if (data.plan && !data.variants.empty()) {
    const Plan& plan = *data.plan;
    // What is shown does not change the plan: neither the level of its intervals, nor what came after its end.
    const std::vector<Sample> samples = samples_of(data.variants, definition, primary, 1 - run.configured_level);
    const auto through = closing != nullptr ? std::optional(closing->look.data_through) : run.options.until;
    const Sizing sizing =
        planned_size_of(plan, data, definition, samples, cuped_gain(samples), run.planned_sizes, through);
    // The past is told as it would have been; nobody can look any more at what has ended.
    const bool is_look = run.options.is_look || run.options.until || report.status != "running";
    progress = progress_of(plan, data, sizing, looks, closing != nullptr ? &closing->look : nullptr, is_look);
    report.plan = progress->report;
  }
  const MetricReportOptions options{.confidence_level = run.confidence_level,
                                    .alpha = decision_alpha(report),
                                    .lift = run.options.lift,
                                    .cuped = run.options.cuped,
                                    .prior = run.configuration != nullptr ? run.configuration->prior : LiftPrior{},
                                    .progress = progress ? &*progress : nullptr,
                                    .sequence_only = run.sequence_only};
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
                               .limits = data.limits.empty() ? storage::MetricLimits{} : data.limits[metric.position],
                               .ended = data.ended,
                               .paused = data.paused,
                               .overridden = overridden_in(data.configured)});
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
  if (data.configured != nullptr && report.plan && report.plan->planned_units) {
    const std::string few = too_few_listeners(*data.configured, report.provenance.runs, *report.plan->planned_units);
    if (!few.empty()) report.health.data_warnings.push_back(few);
  }
  if (run.configuration != nullptr && run.store != nullptr && closing == nullptr && !run.sequence_only) {
    std::ranges::move(unused_events(*run.configuration, *run.store), std::back_inserter(report.health.data_warnings));
  }
  report.health.warnings = report.health.data_warnings;
  add_warnings(report);
  return report;
}

}  // namespace crossfade::analysis
