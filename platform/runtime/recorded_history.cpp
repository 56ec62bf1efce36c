#include "platform/runtime/recorded_history.h"

#include <algorithm>
#include <iterator>

#include "platform/config/history.h"
#include "platform/core/error.h"
#include "platform/runtime/load.h"

namespace crossfade::runtime {

RecordedHistory::RecordedHistory(const storage::EventStore& store) {
  for (storage::StoredConfiguration& recorded : store.configurations()) {
    try {
      compare(config::load(recorded.text, "a recorded configuration", known_recommender_types()), recorded.since);
    } catch (const Error&) {
      // See above.
    }
    history_.configurations.push_back(
        {.since = recorded.since, .checksum = std::move(recorded.checksum), .text = std::move(recorded.text)});
  }
}

void RecordedHistory::add(const Configuration& configuration, Timestamp since) {
  auto& recorded = history_.configurations;
  if (!recorded.empty() && recorded.back().checksum == configuration.checksum) return;
  compare(configuration, since);
  recorded.push_back({.since = since, .checksum = configuration.checksum, .text = configuration.text});
}

void RecordedHistory::compare(const Configuration& configuration, Timestamp since) {
  std::ranges::move(config::changes_of(latest_, configuration, since), std::back_inserter(history_.changes));
  latest_ = configuration;
}

}  // namespace crossfade::runtime
