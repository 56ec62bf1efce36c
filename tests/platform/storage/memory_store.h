#pragma once

#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "platform/storage/contract/event_store.h"
#include "platform/storage/contract/unit_table.h"

namespace crossfade::storage {

// The store without a store: everything in memory, gone with the process. Plain and slow to aggregate, O(exposures x
// sessions of the unit); the exact oracle of the others, and what a benchmark compares them with.
class MemoryStore : public EventStore {
 public:
  void append(const EventBatch& batch) override;
  std::vector<UnitTable> unit_tables(const AggregateQuery& query) const override;
  std::string metric_sql(const MetricDefinition& metric, const SqlScope& scope) const override;
  Traffic traffic(const TrafficQuery& query) const override;
  std::vector<EventName> event_names() const override;
  void visit_ids(Timestamp since, const std::function<void(const LoggedId&)>& visit) const override;
  void visit_exposures(const std::function<void(const Exposure&)>& visit) const override;
  void visit_units(const std::function<void(const UnitId&, const std::string&)>& visit) const override;
  UnitHistory unit_history(const UnitId& unit, const UnitHistoryLimits& limits) const override;
  std::vector<OpenSession> open_sessions() const override;
  void visit_listens(const std::function<bool(const UnitId&, const Listen&)>& visit) const override;
  SessionId last_session() const override;
  std::optional<Timestamp> last_playback() const override;
  void record_configuration(const StoredConfiguration& configuration) override;
  std::vector<StoredConfiguration> configurations() const override;
  std::vector<ServedFile> served_files() const override;
  void end_experiments(const std::vector<ExperimentEnd>& ends) override;
  std::vector<ExperimentEnd> experiment_ends() const override;
  void record_run(const Run& run) override;
  std::vector<Run> runs() const override;
  void record_look(const Look& look) override;
  std::vector<Look> looks() const override;
  void record_planned_size(const PlannedSize& size) override;
  std::vector<PlannedSize> planned_sizes() const override;
  void record_call(const Call& call) override;
  std::vector<Call> calls() const override;
  std::int64_t exclude(const Exclusion& exclusion) override;
  void undo_exclusion(std::int64_t id, Timestamp at) override;
  std::vector<Exclusion> exclusions() const override;
  void import(const std::vector<ImportedFile>& files, const std::function<bool(EventBatch&)>& next_batch) override;
  std::vector<ImportedFile> imports() const override;

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

  std::vector<Exposure> sorted_exposures() const;  // mutex_ is held
  // What analyses count: all but what is excluded. mutex_ is held.
  struct Counted {
    std::vector<Exposure> exposures;
    std::vector<Session> sessions;
    std::vector<Playback> playbacks;
    std::vector<CustomEvent> events;
  };
  Counted counted() const;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::vector<Playback> playbacks_;
  std::vector<Session> sessions_;
  std::set<SessionId> ended_;
  std::map<ExposureKey, Exposure> exposures_;
  std::vector<CustomEvent> events_;
  std::vector<LoggedId> ids_;
  std::vector<StoredConfiguration> configurations_;
  std::map<std::pair<std::string, int>, Timestamp> ends_;  // of each experiment and version
  std::vector<Run> runs_;
  std::vector<Look> looks_;
  std::vector<PlannedSize> planned_sizes_;
  std::vector<Call> calls_;
  std::vector<Exclusion> exclusions_;
  std::vector<ImportedFile> imports_;
};

}  // namespace crossfade::storage
