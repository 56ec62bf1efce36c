#include "platform/runtime/simulation/lab.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "platform/core/error.h"
#include "platform/runtime/simulation/local_simulation.h"

namespace crossfade::runtime {

namespace {

using State = server::LabSimulation::State;

// Leaves when the simulation is cancelled, between two sessions: none stays open.
class LeavingClient final : public simulator::Client {
 public:
  LeavingClient(std::unique_ptr<simulator::Client> client, const std::atomic<bool>& leaves)
      : client_(std::move(client)), leaves_(leaves) {}

  TrackId next(const UnitId& unit, TrackId track, double fraction, Timestamp at) override {
    leave_if_free();
    in_session_ = true;
    return client_->next(unit, track, fraction, at);
  }
  void last(const UnitId& unit, TrackId track, double fraction, Timestamp at) override {
    leave_if_free();
    in_session_ = false;
    client_->last(unit, track, fraction, at);
  }

 private:
  void leave_if_free() const {
    if (!in_session_ && leaves_.load(std::memory_order_relaxed)) throw simulator::Leave();
  }

  std::unique_ptr<simulator::Client> client_;
  const std::atomic<bool>& leaves_;
  bool in_session_ = false;
};

// The experiment runs, a draft or a stopped one too, with its layer and coverage; no other does, so that whoever is
// outside it gets what everybody gets. Text and checksum stay those of the live configuration: the store records the
// experiment as it is defined, and that a lab played it is no change of it.
Configuration alone(Configuration configuration, const std::string& key) {
  bool found = false;
  for (Experiment& experiment : configuration.experiments) {
    if (experiment.key == key) {
      experiment.status = Status::running;
      found = true;
    } else if (experiment.status == Status::running) {
      experiment.status = Status::stopped;
    }
  }
  if (!found) throw Error::user(fmt::format("experiment is \"{}\", which the configuration has no more", key));
  return configuration;
}

// One processor is left to the page.
std::size_t threads() {
  return std::max(2U, std::thread::hardware_concurrency()) - 1;
}

}  // namespace

Timestamp LabClock::now() const {
  return std::max(next_simulated_day(store_), Timestamp{booked_ms_});
}

server::LabState Lab::state() const {
  server::LabState state;
  state.listeners = static_cast<std::int64_t>(parts_.world.listeners.size());
  for (const Experiment& experiment : parts_.configuration.current()->experiments) {
    state.experiments.push_back(experiment.key);
  }
  const MutexLock lock(mutex_);
  state.simulation = simulation_;
  return state;
}

bool Lab::start(const server::LabRequest& request) {
  const MutexLock controlling(controlling_);
  if (running()) return false;
  if (thread_.joinable()) thread_.join();
  Configuration configuration = alone(*parts_.configuration.current(), request.experiment);
  const auto all = static_cast<std::int64_t>(parts_.world.listeners.size());
  const std::int64_t listeners = std::min(request.listeners.value_or(all), all);
  const simulator::SimulationOptions options{.sessions = request.sessions,
                                             .days = request.days,
                                             .seed = request.seed,
                                             .threads = threads(),
                                             .listeners = static_cast<std::size_t>(listeners),
                                             .start = next_simulated_day(parts_.store)};
  parts_.clock.book_until({options.start.ms + options.days * kMsPerDay});
  cancelled_ = false;
  const MutexLock lock(mutex_);  // the thread finds the simulation that it reports on
  thread_ = std::thread([this, configuration = std::move(configuration), experiment = request.experiment, options] {
    run(configuration, experiment, options);
  });
  simulation_ = {.id = simulation_ ? simulation_->id + 1 : 1,
                 .state = State::running,
                 .experiment = request.experiment,
                 .listeners = listeners,
                 .sessions = request.sessions,
                 .days = request.days,
                 .seed = request.seed,
                 .start = options.start,
                 .complete = 0,
                 .error = "",
                 .summary = std::nullopt};
  return true;
}

void Lab::cancel() {
  const MutexLock controlling(controlling_);
  cancelled_ = true;
  if (thread_.joinable()) thread_.join();
}

server::LabActions Lab::callbacks() {
  return {.state = [this] { return state(); },
          .start = [this](const server::LabRequest& request) { return start(request); },
          .cancel = [this] { cancel(); }};
}

bool Lab::running() const {
  const MutexLock lock(mutex_);
  return simulation_ && simulation_->state == State::running;
}

void Lab::run(const Configuration& configuration, const std::string& experiment,
              const simulator::SimulationOptions& options) {
  try {
    LocalSimulation simulation(parts_.world, parts_.store, parts_.writer, configuration, parts_.files, options,
                               {.command = parts_.command, .alone = experiment}, parts_.commands, parts_.allow_outside);
    const auto leaving = [this](auto client) { return std::make_unique<LeavingClient>(std::move(client), cancelled_); };
    const auto summary = simulation.play(leaving, [this](std::int64_t complete) {
      const MutexLock lock(mutex_);
      simulation_->complete = complete;
    });
    finish(summary, options.sessions);
  } catch (const std::exception& error) {
    fail(error.what());
  }
  parts_.clock.book_until({});  // what was not played is free
}

void Lab::finish(const simulator::Summary& summary, std::int64_t wanted) {
  const MutexLock lock(mutex_);
  simulation_->state = summary.sessions < wanted ? State::cancelled : State::done;
  simulation_->complete = summary.sessions;
  simulation_->summary = {.sessions = summary.sessions,
                          .tracks = summary.tracks,
                          .mean_time = summary.mean_time,
                          .mean_time_error = summary.mean_time_error,
                          .mean_tracks = summary.mean_tracks,
                          .seconds = summary.seconds};
}

void Lab::fail(const std::string& why) {
  const MutexLock lock(mutex_);
  simulation_->state = State::failed;
  simulation_->error = why;
}

}  // namespace crossfade::runtime
