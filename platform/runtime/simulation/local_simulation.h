#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "platform/core/configuration.h"
#include "platform/core/run.h"
#include "platform/core/time.h"
#include "platform/runtime/external/transports.h"
#include "platform/service/service.h"
#include "platform/storage/contract/event_store.h"
#include "platform/storage/contract/event_writer.h"
#include "simulator/clients/client.h"
#include "simulator/listener/simulation.h"
#include "simulator/world/world.h"

namespace crossfade::runtime {

// Days of its own for each simulation, so that what it draws is new: the day after the store's last playback; the
// simulator's own first day for an empty store.
Timestamp next_simulated_day(const storage::EventStore& store);

// Listeners who play through a service in this process, and the store that it logs to.
class LocalSimulation {
 public:
  using Wrap = std::function<std::unique_ptr<simulator::Client>(std::unique_ptr<simulator::Client>)>;

  // Records the configuration and the run, of which `run` says by which command and whether alone. `files`: the
  // directory of the recommenders' files, which may lie elsewhere only if `allow_outside`. `named`: the file of the
  // configuration, which then must be one that may follow what the store recorded, files of recommenders included; "":
  // whoever gives it has seen to that. `commands`: the directory in which those of recommenders run. World, store and
  // writer must outlive it. Throws Error when a recommender cannot be loaded.
  LocalSimulation(const simulator::World& world, storage::EventStore& store, storage::EventWriter& writer,
                  const Configuration& configuration, const std::filesystem::path& files,
                  const simulator::SimulationOptions& options, Run run, const std::filesystem::path& commands,
                  bool allow_outside = false, const std::filesystem::path& named = {});

  // Plays the sessions; durable when it returns, which its seconds count in. `wrap`, where given, is put around each
  // thread's client. `between`, where given, finds a store that has all of the days before, and may call reload. Throws
  // what simulator::simulate throws, and Error when the store cannot be written.
  simulator::Summary play(const Wrap& wrap, const std::function<void(std::int64_t sessions)>& progress,
                          const simulator::BetweenDays& between = {});

  // Between days: the next one, number `day` from 0, is served from the recommenders' files as they are now, and the
  // store has a record of them. Throws Error as the constructor does; files of a recommender that does not say
  // `updates: true` must not have changed.
  void reload(int day);

 private:
  void activate(Timestamp since);

  const simulator::World& world_;
  storage::EventStore& store_;
  const Configuration configuration_;
  simulator::SimulationOptions options_;
  const std::filesystem::path named_;
  external::ProgramTransports transports_;
  service::Service service_;
};

}  // namespace crossfade::runtime
