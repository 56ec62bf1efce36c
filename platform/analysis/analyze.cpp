#include "platform/analysis/analyze.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "platform/analysis/arrange.h"
#include "platform/analysis/decide.h"
#include "platform/analysis/distributions.h"
#include "platform/analysis/health.h"
#include "platform/analysis/metric_report.h"
#include "platform/analysis/metric_set.h"
#include "platform/analysis/multiplicity.h"
#include "platform/analysis/progress.h"
#include "platform/analysis/traffic_report.h"
#include "platform/core/error.h"
#include "platform/storage/metric_sql.h"

namespace crossfade::analysis {

namespace {

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
  const std::string near = nearest_name(name, known);
  if (!near.empty()) return fmt::format("did you mean \"{}\"?", near);
  return known.empty() ? "there is none" : fmt::format("known: {}", fmt::join(known, ", "));
}

// An experiment that only the store knows is read like one that names the primary metric and takes the others as
// secondary ones.
MetricRoles default_roles() {
  MetricRoles roles;
  for (const MetricDefinition& metric : standard_metrics()) {
    if (metric.name != roles.primary) roles.secondary.push_back(metric.name);
  }
  return roles;
}

// What all reports of a run have in common.
struct Run {
  const MetricSet& metrics;
  const AnalyzeOptions& options;
  const Configuration* configuration = nullptr;  // none: a table
  double confidence_level = 0.95;
};

void describe(Report& report, const ExperimentData& data, const Run& run) {
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

// The last look of a plan, decided on its own data after more have come in.
struct Closing {
  const storage::Look& look;
  int days = 0;  // of the experiment until today, which a decision may wait for
};

Report report_of(const ExperimentData& data, const MetricRoles& roles, const std::vector<storage::Look>& looks,
                 const Run& run, const Closing* closing = nullptr) {
  const std::vector<PlannedMetric> planned = run.metrics.planned(roles, run.options.metrics);
  Report report;
  describe(report, data, run);
  const std::size_t primary = planned.front().position;
  const MetricDefinition& definition = run.metrics[primary];
  report.health = health_of(data, definition.name, primary, run.metrics.session_budget());
  report.health.configuration_changes = changes_during(data, run.options.configuration_changes, run.options.until);
  if (run.configuration == nullptr) report.health.minimum_days = 0;  // a table knows no days
  if (closing != nullptr) report.health.days = closing->days;
  std::optional<Progress> progress;
  if (data.configured != nullptr && data.configured->plan && !data.variants.empty()) {
    const Sample control = sample_of(definition, data.control().metrics[primary], 1 - run.confidence_level);
    progress = progress_of(*data.configured->plan, data, control, looks, closing != nullptr ? &closing->look : nullptr);
    report.plan = progress->report;
  }
  const MetricReportOptions options{.confidence_level = run.confidence_level,
                                    .lift = run.options.lift,
                                    .cuped = run.options.cuped,
                                    .prior = run.configuration != nullptr ? run.configuration->prior : LiftPrior{},
                                    .progress = progress ? &*progress : nullptr};
  for (const PlannedMetric& metric : planned) {
    report.metrics.push_back(metric_report(data, run.metrics, metric, options));
    if (run.configuration == nullptr || data.units() == 0) continue;
    report.metrics.back().sql =
        storage::metric_sql(run.metrics[metric.position],
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
  report.decision = decide(report);
  return report;
}

// What the plan's last look found stands; later data are shown, and decide nothing but harm.
void close(Report& report, Report then, const storage::Look& look) {
  if (report.decision.verdict == Verdict::invalid || report.decision.verdict == Verdict::stop_harm) return;
  then.decision.reasons.push_back(
      fmt::format("The plan ended with the look at {} units, data through {}. What came later is shown, and decides "
                  "nothing.",
                  look.units, to_string(look.data_through)));
  report.decision = std::move(then.decision);
  std::vector<Comparison>& primary = report.metrics.front().comparisons;
  for (std::size_t i = 0; i < primary.size(); ++i) {
    primary[i].group_sequential = std::move(then.metrics.front().comparisons[i].group_sequential);
  }
  report.plan = std::move(then.plan);
}

void show_only(Report& report, const std::vector<std::string>& metrics) {
  if (metrics.empty()) return;
  std::erase_if(report.metrics,
                [&](const MetricReport& metric) { return std::ranges::find(metrics, metric.metric) == metrics.end(); });
}

// Days since exposure that are shown at most.
constexpr int kMostDays = 28;

std::vector<Dimension> dimensions_of(const Configuration& configuration, const std::vector<std::string>& names) {
  const std::vector<Dimension> known = all_dimensions(configuration);
  std::vector<Dimension> dimensions;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(known, name, &Dimension::name);
    if (found == known.end()) {
      std::vector<std::string> all;
      for (const Dimension& dimension : known) all.push_back(dimension.name);
      throw Error::user(fmt::format("no dimension \"{}\"; {}", name, suggestion(name, all)));
    }
    dimensions.push_back(*found);
  }
  return dimensions;
}

// All metrics of all experiments, so that one pass over the store answers everything.
storage::AggregateQuery query_of(const Configuration& configuration, const MetricSet& metrics,
                                 const AnalyzeOptions& options) {
  storage::AggregateQuery query;
  query.experiments = options.experiments;
  query.metrics = metrics.query();
  query.dimensions = dimensions_of(configuration, options.by);
  query.until = options.until;
  for (const Experiment& experiment : configuration.experiments) {
    if (options.interactions && experiment.status == Status::running) query.overlaps.push_back(experiment.key);
  }
  return query;
}

const Experiment* find_configured(const Configuration& configuration, std::string_view key) {
  const auto found = std::ranges::find(configuration.experiments, key, &Experiment::key);
  return found == configuration.experiments.end() ? nullptr : &*found;
}

[[noreturn]] void throw_unknown(std::string_view key, const Configuration& configuration,
                                const storage::EventStore& store) {
  std::set<std::string> known;
  for (const Experiment& experiment : configuration.experiments) known.insert(experiment.key);
  for (const storage::ExperimentAggregate& seen : store.aggregate({})) known.insert(seen.experiment);
  throw Error::unknown(fmt::format("no experiment \"{}\" in the configuration or the store; {}", key,
                                   suggestion(key, {known.begin(), known.end()})));
}

// The version of an experiment whose first day had not come at the time that was asked for.
std::optional<int> later_version(const std::string& experiment, const storage::EventStore& store) {
  storage::AggregateQuery query;
  query.experiments = {experiment};
  const storage::ExperimentAggregate whole = store.aggregate(query).front();
  if (whole.variants.empty()) return std::nullopt;
  return whole.version;
}

// What the store knows, in the order of the configuration, with empty ones where it knows nothing; then the others.
std::vector<storage::ExperimentAggregate> in_order(std::vector<storage::ExperimentAggregate> seen,
                                                   const Configuration& configuration, bool all) {
  std::vector<storage::ExperimentAggregate> ordered;
  for (const Experiment& experiment : configuration.experiments) {
    const auto found = std::ranges::find(seen, experiment.key, &storage::ExperimentAggregate::experiment);
    if (found != seen.end()) {
      ordered.push_back(std::move(*found));
      seen.erase(found);
    } else if (all) {
      storage::ExperimentAggregate unseen;
      unseen.experiment = experiment.key;
      unseen.version = experiment.version;
      ordered.push_back(std::move(unseen));
    }
  }
  std::ranges::move(seen, std::back_inserter(ordered));
  return ordered;
}

}  // namespace

std::vector<Report> analyze(const Configuration& configuration, const storage::EventStore& store,
                            const AnalyzeOptions& options) {
  const MetricSet metrics = MetricSet::of_store(configuration, options.metrics,
                                                {.days = options.by_day ? kMostDays : 0,
                                                 .session_times = options.distributions,
                                                 .deciding_only = options.deciding_only});
  const storage::AggregateQuery query = query_of(configuration, metrics, options);
  std::vector<storage::ExperimentAggregate> aggregates = store.aggregate(query);
  for (storage::ExperimentAggregate& aggregate : aggregates) {
    const Experiment* configured = find_configured(configuration, aggregate.experiment);
    if (!aggregate.variants.empty() || aggregate.multiple_variants > 0) continue;
    if (configured != nullptr) {
      aggregate.version = configured->version;  // nobody was seen in any
    } else if (const auto version = options.until ? later_version(aggregate.experiment, store) : std::nullopt) {
      aggregate.version = *version;
    } else {
      throw_unknown(aggregate.experiment, configuration, store);
    }
  }
  const std::vector<storage::Look> looks = store.looks();
  const Run run{.metrics = metrics,
                .options = options,
                .configuration = &configuration,
                .confidence_level = options.confidence_level.value_or(configuration.confidence_level)};
  std::vector<Report> reports;
  for (const auto& aggregate : in_order(std::move(aggregates), configuration, options.experiments.empty())) {
    const Experiment* configured = find_configured(configuration, aggregate.experiment);
    const ExperimentData data = arrange(configured, aggregate, options.control, query.metrics.size());
    std::vector<storage::Look> own;
    std::ranges::copy_if(looks, std::back_inserter(own), [&](const storage::Look& look) {
      return look.experiment == data.key && look.version == data.version &&
             (!options.until || look.data_through < *options.until);
    });
    const MetricRoles roles = configured != nullptr ? configured->metrics : default_roles();
    Report& report = reports.emplace_back(report_of(data, roles, own, run));
    if (const storage::Look* closing = report.plan ? closing_look(*report.plan, data, own) : nullptr) {
      storage::AggregateQuery as_of = query;
      as_of.experiments = {data.key};
      as_of.until = Timestamp{closing->data_through.ms + 1};
      const ExperimentData then =
          arrange(configured, store.aggregate(as_of).front(), options.control, query.metrics.size());
      const std::vector<storage::Look> up_to_closing(own.begin(), own.begin() + (closing - own.data()) + 1);
      const Closing last{.look = *closing, .days = report.health.days};
      close(report, report_of(then, roles, up_to_closing, run, &last), *closing);
    }
    if (options.traffic && data.units() > 0) {
      report.traffic = traffic_report(data, store.traffic({.experiment = data.key, .until = options.until}),
                                      configuration, run.confidence_level);
    }
    show_only(reports.back(), options.metrics);
  }
  return reports;
}

Report analyze_table(const storage::ExperimentAggregate& aggregate, const TableMetrics& metrics,
                     const AnalyzeOptions& options) {
  const MetricSet set(metrics.metrics);
  const Run run{.metrics = set,
                .options = options,
                .configuration = nullptr,
                .confidence_level = options.confidence_level.value_or(0.95)};
  const ExperimentData data = arrange(nullptr, aggregate, options.control, metrics.metrics.size());
  Report report = report_of(data, metrics.roles, {}, run);
  show_only(report, options.metrics);
  return report;
}

void record_looks(const std::vector<Report>& reports, Timestamp now, storage::EventStore& store) {
  for (const Report& report : reports) {
    if (report.status != "running" || !report.plan || !report.data_through) continue;
    store.record_look({.experiment = report.experiment,
                       .version = report.version,
                       .at = now,
                       .units = exposed_units(report),
                       .data_through = *report.data_through});
  }
}

}  // namespace crossfade::analysis
