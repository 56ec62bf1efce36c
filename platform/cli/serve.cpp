#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <exception>
#include <filesystem>
#include <future>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/analysis/analyze.h"
#include "platform/assignment/assigner.h"
#include "platform/cli/command.h"
#include "platform/core/error.h"
#include "platform/core/log.h"
#include "platform/core/monotonic_clock.h"
#include "platform/core/time.h"
#include "platform/runtime/external/transports.h"
#include "platform/runtime/live_configuration.h"
#include "platform/runtime/load.h"
#include "platform/runtime/look.h"
#include "platform/runtime/runs.h"
#include "platform/runtime/simulation/lab.h"
#include "platform/runtime/watch.h"
#include "platform/server/api/server.h"
#include "platform/service/service.h"
#include "platform/storage/contract/event_writer.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "recommenders/catalogue.h"
#include "simulator/world/world.h"
#include "web/assets.h"

namespace crossfade::cli {

namespace {

struct ServeOptions {
  std::string config{runtime::kDefaultConfiguration};
  std::string store = "crossfade.db";
  std::string world = "world";
  std::string host = "127.0.0.1";
  std::vector<std::string> names;
  int port = 8080;
  std::size_t threads = 8;
  double session_timeout_minutes = 30;
  double learning_minutes = 60;
  bool lab = false;
  bool allow_outside = false;
};

constexpr double kMsPerMinute = 60'000;
constexpr std::chrono::seconds kLockWait{1};  // of a commit for another connection's lock, before requests are refused
constexpr std::size_t kMostConnections = 4096;
constexpr std::size_t kOtherFiles = 512;  // the store's, for each who reads it, and what is between accept and close

// The signals that end or reload a server wait until one thread asks for them: no code runs in a signal handler.
// To be made before any other thread, which would take them otherwise.
class Signals {
 public:
  Signals() {
    sigemptyset(&waited_for_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&waited_for_, signal);
    pthread_sigmask(SIG_BLOCK, &waited_for_, &before_);
    ::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a full disk, which passes
    ::signal(SIGPIPE, SIG_IGN);  // a reader of stderr that has gone is no reason to end
  }
  ~Signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // The next signal; 0 when a second has passed without any.
  int next_within_a_second() const {
    const timespec second{.tv_sec = 1, .tv_nsec = 0};
    const int signal = sigtimedwait(&waited_for_, nullptr, &second);
    return signal < 0 ? 0 : signal;
  }

 private:
  sigset_t waited_for_{};
  sigset_t before_{};
};

// Connections that there are files for: a shell's usual limit of 1024 is raised as far as the machine allows.
std::size_t raise_open_files() {
  constexpr rlim_t kWanted = kMostConnections + kOtherFiles;
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return kOtherFiles;
  if (files.rlim_cur < kWanted) {
    files.rlim_cur = std::min(kWanted, files.rlim_max);
    setrlimit(RLIMIT_NOFILE, &files);
  }
  const std::size_t all = std::min<rlim_t>(files.rlim_cur, kWanted);
  return all > 2 * kOtherFiles ? all - kOtherFiles : all / 2;
}

void say(const std::string& line) {
  log_line("crossfade: " + line);
}

// What a signal, or a second without one, means for the watch; the end, too, when the server or the store has failed.
runtime::Wake next_wake(const Signals& signals, const std::future<void>& serving, const storage::EventWriter& writer) {
  const int signal = signals.next_within_a_second();
  if (signal == SIGINT || signal == SIGTERM) return runtime::Wake::end;
  if (serving.wait_for(std::chrono::seconds(0)) == std::future_status::ready) return runtime::Wake::end;
  if (writer.failed()) return runtime::Wake::end;
  return signal == SIGHUP ? runtime::Wake::reload : runtime::Wake::nothing;
}

std::vector<server::UnitAssignment> assignments_of(const UnitId& unit, const Configuration& configuration) {
  const assignment::Assigner assigner(configuration);
  std::vector<server::UnitAssignment> assignments;
  assignments.reserve(configuration.experiments.size());
  for (std::size_t i = 0; i < configuration.experiments.size(); ++i) {
    const Experiment& experiment = configuration.experiments[i];
    server::UnitAssignment& one = assignments.emplace_back();
    one.experiment = experiment.key;
    one.status = experiment.status;
    if (const auto variant = assigner.variant_of(i, unit.value)) one.variant = experiment.variants[*variant].key;
  }
  return assignments;
}

server::Backend backend_of(service::Service& service, const storage::EventWriter& writer, storage::SqliteStore& store,
                           const runtime::LiveConfiguration& configuration,
                           runtime::external::ProgramTransports& transports) {
  return {
      .next = [&service](const service::Event& event) { return service.begin_next(event); },
      .last = [&service](const service::Event& event) { return service.begin_last(event); },
      .log = [&service](service::ClientRows rows) { return service.begin_log(std::move(rows)); },
      .assign = [&service](std::span<const service::AssignmentRequest> requests,
                           Timestamp at) { return service.begin_assignments(requests, at); },
      .wait = [&service](service::Service::Ticket ticket) { service.wait(ticket); },
      .reports =
          [&store, &configuration](const analysis::AnalyzeOptions& options) {
            analysis::AnalyzeOptions with_changes = options;
            const auto history = configuration.history();
            with_changes.configuration_changes = history->changes;
            with_changes.displacements = history->displacements;
            with_changes.program = runtime::program_text();
            with_changes.is_look = false;  // anybody's page can make a browser ask
            return analysis::analyze(*configuration.current(), store, with_changes);
          },
      .look =
          [&store, &configuration](const std::string& experiment) {
            analysis::AnalyzeOptions options;
            options.experiments = {experiment};
            options.interactions = false;
            options.deciding_only = true;
            runtime::note_look(analysis::analyze(*configuration.current(), store, options), store);
          },
      .timeline =
          [&store, &configuration](const analysis::AnalyzeOptions& options, bool force) {
            analysis::AnalyzeOptions with_changes = options;
            with_changes.configuration_changes = configuration.history()->changes;
            return analysis::timeline(*configuration.current(), store, with_changes, force);
          },
      .configurations = [&configuration] { return configuration.history(); },
      .unit_history = [&store](const UnitId& unit,
                               const UnitHistoryLimits& limits) { return store.unit_history(unit, limits); },
      .assignments = [&configuration](const UnitId& unit) { return assignments_of(unit, *configuration.current()); },
      .revision = [&store, &configuration] { return store.revision() + configuration.generation(); },
      .can_log = [&writer] { return writer.accepts(); },
      .interrupt =
          [&store, &transports] {
            transports.end_waits();
            store.interrupt();
          },
      .metrics = [&transports] { return transports.prometheus(); }};
}

// A service that recommends by itself has no tracks.
recommenders::Catalogue catalogue_of(const std::filesystem::path& files, const ServeOptions& options) {
  const std::filesystem::path tracks = files / "tracks.json";
  if (!std::filesystem::exists(tracks) && runtime::read_configuration(options.config).recommenders.empty()) {
    return {{}, {}};
  }
  return recommenders::Catalogue::read(tracks);
}

// Sessions that a simulation left open when it was broken off: whatever time it is, nobody goes on with them.
constexpr Timestamp kEndOfTime{std::numeric_limits<std::int64_t>::max() / 2};

void serve(const ServeOptions& options, const std::string& line) {
  const Signals signals;
  const std::size_t connections = raise_open_files();
  const SystemClock machine_clock;
  const SteadyClock steady_clock;
  const std::filesystem::path files(options.world);
  std::optional<simulator::World> world;  // of a lab only: a server may know the catalogue alone
  if (options.lab) world = simulator::World::read(files);
  std::optional<recommenders::Catalogue> own_catalogue;
  if (!world) own_catalogue = catalogue_of(files, options);
  const recommenders::Catalogue& catalogue = world ? world->catalogue : *own_catalogue;
  storage::SqliteStore store(
      options.store,
      {.access = storage::SqliteStore::Access::write, .lock_wait = kLockWait, .require_sound = true, .say = say});
  if (world) {
    runtime::require_may_simulate(store, options.store, *world);
    log_line("a lab: simulates listeners, and serves none");
  }
  const std::string refusal = runtime::why_no_real_listeners(store, options.store).value_or("");
  if (!world && !refusal.empty()) say(refusal + "; until then the page is served, and no listener");
  // Simulated listeners have a time of their own.
  const bool simulated = world || !refusal.empty();
  const MonotonicClock clock(machine_clock, steady_clock, simulated ? std::nullopt : store.last_playback(), say);
  // A lab's listeners do not send again what was refused.
  storage::EventWriter writer(store, {.heals = !options.lab, .say = say});
  service::Service::Options how;
  how.session_timeout_ms = static_cast<std::int64_t>(options.session_timeout_minutes * kMsPerMinute);
  how.data = files;
  how.allow_outside = options.allow_outside;
  how.commands = runtime::external::directory_of(options.config);
  runtime::external::ProgramTransports transports({.directory = runtime::external::directory_of(options.config),
                                                   .catalogue = files / "tracks.json",
                                                   .say = [](const std::string& text) { log_line(text); }});
  // A lab's own service answers nobody: what its listeners are served by is started with each simulation.
  how.transports = options.lab ? nullptr : &transports;
  service::Service service(catalogue, store, writer, how);
  runtime::LabClock lab_clock(store);
  runtime::LiveConfiguration configuration(options.config, service, store,
                                           simulated ? static_cast<const Clock&>(lab_clock) : clock);
  service.close_idle_sessions(simulated ? kEndOfTime : clock.now());
  if (!simulated) {
    store.record_run({.command = line,
                      .program = runtime::program_text(),
                      .since = clock.now(),
                      .configuration = configuration.current()->checksum});
  }
  std::optional<runtime::Lab> lab;
  server::Backend backend = backend_of(service, writer, store, configuration, transports);
  backend.refuses_listeners = refusal;
  if (world) {
    backend.lab = lab.emplace(runtime::Lab::Parts{.world = *world,
                                                  .files = files,
                                                  .store = store,
                                                  .writer = writer,
                                                  .configuration = configuration,
                                                  .clock = lab_clock,
                                                  .commands = runtime::external::directory_of(options.config),
                                                  .command = line,
                                                  .allow_outside = options.allow_outside})
                      .callbacks();
  }

  std::vector<std::string> names = options.names;
  names.push_back(options.host);
  server::Server server(std::move(backend), catalogue, clock, web::assets(),
                        {.host = options.host,
                         .port = options.port,
                         .threads = options.threads,
                         .maximum_connections = connections,
                         .names = std::move(names),
                         .log = [](const std::string& text) { log_line("crossfade: " + text); }});
  // The first history of a unit reads the tables; nobody shall wait for that. What fails here fails again where it
  // matters.
  const auto histories = std::async(std::launch::async, [&store] { static_cast<void>(store.unit_history({}, {})); });
  std::future<void> serving = std::async(std::launch::async, [&server] { server.run(); });
  const bool is_ipv6 = options.host.find(':') != std::string::npos;
  log_line(fmt::format("listening on http://{}:{}", is_ipv6 ? "[" + options.host + "]" : options.host, server.port()));
  std::exception_ptr failure;
  try {
    // Simulated listeners have a time of their own: their sessions are not idle by the clock.
    runtime::watch({.configuration = configuration,
                    .file = options.config,
                    .service = simulated ? nullptr : &service,
                    .clock = clock,
                    .say = [](const std::string& lines) { log_line(lines); },
                    .learning_ms = static_cast<std::int64_t>(options.learning_minutes * kMsPerMinute)},
                   [&] { return next_wake(signals, serving, writer); });
  } catch (...) {
    failure = std::current_exception();  // the server's thread must end before the objects that it uses
  }
  server.stop();
  serving.wait();
  store.interrupt();  // ends the reading for `histories`, too, whatever is left of it
  if (failure) std::rethrow_exception(failure);
  serving.get();
  service.flush();
  service.advance();  // what was learned since the last state is not lost
}

}  // namespace

void add_serve(CLI::App& app, const std::string& line) {
  CLI::App* const command = app.add_subcommand(
      "serve", "Serve recommendations over HTTP, log every playback, and show the report page at /report");
  const auto options = std::make_shared<ServeOptions>();  // lives as long as the callback
  command->add_option("--config", options->config, "The configuration; SIGHUP or a change of the file reloads it")
      ->capture_default_str();
  command->add_option("--store", options->store, "The SQLite file that is logged to; made when it does not exist")
      ->capture_default_str();
  command
      ->add_option(
          "--world", options->world,
          "Directory with tracks.json and the recommenders' files; a configuration without recommenders needs none")
      ->capture_default_str();
  command->add_option("--host", options->host, "Address to listen on")->capture_default_str();
  command->add_option("--allow-host", options->names,
                      "A name under which browsers may ask, besides localhost and --host; may be repeated");
  command->add_option("--port", options->port, "Port to listen on; 0 = any free one")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  command->add_option("--threads", options->threads, "Threads that are kept ready; more are started when needed")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command
      ->add_option("--session-timeout", options->session_timeout_minutes,
                   "Minutes without a playback after which a session has ended")
      ->check(CLI::Range(0.001, 1e6))
      ->capture_default_str();
  command
      ->add_option("--learning-interval", options->learning_minutes,
                   "Minutes after which what recommenders have learned from their answers counts, and is saved")
      ->check(CLI::Range(0.001, 1e6))
      ->capture_default_str();
  command->add_flag("--lab", options->lab,
                    "Simulate listeners from the page, and serve none; wants a whole world, and a store without real "
                    "listeners");
  command->add_flag("--allow-outside", options->allow_outside,
                    "Let recommenders read files that are not below the world's directory");
  command->callback([options, line] { serve(*options, line); });
}

}  // namespace crossfade::cli
