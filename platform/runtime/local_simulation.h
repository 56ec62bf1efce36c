#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "platform/core/configuration.h"
#include "platform/core/time.h"
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

  // Records the configuration. `files`: the directory of the recommenders' files, which may lie elsewhere only if
  // `allow_outside`. World, store and writer must outlive
  // it. Throws Error when a recommender cannot be loaded.
  LocalSimulation(const simulator::World& world, storage::EventStore& store, storage::EventWriter& writer,
                  const Configuration& configuration, const std::filesystem::path& files,
                  const simulator::SimulationOptions& options, bool allow_outside = false);

  // Plays the sessions; durable when it returns, which its seconds count in. `wrap`, where given, is put around each
  // thread's client. Throws what simulator::simulate throws, and Error when the store cannot be written.
  simulator::Summary play(const Wrap& wrap, const std::function<void(std::int64_t sessions)>& progress);

 private:
  const simulator::World& world_;
  const simulator::SimulationOptions options_;
  service::Service service_;
};

}  // namespace crossfade::runtime
