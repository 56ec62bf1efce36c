#pragma once

#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "platform/storage/event_store.h"

namespace crossfade::storage {

// The store without a store: everything in memory, gone with the process. Plain and slow to aggregate, O(exposures x
// sessions of the unit); the exact oracle of the others, and what a benchmark compares them with.
class MemoryStore final : public EventStore {
 public:
  void append(const EventBatch& batch) override;
  std::vector<ExperimentAggregate> aggregate(const AggregateQuery& query) const override;
  std::vector<Exposure> exposures() const override;
  std::vector<OpenSession> open_sessions() const override;
  SessionId last_session() const override;
  std::optional<Timestamp> last_playback() const override;
  void record_configuration(const StoredConfiguration& configuration) override;
  std::vector<StoredConfiguration> configurations() const override;

  // Everything, in the order in which it was appended.
  std::vector<Playback> playbacks() const;
  std::vector<Session> sessions() const;

 private:
  struct ExposureKey {
    std::string experiment;
    int version = 1;
    UnitId unit;
    std::string variant;
    auto operator<=>(const ExposureKey&) const = default;
  };
  ExperimentAggregate aggregate_one(const AggregateQuery& query, const std::string& experiment) const;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::vector<Playback> playbacks_;
  std::vector<Session> sessions_;
  std::set<SessionId> ended_;
  std::map<ExposureKey, Exposure> exposures_;
  std::vector<StoredConfiguration> configurations_;
};

}  // namespace crossfade::storage
