// In-process simulation with everything logged: sessions a second, and its ratio to the same loop over a store that
// forgets. Both in one run and in turn, so that the machine's drift cancels. Target: 30 000 sessions a second on two
// cores.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/service/service.h"
#include "platform/storage/contract/event_writer.h"
#include "platform/storage/contract/unit_table.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "simulator/listener/simulation.h"
#include "simulator/world/generate.h"
#include "tests/platform/storage/null_store.h"

namespace {

using namespace crossfade;

constexpr int kRounds = 3;
constexpr std::int64_t kSessions = 100'000;

class ServiceClient final : public simulator::Client {
 public:
  explicit ServiceClient(service::Service& service) : service_(service) {}
  TrackId next(const UnitId& unit, TrackId track, double fraction, Timestamp at) override {
    return service_.next({unit, track, fraction, at});
  }
  void last(const UnitId& unit, TrackId track, double fraction, Timestamp at) override {
    service_.last({unit, track, fraction, at});
  }

 private:
  service::Service& service_;
};

// Random against the same artist, half and half: both answer from the catalogue alone.
Configuration configuration() {
  Configuration made;
  made.recommenders = {{.name = "random", .type = "random", .fallback = "", .options = {}},
                       {.name = "sticky", .type = "sticky_artist", .fallback = "random", .options = {}}};
  made.parameters = {{"recommender", Value{std::string{"random"}}}};
  Experiment experiment;
  experiment.key = experiment.salt = "sticky-vs-random";
  experiment.status = Status::running;
  experiment.variants = {
      {.key = "control", .weight = 0.5, .control = true, .parameters = {}},
      {.key = "treatment", .weight = 0.5, .parameters = {{"recommender", Value{std::string{"sticky"}}}}}};
  made.experiments = {experiment};
  return made;
}

// Sessions a second, the last commit included.
double measure(const simulator::World& world, storage::EventStore& store) {
  storage::EventWriter writer(store, {});
  service::Service service(world.catalogue, store, writer,
                           {.seed = 1, .wait_for_commit = false, .measure_latency = false, .data = {}});
  service.activate(configuration());
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  const simulator::Summary summary =
      simulator::simulate(world, {.sessions = kSessions, .days = 14, .threads = threads},
                          [&](std::size_t) { return std::make_unique<ServiceClient>(service); });
  const auto flushing = std::chrono::steady_clock::now();
  service.flush();
  const std::chrono::duration<double> flushed = std::chrono::steady_clock::now() - flushing;
  return static_cast<double>(summary.sessions) / (summary.seconds + flushed.count());
}

}  // namespace

int main() {
  const simulator::World world = simulator::generate_world(simulator::find_preset("course-2026"), 1);
  const auto directory = std::filesystem::temp_directory_path() / fmt::format("crossfade-bench-{}", getpid());
  std::filesystem::create_directory(directory);
  std::vector<double> ratios;
  fmt::print("simulate, course-2026, {} sessions a round\n", kSessions);
  fmt::print("{:>14} {:>16} {:>7}\n", "logged/s", "not logged/s", "ratio");
  for (int round = 0; round < kRounds; ++round) {
    storage::NullStore nothing;
    const double bare = measure(world, nothing);
    storage::SqliteStore store(directory / fmt::format("round-{}.db", round),
                               {.access = storage::SqliteStore::Access::write});
    const double logged = measure(world, store);
    ratios.push_back(logged / bare);
    fmt::print("{:>14.0f} {:>16.0f} {:>7.2f}\n", logged, bare, ratios.back());
  }
  std::filesystem::remove_all(directory);
  std::ranges::sort(ratios);
  fmt::print("median ratio {:.2f}\n", ratios[ratios.size() / 2]);
}
