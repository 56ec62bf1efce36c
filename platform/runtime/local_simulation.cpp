#include "platform/runtime/local_simulation.h"

#include <chrono>
#include <utility>

#include "platform/runtime/clients.h"

namespace crossfade::runtime {

Timestamp next_simulated_day(const storage::EventStore& store) {
  const auto last = store.last_playback();
  return last ? Timestamp{(last->ms / kMsPerDay + 1) * kMsPerDay} : simulator::SimulationOptions{}.start;
}

LocalSimulation::LocalSimulation(const simulator::World& world, storage::EventStore& store,
                                 storage::EventWriter& writer, const Configuration& configuration,
                                 const std::filesystem::path& files, const simulator::SimulationOptions& options,
                                 bool allow_outside)
    : world_(world),
      options_(options),
      service_(world.catalogue, store, writer,
               {.seed = options.seed,
                .wait_for_commit = false,
                .measure_latency = false,
                .data = files,
                .allow_outside = allow_outside}) {
  service_.activate(configuration);
  store.record_configuration({.checksum = configuration.checksum, .text = configuration.text, .since = options.start});
}

simulator::Summary LocalSimulation::play(const Wrap& wrap, const std::function<void(std::int64_t)>& progress) {
  simulator::Summary summary = simulator::simulate(
      world_, options_,
      [&](std::size_t) -> std::unique_ptr<simulator::Client> {
        auto client = std::make_unique<ServiceClient>(service_);
        if (!wrap) return client;
        return wrap(std::move(client));
      },
      progress);
  const auto begin = std::chrono::steady_clock::now();
  service_.flush();
  summary.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return summary;
}

}  // namespace crossfade::runtime
