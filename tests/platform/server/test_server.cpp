#include "tests/platform/server/test_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "platform/core/error.h"

namespace crossfade::server {
namespace {

recommenders::Catalogue catalogue() {
  std::vector<recommenders::Track> tracks;
  tracks.push_back(
      {.id = TrackId{0}, .artist = 0, .title = "caf\xe9", .genres = {}, .recommendations = {TrackId{2}, TrackId{1}}});
  tracks.push_back({.id = TrackId{1}, .artist = 1, .title = "Say \"hi\"", .genres = {}, .recommendations = {}});
  tracks.push_back({.id = TrackId{2}, .artist = 0, .title = "Two", .genres = {}, .recommendations = {}});
  return {std::move(tracks), {"Ann", "Bob"}};
}

std::string gzip(std::string_view plain) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::span<const web::Asset> assets() {
  static const std::string page = gzip("<!doctype html><title>Report</title>");
  static const std::string script = gzip("console.log(1);" + std::string(50'000, ' '));
  static const std::array files{
      web::Asset{.path = "/report", .content_type = "text/html; charset=utf-8", .gzip = page, .etag = "\"p1\""},
      web::Asset{.path = "/assets/report.js",
                 .content_type = "text/javascript; charset=utf-8",
                 .gzip = script,
                 .etag = "\"s1\""},
      web::Asset{.path = "/openapi.yaml", .content_type = "application/yaml", .gzip = page, .etag = "\"o1\""}};
  return files;
}

}  // namespace

TestServer::TestServer(Server::Options options, std::optional<LabActions> lab)
    : catalogue_(catalogue()),
      server_({.next =
                   [this](const service::Event& event) {
                     const auto ticket = note(event, false);
                     return service::Service::Begun{TrackId{event.track.value + 1}, ticket};
                   },
               .last = [this](const service::Event& event) { return note(event, true); },
               .log = [this](const service::ClientRows& rows) -> std::optional<service::Taken> {
                 if (!takes_ids) return std::nullopt;
                 const std::lock_guard lock(mutex_);
                 events_.insert(events_.end(), rows.events.begin(), rows.events.end());
                 exposures_.insert(exposures_.end(), rows.exposures.begin(), rows.exposures.end());
                 sessions_.insert(sessions_.end(), rows.sessions.begin(), rows.sessions.end());
                 return service::Taken{.ticket = 1, .accepted = rows.ids.size(), .repeated = 0};
               },
               .assign =
                   [this](std::span<const service::AssignmentRequest> requests, Timestamp) {
                     const std::lock_guard lock(mutex_);
                     assigned_.assign(requests.begin(), requests.end());
                     return service::Service::BegunAssignments{
                         .configuration = {},
                         .answers = std::vector<service::AssignmentAnswer>(requests.size()),
                         .ticket = service::Service::Ticket{1}};
                   },
               .wait =
                   [this](service::Service::Ticket ticket) {
                     if (commit) commit(ticket);
                   },
               .reports = [this](const analysis::AnalyzeOptions& asked_for) { return analyzed(asked_for); },
               .look =
                   [this](const std::string& experiment) {
                     const std::lock_guard lock(mutex_);
                     looks_.push_back(experiment);
                   },
               .timeline =
                   [](const analysis::AnalyzeOptions& asked_for, bool force) {
                     analysis::Timeline line;
                     line.experiment = asked_for.experiments.at(0);
                     line.metric = force ? "forced" : "plain";
                     return line;
                   },
               .configurations = [this] { return std::make_shared<const ConfigurationHistory>(configurations); },
               .unit_history =
                   [this](const UnitId& unit, const UnitHistoryLimits& limits) {
                     asked_units.emplace_back(unit.value, limits.sessions);
                     return history;
                   },
               .assignments = [this](const UnitId&) { return assignments; },
               .revision = [this] { return revision.load(); },
               .can_log = [this] { return can_log.load(); },
               .interrupt =
                   [this] {
                     if (interrupt) interrupt();
                   },
               .lab = std::move(lab)},
              catalogue_, clock_, assets(),
              [this, &options] {
                options.port = 0;
                options.log = [this](const std::string& line) {
                  const std::lock_guard lock(mutex_);
                  log_.push_back(line);
                };
                return options;
              }()),
      thread_([this] { server_.run(); }) {
  // cpp-httplib makes its static tables with the first request, out of the thread sanitizer's sight in Debian's build:
  // no two connections race for that.
  RawConnection first(port());
  first.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  first.answer();
}

TestServer::~TestServer() {
  server_.stop();
  join();
}

void TestServer::join() {
  if (thread_.joinable()) thread_.join();
}

std::string TestServer::url() const {
  return fmt::format("http://127.0.0.1:{}", port());
}

service::Service::Ticket TestServer::note(const service::Event& event, bool last) {
  if (before) before(event);
  const std::lock_guard lock(mutex_);
  logged_.push_back({event.unit.value, event.track.value, event.fraction, last});
  return logged_.size();
}

std::vector<TestServer::Logged> TestServer::logged() const {
  const std::lock_guard lock(mutex_);
  return logged_;
}

std::vector<analysis::Report> TestServer::analyzed(const analysis::AnalyzeOptions& options) {
  if (before_report) before_report(options.experiments.empty() ? "" : options.experiments.front());
  const std::lock_guard lock(mutex_);
  asked.push_back(options);
  if (options.experiments.empty()) return reports;
  std::vector<analysis::Report> found = reports;
  std::erase_if(found, [&](const analysis::Report& one) { return one.experiment != options.experiments.front(); });
  if (found.empty()) throw Error::unknown("no experiment \"" + options.experiments.front() + "\"");
  return found;
}

std::vector<CustomEvent> TestServer::events() const {
  const std::lock_guard lock(mutex_);
  return events_;
}

std::vector<service::AssignmentRequest> TestServer::assigned() const {
  const std::lock_guard lock(mutex_);
  return assigned_;
}

std::vector<Exposure> TestServer::exposures() const {
  const std::lock_guard lock(mutex_);
  return exposures_;
}

std::vector<Session> TestServer::sessions() const {
  const std::lock_guard lock(mutex_);
  return sessions_;
}

std::vector<std::string> TestServer::looks() const {
  const std::lock_guard lock(mutex_);
  return looks_;
}

std::vector<std::string> TestServer::log() const {
  const std::lock_guard lock(mutex_);
  return log_;
}

RawConnection::RawConnection(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval wait{.tv_sec = 5, .tv_usec = 0};
  const int yes = 1;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    throw std::runtime_error("cannot connect");
  }
}

RawConnection::~RawConnection() {
  ::close(socket_);
}

void RawConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;  // refused in the middle: what was answered tells
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::string RawConnection::answer() {
  std::array<char, 65536> chunk;
  for (;;) {
    if (const auto end = buffer_.find("\r\n\r\n"); end != std::string::npos) {
      constexpr std::string_view kLength = "Content-Length: ";
      const auto length_at = buffer_.find(kLength);
      const std::size_t length = length_at < end ? std::stoul(buffer_.substr(length_at + kLength.size())) : 0;
      if (buffer_.size() >= end + 4 + length) {
        std::string answer = buffer_.substr(0, end + 4 + length);
        buffer_.erase(0, answer.size());
        return answer;
      }
    }
    const ssize_t n = ::recv(socket_, chunk.data(), chunk.size(), 0);
    if (n <= 0) return "";
    buffer_.append(chunk.data(), static_cast<std::size_t>(n));
  }
}

bool RawConnection::has_answer() const {
  char byte = 0;
  return !buffer_.empty() || ::recv(socket_, &byte, 1, MSG_DONTWAIT | MSG_PEEK) > 0;
}

bool RawConnection::closed() {
  std::array<char, 4096> chunk;
  ssize_t n = 0;
  while ((n = ::recv(socket_, chunk.data(), chunk.size(), 0)) > 0) {
  }
  return n == 0 || errno == ECONNRESET;
}

std::string post(std::string_view path, std::string_view body, std::string_view more_headers) {
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{}\r\n{}", path,
      body.size(), more_headers, body);
}

}  // namespace crossfade::server
