#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/storage/contract/event_store.h"

namespace crossfade::storage {

// The store in one SQLite file, for notebooks too (docs/store.md has the schema). Any number of processes may read it
// while one writes.
class SqliteStore final : public EventStore {
 public:
  enum class Access {
    read,   // the store exists, and stays as it is but for the looks at it
    write,  // created, for its owner alone, when it does not exist; one process at a time, which locks it
  };
  // What an acknowledged batch survives.
  enum class Durability {
    process,  // kill -9 of this process, but perhaps not a loss of power (SQLite's synchronous=NORMAL)
    machine,  // a loss of power too, at the price of a flush to the disk for each commit (synchronous=FULL)
  };
  struct Options {
    // Default: the store is read. Who writes keeps every other writer out.
    Access access = Access::read;

    // Of a store that is written. Default: what is acknowledged survives the end of the process, at hardly any cost.
    Durability durability = Durability::process;

    // How long an append waits while another connection, such as a notebook's, has the lock. Default: for a command,
    // which would rather wait than fail. A shorter wait refuses earlier.
    std::chrono::milliseconds lock_wait{10'000};

    // Of a store that is written. Default: no. True: a damaged one is refused (require_sound_store), which reads all of
    // the file, once nobody else can write it.
    bool require_sound = false;

    // Of 4 KiB, in the log of a store that is written. When it has grown to so many, commits wait until they stand in
    // the file; while somebody goes on reading an old state of the store they cannot, and the log grows on. Its file
    // shrinks to so many when it starts anew. Fewer save disk, and stop commits more often. Default: 256 MB.
    int log_pages_at_most = 65'536;

    // Told, in a thread of the store's, what whoever runs it should know: that a reader keeps the log growing. Default:
    // nobody.
    std::function<void(const std::string&)> say = nullptr;
  };

  // Throws Error (user) when the file cannot be opened, is no Crossfade store or one of a newer version, when a store
  // to be read does not exist, when it has several names, and when another process writes the one that is to be
  // written.
  SqliteStore(const std::filesystem::path& file, Options options);
  ~SqliteStore() override;

  // This and all that follow throw Error (unavailable) while the file is not where it was when it was opened: moved,
  // deleted, replaced, or without the log that stands beside it. They work again once it is back.
  void append(const EventBatch& batch) override;
  void probe() override;
  // Where it throws, all that was committed is moved into the file itself as far as it can, wherever that is now.
  void check() override;
  std::vector<UnitTable> unit_tables(const AggregateQuery& query) const override;
  // Many experiments are read by two threads, each in a transaction of its own: an experiment's numbers are of one
  // state of the store, those of two experiments perhaps not while somebody writes.
  std::vector<ExperimentAggregate> aggregate(const AggregateQuery& query) const override;
  std::vector<std::string> known_experiments() const override;
  std::string metric_sql(const MetricDefinition& metric, const SqlScope& scope) const override;
  Traffic traffic(const TrafficQuery& query) const override;
  std::vector<EventName> event_names() const override;
  void visit_ids(Timestamp since, const std::function<void(const LoggedId&)>& visit) const override;
  void visit_exposures(const std::function<void(const Exposure&)>& visit) const override;
  void visit_units(const std::function<void(const UnitId&, const std::string&)>& visit) const override;
  UnitHistory unit_history(const UnitId& unit, const UnitHistoryLimits& limits) const override;
  // Costs a look at some 60 000 playbacks, and at those of open sessions before them, whatever the size of the store
  // and whenever the oldest of them began (docs/store.md).
  std::vector<OpenSession> open_sessions() const override;
  void visit_listens(const std::function<bool(const UnitId&, const Listen&)>& visit) const override;
  SessionId last_session() const override;
  std::optional<Timestamp> last_playback() const override;
  void record_configuration(const StoredConfiguration& configuration) override;
  std::vector<StoredConfiguration> configurations() const override;
  std::vector<ServedFile> served_files() const override;
  // Whatever the access, and while another process writes.
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
  // Whatever the access, too. Error (user) where there is nothing to exclude, or no such exclusion.
  std::int64_t exclude(const Exclusion& exclusion) override;
  void undo_exclusion(std::int64_t id, Timestamp at) override;
  std::vector<Exclusion> exclusions() const override;

  // Has anybody but an in-process simulation left something? Requests whose latency was measured, as a server's are,
  // custom events, imported files. Scans the store when nobody has.
  bool holds_real_listeners() const;
  // Answers whose latency nobody measured, as those of an in-process simulation.
  bool holds_simulated_listeners() const;

  // Ends what is being read by anybody, and refuses to read from now on, with an Error (internal); writing goes on. For
  // a process that ends, and must not wait for a long analysis.
  void interrupt();

  // Rises when anybody, of this process or another one, has committed something since it was last asked. Cheap.
  std::uint64_t revision() const;
  void import(const std::vector<ImportedFile>& files, const std::function<bool(EventBatch&)>& next_batch) override;
  std::vector<ImportedFile> imports() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossfade::storage
