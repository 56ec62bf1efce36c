#include "platform/runtime/recorded_history.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "platform/config/changes/history.h"
#include "platform/config/changes/treatments.h"
#include "platform/config/experiments/in_time.h"
#include "platform/core/error.h"
#include "platform/runtime/load.h"

namespace crossfade::runtime {

RecordedHistory::RecordedHistory(const storage::EventStore& store) {
  for (storage::StoredConfiguration& recorded : store.configurations()) {
    unread_.clear();
    try {
      Configuration configuration = config::in_time(
          config::load(recorded.text, "a recorded configuration", known_recommender_types(), config::Rules::recorded),
          recorded.since);
      configuration.checksum = recorded.checksum;  // by which changes are told apart, whoever has written the row
      configuration.files = recorded.files;
      compare(configuration, recorded.since);
    } catch (const Error& error) {
      unread_ = error.what();
    }
    history_.configurations.push_back({.since = recorded.since,
                                       .checksum = std::move(recorded.checksum),
                                       .text = std::move(recorded.text),
                                       .files = std::move(recorded.files)});
  }
}

void RecordedHistory::add(const Configuration& configuration, Timestamp since) {
  auto& recorded = history_.configurations;
  if (!recorded.empty() && recorded.back().checksum == configuration.checksum &&
      recorded.back().files == configuration.files) {
    return;
  }
  unread_.clear();
  compare(configuration, since);
  recorded.push_back(
      {.since = since, .checksum = configuration.checksum, .text = configuration.text, .files = configuration.files});
}

void RecordedHistory::compare(const Configuration& configuration, Timestamp since) {
  std::ranges::move(config::changes_of(latest_, configuration, since), std::back_inserter(history_.changes));
  history_.displacements.merge(config::displacements(configuration));
  for (const Experiment& experiment : configuration.experiments) {
    std::set<std::string>& known = history_.variants[experiment.key][experiment.version];
    for (const Variant& variant : experiment.variants) known.insert(variant.key);
  }
  latest_ = configuration;
  past_.follow(configuration, since);
}

std::vector<Fault> RecordedHistory::refused(const Configuration& next, const std::filesystem::path& file) const {
  return config::changes_refused(past_, next, file.string());
}

const Experiment* RecordedHistory::latest_run(std::string_view key) const {
  const config::PastRun* const run = past_.latest(key);
  return run == nullptr ? nullptr : &run->experiment;
}

void RecordedHistory::require_may_follow(const Configuration& next, const std::filesystem::path& file) const {
  auto faults = refused(next, file);
  if (!faults.empty()) throw Error::faults(std::move(faults));
}

std::vector<storage::ExperimentEnd> RecordedHistory::ends() const {
  std::vector<storage::ExperimentEnd> ends;
  for (const config::PastRun& run : past_.all()) {
    if (!run.ended) continue;
    ends.push_back({.experiment = run.experiment.key, .version = run.experiment.version, .at = *run.ended});
  }
  return ends;
}

}  // namespace crossfade::runtime
