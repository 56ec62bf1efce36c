#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "platform/server/api/server.h"

namespace crossfade::server {

// Always the same time.
class FixedClock final : public Clock {
 public:
  Timestamp now() const override { return Timestamp{1'767'571'200'000}; }
};

// A server on a free port of the loopback, and what it was asked to log. Track 0 has recommendations and a title that
// is not UTF-8; the next track is always the one played plus one.
class TestServer {
 public:
  TestServer() : TestServer(Server::Options{}) {}
  explicit TestServer(Server::Options options, std::optional<LabActions> lab = std::nullopt);
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  int port() const { return server_.port(); }
  std::string url() const;
  void stop() { server_.stop(); }
  void join();  // waits until run has returned

  struct Logged {
    std::string unit;
    std::uint32_t track;
    double fraction;
    bool last;
    bool operator==(const Logged&) const = default;
  };
  std::vector<Logged> logged() const;
  std::vector<CustomEvent> events() const;
  std::vector<service::AssignmentRequest> assigned() const;  // of the latest request
  std::vector<Exposure> exposures() const;
  std::vector<Session> sessions() const;
  std::vector<std::string> looks() const;  // experiments
  std::vector<std::string> log() const;

  // Called for each playback before it is logged, and for its ticket (1, 2, ...) before its reply may be sent; may
  // throw or wait. Set before the first request.
  std::function<void(const service::Event&)> before;
  std::function<void(service::Service::Ticket)> commit;
  std::atomic<bool> can_log = true;
  std::atomic<bool> takes_ids = true;
  std::function<void()> interrupt;  // at the latest half of the drain timeout after a stop
  std::function<void(const std::string& experiment)> before_report;  // may wait; "" for all
  std::vector<analysis::Report> reports;
  ConfigurationHistory configurations;
  UnitHistory history;  // of every unit
  std::vector<UnitAssignment> assignments;
  std::atomic<std::uint64_t> revision = 1;  // of them
  // Read while no request is under way:
  std::vector<analysis::AnalyzeOptions> asked;
  std::vector<std::pair<std::string, std::size_t>> asked_units;  // and how many sessions

 private:
  std::vector<analysis::Report> analyzed(const analysis::AnalyzeOptions& options);
  service::Service::Ticket note(const service::Event& event, bool last);

  recommenders::Catalogue catalogue_;
  FixedClock clock_;
  mutable std::mutex mutex_;
  std::vector<Logged> logged_;
  std::vector<service::AssignmentRequest> assigned_;
  std::vector<CustomEvent> events_;
  std::vector<Exposure> exposures_;
  std::vector<Session> sessions_;
  std::vector<std::string> looks_;
  std::vector<std::string> log_;
  Server server_;
  std::thread thread_;
};

// A connection of bytes, for what no HTTP client would send. Reads wait for 5 s at most.
class RawConnection {
 public:
  explicit RawConnection(int port);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void send(std::string_view bytes);
  // Head and body of the next answer, by its Content-Length; "" when the connection has ended.
  std::string answer();
  // Has anything arrived that was not answered yet? Does not wait.
  bool has_answer() const;
  // Has the server closed it? Waits for that.
  bool closed();

 private:
  int socket_;
  std::string buffer_;
};

// "POST /next/7 HTTP/1.1..." with a JSON body.
std::string post(std::string_view path, std::string_view body, std::string_view more_headers = "");

}  // namespace crossfade::server
