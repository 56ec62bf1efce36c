#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "platform/cli/command.h"
#include "platform/core/error.h"
#include "platform/core/log.h"
#include "platform/runtime/load.h"
#include "platform/runtime/progress.h"
#include "platform/runtime/recorded_history.h"
#include "platform/runtime/runs.h"
#include "platform/runtime/simulation/between_days.h"
#include "platform/runtime/simulation/clients.h"
#include "platform/runtime/simulation/local_simulation.h"
#include "platform/storage/contract/event_writer.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "simulator/clients/dummy_client.h"
#include "simulator/listener/simulation.h"

namespace crossfade::cli {

namespace {

struct SimulateFlags {
  std::string config{runtime::kDefaultConfiguration};
  bool allow_outside = false;
  std::string store = "crossfade.db";
  std::string world = "world";
  std::string remote;
  std::string acknowledged;
  std::string start;
  std::string between;
  std::int64_t sessions = 10'000;
  int days = 1;
  std::uint64_t seed = 1;
  std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  double retry_s = 0;
  bool dummy = false;
  bool console = false;
  bool interactive = false;
};

using ShowProgress = std::function<void(std::int64_t)>;

// The clients of one run, and what must live as long as they do.
class Simulation {
 public:
  Simulation(const SimulateFlags& flags, const std::string& line)
      : flags_(flags), line_(line), world_(simulator::World::read(flags.world)) {
    if (!flags.acknowledged.empty()) acknowledged_ = std::make_unique<runtime::AcknowledgedFile>(flags.acknowledged);
  }

  void run() {
    const simulator::SimulationOptions options{.sessions = flags_.sessions,
                                               .days = flags_.days,
                                               .seed = flags_.seed,
                                               .threads = flags_.console ? 1 : flags_.threads,
                                               .start = start()};
    print(play(options));
  }

 private:
  simulator::Summary play(const simulator::SimulationOptions& options) {
    runtime::Progress progress(flags_.console ? 0 : flags_.sessions, "sessions");
    std::int64_t complete = 0;
    const auto show = [&](std::int64_t done) {
      complete = done;
      progress.show(done);
    };
    try {
      return in_process() ? play_in_process(options, show) : play_elsewhere(options, show);
    } catch (const Error& error) {
      if (error.kind() != Error::Kind::internal) throw;
      throw Error::internal(fmt::format("{}; {} sessions were complete", error.what(), complete));
    }
  }

  Timestamp start() {
    if (!flags_.start.empty()) {
      const auto given = parse_timestamp(flags_.start);
      if (!given) throw Error::user(fmt::format("--start {}: want a time like 2026-01-05", flags_.start));
      if (!is_plausible(*given)) throw Error::user(fmt::format("--start {} {}", flags_.start, implausible(*given)));
      return *given;
    }
    return in_process() ? runtime::next_simulated_day(open_store()) : simulator::SimulationOptions{}.start;
  }

  bool in_process() const { return flags_.remote.empty() && !flags_.dummy && !flags_.console; }

  storage::SqliteStore& open_store() {
    if (!store_) {
      store_ = std::make_unique<storage::SqliteStore>(
          flags_.store, storage::SqliteStore::Options{.access = storage::SqliteStore::Access::write});
    }
    return *store_;
  }

  simulator::Summary play_in_process(const simulator::SimulationOptions& options, const ShowProgress& show) {
    const Configuration configuration = runtime::read_configuration(flags_.config);
    storage::SqliteStore& store = open_store();
    runtime::require_may_simulate(store, flags_.store, world_);
    runtime::RecordedHistory(store).require_may_follow(configuration, flags_.config);
    storage::EventWriter writer(store, {});
    runtime::LocalSimulation simulation(world_, store, writer, configuration, flags_.world, options, {.command = line_},
                                        runtime::external::directory_of(flags_.config), flags_.allow_outside,
                                        flags_.config);
    return simulation.play([this](auto client) { return acknowledging(std::move(client)); }, show,
                           between_days([&](int day) { simulation.reload(day); }));
  }

  simulator::Summary play_elsewhere(const simulator::SimulationOptions& options, const ShowProgress& show) {
    return simulator::simulate(
        world_, options, [this](std::size_t) { return acknowledging(make_client()); }, show, between_days({}));
  }

  // Nothing where nobody wants anything between days.
  simulator::BetweenDays between_days(const std::function<void(int day)>& reload) {
    if (flags_.between.empty() && !flags_.interactive) return {};
    return [this, reload](int day, const simulator::Summary& so_far) {
      tell_day(day, so_far);
      if (!flags_.between.empty()) {
        runtime::run_between_days(flags_.between, day);
        if (reload) reload(day + 1);
      }
      return !flags_.interactive || asks_for(day + 1);
    };
  }

  void tell_day(int day, const simulator::Summary& so_far) {
    const std::int64_t sessions = so_far.sessions - told_.sessions;
    const double time = static_cast<double>(so_far.hundredths - told_.hundredths) / 100;
    told_ = so_far;
    log_line(fmt::format(
        "day {} of {}: {} sessions{}", day + 1, flags_.days, sessions,
        sessions == 0 ? "" : fmt::format(", mean session time {:.4f}", time / static_cast<double>(sessions))));
  }

  // Whether the next day is to be played: y or n on stdin, whose end is a no.
  bool asks_for(int day) const {
    std::string answer;
    while (true) {
      fmt::print(stderr, "play day {} of {}? (y/n) ", day + 1, flags_.days);
      if (!std::getline(std::cin, answer)) return false;
      if (answer == "y" || answer == "yes") return true;
      if (answer == "n" || answer == "no") return false;
    }
  }

  std::unique_ptr<simulator::Client> make_client() const {
    if (flags_.dummy) return std::make_unique<simulator::DummyClient>(world_.catalogue.size(), flags_.seed);
    if (flags_.console) return std::make_unique<runtime::ConsoleClient>(world_.catalogue);
    return std::make_unique<runtime::RemoteClient>(flags_.remote, flags_.retry_s);
  }

  std::unique_ptr<simulator::Client> acknowledging(std::unique_ptr<simulator::Client> client) {
    if (!acknowledged_) return client;
    return std::make_unique<runtime::AcknowledgingClient>(std::move(client), *acknowledged_);
  }

  void print(const simulator::Summary& summary) const {
    fmt::print("sessions            {}\n", summary.sessions);
    if (summary.aborted > 0) {
      fmt::print("aborted sessions    {} (a request failed, and was not sent again)\n", summary.aborted);
    }
    if (summary.sessions == 0) return;
    fmt::print("tracks              {}\n", summary.tracks);
    if (summary.listeners > 1) {
      fmt::print("mean session time   {:.4f} +- {:.4f}  (standard error, listeners as clusters)\n", summary.mean_time,
                 summary.mean_time_error);
    } else {
      fmt::print("mean session time   {:.4f}  (of one listener: no standard error)\n", summary.mean_time);
    }
    fmt::print("tracks per session  {:.4f}\n", summary.mean_tracks);
    fmt::print("tracks - time       {:.4f} +- {:.4f}  (per session; want {})\n", summary.mean_difference,
               summary.mean_difference_error, summary.mean_budget);
    fmt::print("sessions a second   {:.0f}\n", static_cast<double>(summary.sessions) / summary.seconds);
    const double off = std::abs(summary.mean_difference - summary.mean_budget);
    if (summary.sessions >= 100 && off > 4 * summary.mean_difference_error) {
      fmt::print(stderr, "warning: tracks - time per session is more than 4 standard errors from {}\n",
                 summary.mean_budget);
    }
  }

  const SimulateFlags& flags_;
  const std::string& line_;
  simulator::World world_;
  std::unique_ptr<runtime::AcknowledgedFile> acknowledged_;
  std::unique_ptr<storage::SqliteStore> store_;
  simulator::Summary told_;  // as of the day that was told last
};

}  // namespace

void add_simulate(CLI::App& app, const std::string& line) {
  auto flags = std::make_shared<SimulateFlags>();
  CLI::App* const command = app.add_subcommand("simulate", "Play simulated listeners through the experiments");
  command->add_option("--config", flags->config, "The experiments")->capture_default_str();
  command->add_option("--store", flags->store, "The SQLite file to log into")->capture_default_str();
  command->add_option("--world", flags->world, "The world's directory")->capture_default_str();
  command->add_option("--sessions", flags->sessions, "Sessions in all")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}));
  command->add_option("--days", flags->days, "Days to spread them over")
      ->capture_default_str()
      ->check(CLI::Range(1, 36500));
  command->add_option("--seed", flags->seed, "Of all that is random")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command->add_option("--threads", flags->threads, "Threads; the result does not depend on them")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, std::size_t{1024}));
  command->add_option(
      "--between", flags->between,
      "Run this command (sh -c) between days, then serve the recommenders' files as they are: training");
  auto* const interactive = command->add_flag("--interactive", flags->interactive,
                                              "Ask after each day whether to play the next, --days at most");
  command->add_option("--start", flags->start,
                      "First day (default: the day after the store's last playback, or 2026-01-05)");
  auto* const remote = command->add_option("--remote", flags->remote, "Play against the server at this URL");
  auto* const dummy = command->add_flag("--dummy", flags->dummy, "Random tracks, no experiments, no store");
  auto* const console = command->add_flag("--console", flags->console, "You recommend");
  dummy->excludes(remote);
  console->excludes(remote)->excludes(dummy)->excludes(interactive);
  command->add_option("--retry", flags->retry_s, "Seconds to wait for a server that stopped answering")
      ->capture_default_str()
      ->needs(remote)
      ->check(CLI::Range(0.0, 86400.0));
  command->add_option("--acknowledged", flags->acknowledged,
                      "Append every acknowledged playback to this file: unit, track, fraction");
  command->add_flag("--allow-outside", flags->allow_outside,
                    "Let recommenders read files that are not below the world's directory");
  command->callback([flags, line] {
    if (flags->days == 1 && (flags->interactive || !flags->between.empty())) {
      throw Error::user("there is nothing between one day and the next of --days 1: want more of them");
    }
    Simulation(*flags, line).run();
  });
}

}  // namespace crossfade::cli
