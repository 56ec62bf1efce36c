#include "platform/analysis/question/question.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "platform/core/error.h"

namespace crossfade::analysis {

namespace {

// Days since exposure that are shown at most.
constexpr int kMostDays = 28;

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
  const std::string near = nearest_name(name, known);
  if (!near.empty()) return fmt::format("did you mean \"{}\"?", near);
  return known.empty() ? "there is none" : fmt::format("known: {}", fmt::join(known, ", "));
}

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

[[noreturn]] void throw_unknown_experiment(std::string_view key, const Configuration& configuration,
                                           const std::vector<std::string>& seen) {
  std::set<std::string> known(seen.begin(), seen.end());
  for (const Experiment& experiment : configuration.experiments) known.insert(experiment.key);
  throw Error::unknown(fmt::format("no experiment \"{}\" in the configuration or the store; {}", key,
                                   suggestion(key, {known.begin(), known.end()})));
}

// Before anything is read: a name that nobody has must not cost a pass over the store.
void require_known(const std::vector<std::string>& keys, const Configuration& configuration,
                   const storage::EventStore& store) {
  std::optional<std::vector<std::string>> seen;
  for (const std::string& key : keys) {
    if (find_configured(configuration, key) != nullptr) continue;
    if (!seen) seen = store.known_experiments();
    if (std::ranges::find(*seen, key) == seen->end()) throw_unknown_experiment(key, configuration, *seen);
  }
}

// The version of an experiment whose first day had not come at the time that was asked for.
std::optional<int> later_version(const std::string& experiment, const storage::EventStore& store) {
  storage::AggregateQuery query;
  query.experiments = {experiment};
  const storage::ExperimentAggregate whole = store.aggregate(query).front();
  if (whole.variants.empty()) return std::nullopt;
  return whole.version;
}

// A service that recommends by itself, and logs no tracks: what everybody gets who plays tracks says nothing of it.
bool only_own_metrics(const Configuration& configuration, const storage::EventStore& store) {
  if (configuration.experiments.empty() || !configuration.recommenders.empty()) return false;
  bool any_track = false;
  store.visit_listens([&any_track](const UnitId&, const Listen&) {
    any_track = true;
    return false;
  });
  if (any_track) return false;
  // Those that only the store knows are judged by what everybody gets.
  return std::ranges::all_of(store.known_experiments(), [&configuration](const std::string& key) {
    return find_configured(configuration, key) != nullptr;
  });
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

Question question_of(const Configuration& configuration, const AnalyzeOptions& options,
                     const storage::EventStore& store) {
  Question question{.metrics = MetricSet::of_store(configuration, options.metrics,
                                                   {.days = options.by_day ? kMostDays : 0,
                                                    .trend_days = options.trend ? kTrendDays : 0,
                                                    .session_times = options.distributions,
                                                    .deciding_only = options.deciding_only,
                                                    .own_metrics = only_own_metrics(configuration, store)}),
                    .query = {}};
  storage::AggregateQuery& query = question.query;
  query.experiments = options.experiments;
  query.metrics = question.metrics.query();
  query.together = question.metrics.days();
  query.dimensions = dimensions_of(configuration, options.by);
  query.until = options.until;
  for (const Experiment& experiment : configuration.experiments) {
    if (!experiment.overrides.empty()) query.overridden[experiment.key] = overridden_in(&experiment);
    if (options.interactions && experiment.status == Status::running) query.overlaps.push_back(experiment.key);
  }
  return question;
}

std::vector<storage::ExperimentAggregate> answer_of(const Question& question, const Configuration& configuration,
                                                    const storage::EventStore& store) {
  require_known(question.query.experiments, configuration, store);
  std::vector<storage::ExperimentAggregate> aggregates = store.aggregate(question.query);
  for (storage::ExperimentAggregate& aggregate : aggregates) {
    if (!aggregate.variants.empty() || aggregate.multiple_variants > 0) continue;
    if (const Experiment* configured = find_configured(configuration, aggregate.experiment)) {
      aggregate.version = configured->version;  // nobody was seen in any
    } else if (const auto version = question.query.until ? later_version(aggregate.experiment, store) : std::nullopt) {
      aggregate.version = *version;
    } else {  // it went while we asked
      throw_unknown_experiment(aggregate.experiment, configuration, store.known_experiments());
    }
  }
  return in_order(std::move(aggregates), configuration, question.query.experiments.empty());
}

std::set<UnitId> overridden_in(const Experiment* configured) {
  std::set<UnitId> units;
  if (configured == nullptr) return units;
  for (const Override& one : configured->overrides) units.insert(UnitId{one.unit});
  return units;
}

const Experiment* find_configured(const Configuration& configuration, std::string_view key) {
  const auto found = std::ranges::find(configuration.experiments, key, &Experiment::key);
  return found == configuration.experiments.end() ? nullptr : &*found;
}

MetricRoles default_roles() {
  MetricRoles roles;
  for (const MetricDefinition& metric : standard_metrics()) {
    if (metric.name != roles.primary) roles.secondary.push_back(metric.name);
  }
  return roles;
}

}  // namespace crossfade::analysis
