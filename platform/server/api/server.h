#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "platform/analysis/analyze.h"
#include "platform/analysis/report/report.h"
#include "platform/analysis/timeline.h"
#include "platform/core/configuration.h"
#include "platform/core/configuration_history.h"
#include "platform/core/time.h"
#include "platform/core/unit_history.h"
#include "platform/server/api/lab.h"
#include "platform/service/service.h"
#include "recommenders/catalogue.h"
#include "web/assets.h"

namespace crossfade::server {

// The variant of a configured experiment that a unit belongs to, whatever the experiment's status; none: it takes no
// part.
struct UnitAssignment {
  std::string experiment;
  Status status = Status::draft;
  std::optional<std::string> variant;
};

// What the HTTP interface serves. Called from many threads at a time.
struct Backend {
  std::function<service::Service::Begun(const service::Event&)> next;     // Service::begin_next
  std::function<service::Service::Ticket(const service::Event&)> last;    // Service::begin_last
  std::function<std::optional<service::Taken>(service::ClientRows)> log;  // Service::begin_log
  // Service::begin_assignments
  std::function<service::Service::BegunAssignments(std::span<const service::AssignmentRequest>, Timestamp)> assign;
  std::function<void(service::Service::Ticket)> wait;  // Service::wait
  // analysis::analyze, of what is now in the store; no look is recorded.
  std::function<std::vector<analysis::Report>(const analysis::AnalyzeOptions&)> reports;
  // Analyses an experiment once more, and records that somebody looked at it: analysis::record_looks.
  std::function<void(const std::string& experiment)> look;
  // analysis::timeline, of what is now in the store.
  std::function<analysis::Timeline(const analysis::AnalyzeOptions&, bool force)> timeline;
  // All that were recorded; shared: a reload makes a new history.
  std::function<std::shared_ptr<const ConfigurationHistory>()> configurations;
  // EventStore::unit_history, and where the unit belongs now, in the order of the configuration.
  std::function<UnitHistory(const UnitId&, const UnitHistoryLimits&)> unit_history;
  std::function<std::vector<UnitAssignment>(const UnitId&)> assignments;
  // Rises whenever the store or the configuration may have changed, so that answers made before are not given again.
  std::function<std::uint64_t()> revision;
  // Whether what is to be logged now would be; none: it always would.
  std::function<bool()> can_log = nullptr;
  // Once the server ends: what `reports`, `timeline` and `unit_history` compute throws, now and from now on. None: they
  // are waited for.
  std::function<void()> interrupt = nullptr;
  // What /metrics tells, in Prometheus' text format; none: nothing.
  std::function<std::string()> metrics = nullptr;
  // Of a server that simulates listeners: it refuses those of the other kind.
  std::optional<LabActions> lab = std::nullopt;
  // Why playbacks and events are refused for good, with 409; "": they are logged, but by a lab.
  std::string refuses_listeners = {};
};

// The HTTP interface: the course's (/, /track/N, /next/N, /last/N), /healthz and /readyz, the JSON interface below
// /api/v1, the report page. Docs: README.md.
class Server {
 public:
  struct Options {
    // The address to listen on; the default is seen from this machine only.
    std::string host = "127.0.0.1";

    // 0: any free one.
    int port = 8080;

    // Threads that are kept ready; there are more while more requests are under way.
    std::size_t threads = 8;

    // Connections at a time; each costs some kilobytes and a file. While more are wanted, each answer ends its
    // connection and silent ones are ended, so that everybody has a turn.
    std::size_t maximum_connections = 1024;

    // A connection without a request for so long is closed. Longer spares clients a handshake.
    int idle_timeout_s = 15;

    // Names besides localhost under which browsers may ask; addresses need none. See http/origins.h.
    std::vector<std::string> names{};

    // Of each kind of analysis: requests that wait for their turn, and for how long. What is beyond is a 429.
    std::size_t most_waiting = 64;
    std::chrono::milliseconds longest_wait{5000};

    // After stop: analyses are interrupted at half of that time; requests that are not done by then are broken off.
    std::chrono::milliseconds drain_timeout{2000};

    // Gets a line about each failure of ours; none: nobody wants them.
    std::function<void(const std::string&)> log = nullptr;
  };

  // Binds and listens, so that connections wait from now on; throws Error (user) when it cannot. Catalogue, clock and
  // what `backend` refers to must outlive the server.
  Server(Backend backend, const recommenders::Catalogue& catalogue, const Clock& clock,
         std::span<const web::Asset> assets, Options options);
  ~Server();

  int port() const;
  // Serves until stop is called; then answers the requests under way and returns, within the drain timeout.
  // Throws Error (internal) when no connection can be accepted any more.
  void run();
  // From any thread, at any time; not from a signal handler.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossfade::server
