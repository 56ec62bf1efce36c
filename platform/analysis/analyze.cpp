#include "platform/analysis/analyze.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "platform/analysis/arrange.h"
#include "platform/analysis/compare.h"
#include "platform/analysis/decide.h"
#include "platform/analysis/health.h"
#include "platform/analysis/standard_metrics.h"
#include "platform/core/error.h"

namespace crossfade::analysis {

namespace {

// A metric of one experiment's report.
struct Planned {
  std::size_t position = 0;  // in the query
  Role role = Role::other;
  std::optional<double> margin = std::nullopt;  // of a guardrail
};

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
  const std::string near = nearest_name(name, known);
  if (!near.empty()) return fmt::format("did you mean \"{}\"?", near);
  return known.empty() ? "there is none" : fmt::format("known: {}", fmt::join(known, ", "));
}

std::size_t metric_position(std::string_view name) {
  const StandardMetric* metric = find_standard_metric(name);
  if (metric == nullptr) {
    throw Error::user(fmt::format("no metric \"{}\"; {}", name, suggestion(name, standard_metric_names())));
  }
  return static_cast<std::size_t>(metric - standard_metrics().data());
}

// An experiment that only the store knows is read like one that names the primary metric and takes the others as
// secondary ones.
MetricRoles default_roles() {
  MetricRoles roles;
  for (const std::string& name : standard_metric_names()) {
    if (name != roles.primary) roles.secondary.push_back(name);
  }
  return roles;
}

// Primary, secondary, guardrails, then the standard metrics that are left. A metric stands once, in its first role; the
// margin of a guardrail counts in any.
std::vector<Planned> plan_metrics(const MetricRoles& roles) {
  std::vector<Planned> planned;
  const auto add = [&](std::size_t position, Role role) -> Planned& {
    const auto found = std::ranges::find(planned, position, &Planned::position);
    if (found != planned.end()) return *found;
    return planned.emplace_back(Planned{.position = position, .role = role});
  };
  add(metric_position(roles.primary), Role::primary);
  for (const std::string& name : roles.secondary) add(metric_position(name), Role::secondary);
  for (const Guardrail& guardrail : roles.guardrails) {
    add(metric_position(guardrail.metric), Role::guardrail).margin = guardrail.margin;
  }
  for (std::size_t position = 0; position < standard_metrics().size(); ++position) add(position, Role::other);
  return planned;
}

MetricReport metric_report(const ExperimentData& data, const Planned& planned, double confidence_level,
                           LiftInterval lift) {
  const StandardMetric& metric = standard_metrics()[planned.position];
  MetricReport report;
  report.metric = metric.query.name;
  report.role = planned.role;
  report.direction = metric.direction;
  report.unit = metric.unit;
  report.definition = metric.definition;
  report.margin = planned.margin;
  for (const VariantData& variant : data.variants) {
    report.variants.push_back(summarise(variant.metrics[planned.position]));
    report.variants.back().variant = variant.key;
  }
  const CompareOptions options{.confidence_level = confidence_level,
                               .lift = lift,
                               .direction = metric.direction,
                               .always_valid = planned.role == Role::primary || planned.margin,
                               .guardrail_margin = planned.margin};
  for (const VariantData& treatment : data.treatments()) {
    report.comparisons.push_back(
        compare(data.control().metrics[planned.position], treatment.metrics[planned.position], options));
    report.comparisons.back().variant = treatment.key;
  }
  if (not_measured(report)) report.note = "not measured";
  return report;
}

Report report_of(const ExperimentData& data, double confidence_level, const AnalyzeOptions& options) {
  const std::vector<Planned> planned =
      plan_metrics(data.configured != nullptr ? data.configured->metrics : default_roles());
  Report report;
  report.experiment = data.key;
  if (data.configured != nullptr) {
    report.hypothesis = data.configured->hypothesis;
    report.owner = data.configured->owner;
  }
  report.status = data.configured != nullptr ? to_string(data.configured->status) : "imported";
  report.version = data.version;
  report.control = data.variants.empty() ? "" : data.control().key;
  report.confidence_level = confidence_level;
  report.lift_method = options.lift;
  report.data_through = data.data_through;
  for (const VariantData& variant : data.variants) report.units.push_back({variant.key, variant.units});
  report.multiple_variants = data.multiple_variants;
  report.srm = sample_ratio(data);
  const std::size_t primary = planned.front().position;
  report.health = health_of(data, standard_metrics()[primary].query.name, primary, standard_metrics().size());
  for (const Planned& metric : planned) {
    report.metrics.push_back(metric_report(data, metric, confidence_level, options.lift));
  }
  adjust(report.metrics, confidence_level);
  report.health.warnings = data.warnings;
  std::ranges::move(warnings_of(report), std::back_inserter(report.health.warnings));
  report.decision = decide(report);
  return report;
}

// All metrics of all experiments, so that one pass over the store answers everything.
storage::AggregateQuery query_of(const AnalyzeOptions& options) {
  storage::AggregateQuery query{.experiments = options.experiments, .metrics = {}, .until = options.until};
  for (const StandardMetric& metric : standard_metrics()) query.metrics.push_back(metric.query);
  query.metrics.push_back(session_budget_metric());
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
  throw Error::user(fmt::format("no experiment \"{}\" in the configuration or the store; {}", key,
                                suggestion(key, {known.begin(), known.end()})));
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
  for (const std::string& metric : options.metrics) metric_position(metric);
  const storage::AggregateQuery query = query_of(options);
  std::vector<storage::ExperimentAggregate> aggregates = store.aggregate(query);
  for (storage::ExperimentAggregate& aggregate : aggregates) {
    const Experiment* configured = find_configured(configuration, aggregate.experiment);
    if (!aggregate.variants.empty() || aggregate.multiple_variants > 0) continue;
    if (configured == nullptr) throw_unknown(aggregate.experiment, configuration, store);
    aggregate.version = configured->version;  // nobody was seen in any
  }
  std::vector<Report> reports;
  for (const auto& aggregate : in_order(std::move(aggregates), configuration, options.experiments.empty())) {
    const Experiment* configured = find_configured(configuration, aggregate.experiment);
    const ExperimentData data = arrange(configured, aggregate, options.control, query.metrics.size());
    Report report = report_of(data, configuration.confidence_level, options);
    if (!options.metrics.empty()) {
      std::erase_if(report.metrics, [&](const MetricReport& metric) {
        return std::ranges::find(options.metrics, metric.metric) == options.metrics.end();
      });
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace crossfade::analysis
