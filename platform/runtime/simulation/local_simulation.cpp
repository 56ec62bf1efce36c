#include "platform/runtime/simulation/local_simulation.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>
#include <vector>

#include "platform/config/experiments/in_time.h"
#include "platform/core/error.h"
#include "platform/core/log.h"
#include "platform/runtime/recorded_history.h"
#include "platform/runtime/runs.h"
#include "platform/runtime/simulation/clients.h"
#include "platform/service/active_configuration.h"

namespace crossfade::runtime {

namespace {

constexpr std::size_t kMostAtOnce = 1024;  // sessions that wait for a recommender in another process

}  // namespace

Timestamp next_simulated_day(const storage::EventStore& store) {
  const auto last = store.last_playback();
  return last ? Timestamp{(last->ms / kMsPerDay + 1) * kMsPerDay} : simulator::SimulationOptions{}.start;
}

LocalSimulation::LocalSimulation(const simulator::World& world, storage::EventStore& store,
                                 storage::EventWriter& writer, const Configuration& configuration,
                                 const std::filesystem::path& files, const simulator::SimulationOptions& options,
                                 Run run, const std::filesystem::path& commands, bool allow_outside,
                                 const std::filesystem::path& named)
    : world_(world),
      store_(store),
      configuration_(configuration),
      options_(options),
      named_(named),
      transports_({.directory = commands,
                   .catalogue = files / "tracks.json",
                   .strict = true,
                   .say = [](const std::string& line) { log_line(line); }}),
      service_(world.catalogue, store, writer,
               {.seed = options.seed,
                .wait_for_commit = false,
                .measure_latency = false,
                .forgets_history = false,
                .data = files,
                .allow_outside = allow_outside,
                .commands = commands,
                .transports = &transports_,
                .most_waiting = std::numeric_limits<std::size_t>::max()}) {
  activate(options.start);
  // A server's clock may be far ahead of the simulated one: what is over by now is over before the first session.
  std::vector<storage::ExperimentEnd> ends = RecordedHistory(store).ends();
  for (storage::ExperimentEnd& end : ends) end.at = std::min(end.at, options.start);
  store.end_experiments(ends);
  run.program = program_text();
  run.clock = RunClock::simulated;
  // From the last moment before: for whoever is not in it, nothing happened between that and the first day.
  run.since = std::min(store.last_playback().value_or(options.start), options.start);
  run.configuration = config::in_time(configuration, options.start).checksum;
  run.world = stamp_of(world);
  run.seed = static_cast<std::int64_t>(options.seed);
  run.sessions = options.sessions;
  run.days = options.days;
  run.listeners = static_cast<std::int64_t>(options.listeners.value_or(world.listeners.size()));
  store.record_run(run);
}

namespace {

// That `loaded` are the files that `configuration` was read with, but for those that change by design.
void require_same_files(const Configuration& configuration, const std::vector<RecommenderFile>& loaded) {
  for (const RecommenderFile& file : configuration.files) {
    const auto spec = std::ranges::find(configuration.recommenders, file.recommender, &RecommenderSpec::name);
    if (spec == configuration.recommenders.end() || spec->updates) continue;
    if (std::ranges::find(loaded, file) != loaded.end()) continue;
    throw Error::user("content of " + file.file + " of recommender " + file.recommender +
                      " has changed since the configuration was read, want a higher version of the experiment, or "
                      "updates: true in the recommender");
  }
}

}  // namespace

void LocalSimulation::activate(Timestamp since) {
  Configuration loaded = config::in_time(configuration_, since);
  const service::Service::Prepared prepared = service_.prepare(loaded);
  loaded.files = prepared->recommenders().files();
  if (named_.empty()) {
    require_same_files(configuration_, loaded.files);
  } else {
    RecordedHistory(store_).require_may_follow(loaded, named_);
  }
  service_.activate(prepared);
  options_.at_once = std::min(prepared->recommenders().useful_requests(), kMostAtOnce);
  store_.record_configuration(
      {.checksum = loaded.checksum, .text = loaded.text, .since = since, .files = loaded.files});
}

void LocalSimulation::reload(int day) {
  activate({options_.start.ms + day * kMsPerDay});
}

simulator::Summary LocalSimulation::play(const Wrap& wrap, const std::function<void(std::int64_t)>& progress,
                                         const simulator::BetweenDays& between) {
  simulator::BetweenDays after_day;
  const bool steps = config::next_step(configuration_, options_.start).has_value();
  if (between || service_.learns() || steps) {
    after_day = [&, steps](int day, const simulator::Summary& so_far) {
      service_.advance();  // what recommenders have learned in the day counts from the next one on
      if (!between && !steps) return true;
      service_.flush();
      const bool goes_on = !between || between(day, so_far);
      if (goes_on && steps) reload(day + 1);
      return goes_on;
    };
  }
  simulator::Summary summary = simulator::simulate(
      world_, options_,
      [&](std::size_t) -> std::unique_ptr<simulator::Client> {
        auto client = std::make_unique<ServiceClient>(service_);
        if (!wrap) return client;
        return wrap(std::move(client));
      },
      progress, after_day);
  const auto begin = std::chrono::steady_clock::now();
  service_.advance();
  service_.flush();
  summary.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return summary;
}

}  // namespace crossfade::runtime
