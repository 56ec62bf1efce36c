#include "platform/runtime/simulation/lab.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "platform/core/error.h"
#include "tests/platform/runtime/served.h"
#include "tests/simulator/support.h"

using namespace crossfade;
using namespace crossfade::runtime;
using namespace crossfade::runtime::testing;

namespace {

using State = server::LabSimulation::State;

constexpr std::int64_t kEndless = 10'000'000;  // sessions; no test waits for so many
constexpr int kManyDays = 3000;

server::LabRequest asked_for(std::int64_t sessions, int days) {
  return {.experiment = "aa", .listeners = std::nullopt, .sessions = sessions, .days = days};
}

server::LabRequest endless() {
  return asked_for(kEndless, kManyDays);
}

// A lab as `crossfade serve --lab` has it, in this process.
struct RunningLab {
  RunningLab() : configuration(write_file(directory / "experiments.yaml", text()), service, store, clock) { start(); }

  // The lists' file has one listener, which is enough.
  std::string text() const {
    write_file(directory / "lists.jsonl", "{\"user\":0,\"tracks\":[1,2,3]}\n");
    return "version: 1\n"
           "recommenders:\n"
           "  random: {type: random}\n"
           "  lists: {type: user_lists, file: lists.jsonl, fallback: random}\n"
           "parameters: {recommender: random}\n"
           "experiments:\n"
           "  - key: aa\n"
           "    status: draft\n"
           "    variants: [{key: control, control: true}, {key: treatment, parameters: {recommender: lists}}]\n";
  }
  void start() {
    lab.emplace(Lab::Parts{.world = world,
                           .files = directory.path(),
                           .store = store,
                           .writer = writer,
                           .configuration = configuration,
                           .clock = clock});
  }
  server::LabSimulation simulation() const { return lab->state().simulation.value(); }
  // The simulation once `enough` holds of it, or it has ended; whatever it takes.
  template <typename Enough>
  server::LabSimulation once(Enough enough) const {
    for (;;) {
      server::LabSimulation now = simulation();
      if (enough(now) || now.state != State::running) return now;
      std::this_thread::yield();
    }
  }
  server::LabSimulation end() const {
    return once([](const auto&) { return false; });
  }

  TemporaryDirectory directory;
  simulator::World world = simulator::testing::small_world();
  storage::SqliteStore store{directory / "crossfade.db", {.access = storage::SqliteStore::Access::write}};
  storage::EventWriter writer{store, {}};
  service::Service service{world.catalogue, store, writer, {.data = directory.path()}};
  LabClock clock{store};
  LiveConfiguration configuration;
  std::optional<Lab> lab;
};

Timestamp day_after(Timestamp time) {
  return {(time.ms / kMsPerDay + 1) * kMsPerDay};
}

}  // namespace

TEST_CASE("lab: simulations from start to end, each on days of its own") {
  RunningLab running;
  CHECK_FALSE(running.lab->state().simulation.has_value());
  CHECK(running.lab->state().listeners == 80);
  CHECK(running.lab->state().experiments == std::vector<std::string>{"aa"});
  REQUIRE(running.lab->start(asked_for(300, 2)));
  const auto first = running.end();
  CHECK(first.state == State::done);
  CHECK(first.id == 1);
  CHECK(first.listeners == 80);
  CHECK(first.complete == 300);
  REQUIRE(first.summary.has_value());
  CHECK(first.summary->sessions == 300);
  CHECK(first.start == simulator::SimulationOptions{}.start);
  const Timestamp last = running.store.last_playback().value();

  REQUIRE(running.lab->start({.experiment = "aa", .listeners = 5, .sessions = 50, .days = 1}));
  const auto second = running.end();
  CHECK(second.state == State::done);
  CHECK(second.id == 2);
  CHECK(second.listeners == 5);
  CHECK(second.start == day_after(last));
  CHECK(running.store.open_sessions().empty());
  CHECK(running.store.last_session() == SessionId{350});
}

// One version had two treatments, which the page told afterwards.
TEST_CASE("lab: lists that are others than those of the configuration are not simulated") {
  RunningLab running;
  write_file(running.directory / "lists.jsonl", "{\"user\":0,\"tracks\":[3,2,1]}\n");
  REQUIRE(running.lab->start(asked_for(50, 1)));
  const auto first = running.end();
  CHECK(first.state == State::failed);
  CHECK(first.error.find("content of lists.jsonl of recommender lists has changed") != std::string::npos);
  CHECK(running.store.last_session() == SessionId{0});
}

TEST_CASE("lab: many look on, many ask for another, and two end what runs") {
  RunningLab running;
  Lab& lab = *running.lab;
  REQUIRE(lab.start(endless()));
  std::atomic<int> faults{0};
  in_threads(4, [&](std::size_t thread) {
    std::int64_t before = 0;
    // Until progress was told at least twice.
    running.once([&](const server::LabSimulation& now) {
      if (now.complete < before || now.state != State::running || now.id != 1) ++faults;
      const bool more = before > 0 && now.complete > before;
      before = now.complete;
      if (thread == 0 && lab.start(asked_for(1, 1))) ++faults;
      return more || faults > 0;
    });
  });
  in_threads(2, [&](std::size_t) {
    lab.cancel();
    if (running.simulation().state != State::cancelled) ++faults;
  });
  CHECK(faults == 0);
  const auto now = running.simulation();
  CHECK(now.complete < kEndless);
  REQUIRE(now.summary.has_value());
  CHECK(now.summary->sessions == now.complete);
  CHECK(running.store.open_sessions().empty());
  CHECK(running.store.last_session() == SessionId{now.complete});
}

TEST_CASE("lab: of many who start one at the same time, one is first") {
  RunningLab running;
  std::atomic<int> started{0};
  in_threads(8, [&](std::size_t) {
    if (running.lab->start(endless())) ++started;
  });
  CHECK(started == 1);
  running.lab->cancel();  // perhaps before its first session
  CHECK(running.simulation().state == State::cancelled);
  CHECK(running.simulation().id == 1);
  REQUIRE(running.lab->start(asked_for(20, 1)));
  CHECK(running.end().state == State::done);
  running.lab->cancel();  // there is nothing to end
  CHECK(running.simulation().state == State::done);
}

TEST_CASE("lab: its end is the end of what it simulates") {
  RunningLab running;
  REQUIRE(running.lab->start(endless()));
  running.once([](const auto& now) { return now.complete > 0; });
  running.lab.reset();
  CHECK(running.store.open_sessions().empty());
  CHECK(running.store.last_session().value > 0);
}

TEST_CASE("lab: what cannot be simulated is said, and the next one can") {
  RunningLab running;
  CHECK_THROWS_WITH(running.lab->start({.experiment = "gone", .listeners = std::nullopt}),
                    "experiment is \"gone\", which the configuration has no more");
  CHECK_FALSE(running.lab->state().simulation.has_value());
  const auto lists = running.directory / "lists.jsonl";
  const std::string text = read_file(lists);
  std::filesystem::remove(lists);
  REQUIRE(running.lab->start(asked_for(20, 1)));
  const auto failed = running.end();
  CHECK(failed.state == State::failed);
  CHECK_THAT(failed.error, Catch::Matchers::Contains(lists.string()));
  CHECK_FALSE(failed.summary.has_value());
  write_file(lists, text);
  REQUIRE(running.lab->start(asked_for(20, 1)));
  CHECK(running.end().state == State::done);
}

TEST_CASE("lab: a configuration that is reloaded during a simulation stands after its days") {
  RunningLab running;
  REQUIRE(running.lab->start(endless()));
  const auto now = running.once([](const auto& one) { return one.complete > 0; });
  CHECK(running.clock.now() == Timestamp{now.start.ms + kManyDays * kMsPerDay});
  write_file(running.directory / "experiments.yaml", running.text() + "    hypothesis: Another one.\n");
  running.configuration.reload();
  CHECK(running.configuration.history()->configurations.back().since ==
        Timestamp{now.start.ms + kManyDays * kMsPerDay});
  running.lab->cancel();
  CHECK(running.clock.now() == day_after(running.store.last_playback().value()));
}
