#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

#include "platform/core/configuration.h"
#include "platform/core/mutex.h"
#include "platform/core/time.h"
#include "platform/runtime/live_configuration.h"
#include "platform/server/api/lab.h"
#include "platform/storage/contract/event_writer.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "simulator/listener/simulation.h"
#include "simulator/world/world.h"

namespace crossfade::runtime {

// The time of a store that holds simulated listeners only: where its next simulation will begin, so that a change of
// the configuration stands where it takes effect. Thread-safe.
class LabClock final : public Clock {
 public:
  explicit LabClock(const storage::EventStore& store) : store_(store) {}  // `store` must outlive it
  Timestamp now() const override;
  // A simulation runs that will end by then.
  void book_until(Timestamp end) { booked_ms_ = end.ms; }

 private:
  const storage::EventStore& store_;
  std::atomic<std::int64_t> booked_ms_ = 0;
};

// The simulations of `crossfade serve --lab`, one at a time, each on threads of its own. Thread-safe.
class Lab {
 public:
  struct Parts {
    const simulator::World& world;
    std::filesystem::path files;  // the recommenders', the world's directory
    storage::SqliteStore& store;
    storage::EventWriter& writer;
    const LiveConfiguration& configuration;
    LabClock& clock;
    std::filesystem::path commands = {};  // the directory in which those of recommenders run
    std::string command = {};             // that runs the lab, for the record
    bool allow_outside = false;           // service::Service::Options
  };

  explicit Lab(Parts parts) : parts_(std::move(parts)) {}  // all must outlive it
  ~Lab() { cancel(); }
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  server::LabState state() const;
  // As server::LabActions says.
  bool start(const server::LabRequest& request);
  void cancel();
  server::LabActions callbacks();

 private:
  bool running() const CROSSFADE_EXCLUDES(mutex_);
  void run(const Configuration& configuration, const std::string& experiment,
           const simulator::SimulationOptions& options);
  void finish(const simulator::Summary& summary, std::int64_t wanted) CROSSFADE_EXCLUDES(mutex_);
  void fail(const std::string& why) CROSSFADE_EXCLUDES(mutex_);

  const Parts parts_;
  Mutex controlling_ CROSSFADE_ACQUIRED_BEFORE(mutex_);  // by who starts or cancels
  std::thread thread_ CROSSFADE_GUARDED_BY(controlling_);
  std::atomic<bool> cancelled_ = false;
  mutable Mutex mutex_;
  std::optional<server::LabSimulation> simulation_ CROSSFADE_GUARDED_BY(mutex_);  // the latest
};

}  // namespace crossfade::runtime
