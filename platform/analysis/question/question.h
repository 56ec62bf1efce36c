#pragma once

#include <set>
#include <string_view>
#include <vector>

#include "platform/analysis/question/metric_set.h"
#include "platform/analysis/question/options.h"
#include "platform/core/configuration.h"
#include "platform/core/ids.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::analysis {

// What a run asks the store: all metrics of all experiments, so that one pass over it answers everything.
struct Question {
  MetricSet metrics;
  storage::AggregateQuery query;
};

// Throws Error for a metric or dimension that nobody has, with the nearest known name.
Question question_of(const Configuration& configuration, const AnalyzeOptions& options,
                     const storage::EventStore& store);

// The answer in the order of the configuration, then what only the store knows. An experiment of the configuration
// that the store does not know is an empty one. Throws Error for one that neither knows, with the nearest known name.
std::vector<storage::ExperimentAggregate> answer_of(const Question& question, const Configuration& configuration,
                                                    const storage::EventStore& store);

// Whom its `overrides` name; nobody where it is not configured.
std::set<UnitId> overridden_in(const Experiment* configured);

// nullptr: only the store knows it.
const Experiment* find_configured(const Configuration& configuration, std::string_view key);

// Of an experiment that only the store knows: as if it named the primary metric and took the others as secondary ones.
MetricRoles default_roles();

}  // namespace crossfade::analysis
