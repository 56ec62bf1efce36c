#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/storage/contract/event_store.h"
#include "platform/storage/contract/unit_table.h"

namespace crossfade::storage {

// Holds nothing and forgets everything: for tests that say of a store only what they need.
class NullStore : public EventStore {
 public:
  void append(const EventBatch&) override {}
  std::vector<UnitTable> unit_tables(const AggregateQuery&) const override { return {}; }
  std::string metric_sql(const MetricDefinition&, const SqlScope&) const override { return ""; }
  Traffic traffic(const TrafficQuery&) const override { return {}; }
  void visit_exposures(const std::function<void(const Exposure&)>& /*visit*/) const override {}
  void visit_units(const std::function<void(const UnitId&, const std::string&)>& /*visit*/) const override {}
  UnitHistory unit_history(const UnitId&, const UnitHistoryLimits&) const override { return {}; }
  std::vector<OpenSession> open_sessions() const override { return {}; }
  void visit_listens(const std::function<bool(const UnitId&, const Listen&)>& /*visit*/) const override {}
  SessionId last_session() const override { return {}; }
  std::optional<Timestamp> last_playback() const override { return std::nullopt; }
  void record_configuration(const StoredConfiguration&) override {}
  std::vector<StoredConfiguration> configurations() const override { return {}; }
  std::vector<ServedFile> served_files() const override { return {}; }
  void end_experiments(const std::vector<ExperimentEnd>&) override {}
  std::vector<ExperimentEnd> experiment_ends() const override { return {}; }
  void record_look(const Look&) override {}
  std::vector<Look> looks() const override { return {}; }
  void record_run(const Run& /*run*/) override {}
  std::vector<Run> runs() const override { return {}; }
  void record_planned_size(const PlannedSize&) override {}
  std::vector<PlannedSize> planned_sizes() const override { return {}; }
  void record_call(const Call&) override {}
  std::vector<Call> calls() const override { return {}; }
  std::int64_t exclude(const Exclusion&) override { return 0; }
  void undo_exclusion(std::int64_t, Timestamp) override {}
  std::vector<Exclusion> exclusions() const override { return {}; }
  void import(const std::vector<ImportedFile>&, const std::function<bool(EventBatch&)>& /*next_batch*/) override {}
  std::vector<ImportedFile> imports() const override { return {}; }
};

}  // namespace crossfade::storage
