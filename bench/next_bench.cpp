// POST /next with durable logging against a bare cpp-httplib handler that returns the same bytes: requests a second
// over kept-alive connections, in short turns, so that the machine's drift cancels. Both have tcp_nodelay and a thread
// for each connection; clients and server share the machine and the process, whose CPU time for each request is told
// too: it says what the requests cost, whoever else uses the machine. Target: a ratio of 0.7.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <httplib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/server/api/server.h"
#include "platform/service/service.h"
#include "platform/storage/contract/event_writer.h"
#include "platform/storage/sqlite/sqlite_store.h"

namespace {

using namespace crossfade;
using Steady = std::chrono::steady_clock;

constexpr int kRounds = 10;
constexpr std::uint64_t kUsers = 10'000;
constexpr std::uint32_t kTracks = 16'200;
constexpr std::uint32_t kArtists = 1290;
constexpr std::uint64_t kSessionTracks = 10;  // then POST /last, of which the bare handler gets as many

recommenders::Catalogue catalogue() {
  std::vector<recommenders::Track> tracks(kTracks);
  for (std::uint32_t i = 0; i < kTracks; ++i) {
    tracks[i].id = TrackId{i};
    tracks[i].artist = i % kArtists;
  }
  return {std::move(tracks), std::vector<std::string>(kArtists)};
}

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

// A client as lean as one can be: one send and one receive a request, so that the machine is the server's.
class Connection {
 public:
  explicit Connection(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) std::abort();
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // False unless the whole answer came and is a success.
  bool post(std::string_view verb, std::uint64_t user, std::uint64_t track) {
    request_.clear();
    const std::string body = fmt::format(R"({{"track":{},"time":0.3}})", track);
    fmt::format_to(
        std::back_inserter(request_),
        "POST /{}/{} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
        verb, user, body.size(), body);
    if (::send(socket_, request_.data(), request_.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request_.size())) {
      return false;
    }
    std::size_t size = 0;
    // Both servers' answers end with "}\n", which their heads do not have.
    do {
      const ssize_t n = ::recv(socket_, answer_.data() + size, answer_.size() - size, 0);
      if (n <= 0) return false;
      size += static_cast<std::size_t>(n);
    } while (!std::string_view(answer_.data(), size).ends_with("}\n"));
    return std::string_view(answer_.data(), size).starts_with("HTTP/1.1 200");
  }

 private:
  int socket_;
  std::string request_;
  std::array<char, 1024> answer_;
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Load {
  std::vector<float> waits_ms;  // one a request
  double seconds = 0;
  double cpu = 0;  // seconds, of clients and server

  void operator+=(const Load& other) {
    waits_ms.insert(waits_ms.end(), other.waits_ms.begin(), other.waits_ms.end());
    seconds += other.seconds;
    cpu += other.cpu;
  }
  double per_second() const { return static_cast<double>(waits_ms.size()) / seconds; }
  double cpu_us() const { return 1e6 * cpu / static_cast<double>(waits_ms.size()); }
  float p99_ms() const {
    std::vector<float> sorted = waits_ms;
    const auto p99 = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() * 99 / 100);
    std::nth_element(sorted.begin(), p99, sorted.end());
    return *p99;
  }
};

// Connected before anything is measured: the backlog of httplib's server is 5, and who finds it full waits for a
// second.
std::vector<std::unique_ptr<Connection>> connect(int port, std::size_t clients) {
  std::vector<std::unique_ptr<Connection>> connections;
  while (connections.size() < clients) {
    connections.push_back(std::make_unique<Connection>(port));
    if (!connections.back()->post("next", 0, 0)) std::abort();
  }
  return connections;
}

Load measure(const std::vector<std::unique_ptr<Connection>>& connections, std::chrono::milliseconds duration) {
  const std::size_t clients = connections.size();
  std::vector<std::vector<float>> waits(clients);
  std::vector<std::thread> threads;
  const double cpu = cpu_seconds();
  const auto begin = Steady::now();
  for (std::size_t client = 0; client < clients; ++client) {
    threads.emplace_back([&, client] {
      Connection& connection = *connections[client];
      std::uint64_t user = client;
      for (std::uint64_t request = 0;; ++request) {
        const bool ends = request % kSessionTracks == kSessionTracks - 1;
        const auto sent = Steady::now();
        if (sent - begin > duration) return;
        if (!connection.post(ends ? "last" : "next", user, request % kTracks)) std::abort();
        waits[client].push_back(std::chrono::duration<float, std::milli>(Steady::now() - sent).count());
        if (ends) user = (user + clients) % kUsers;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Load load;
  load.seconds = std::chrono::duration<double>(Steady::now() - begin).count();
  load.cpu = cpu_seconds() - cpu;
  for (const auto& some : waits) load.waits_ms.insert(load.waits_ms.end(), some.begin(), some.end());
  return load;
}

// The bytes that /next and /last answer, and nothing behind them.
class Bare {
 public:
  explicit Bare(std::size_t threads) {
    http_.set_tcp_nodelay(true);
    http_.set_keep_alive_max_count(1'000'000'000);
    http_.set_keep_alive_timeout(60);
    http_.new_task_queue = [threads] { return new httplib::ThreadPool(threads); };
    http_.Post("/next/(\\d+)", [](const httplib::Request& request, httplib::Response& response) {
      response.set_content(fmt::format("{{\"user\":{},\"track\":{}}}\n", request.matches[1].str(), 4242),
                           "application/json");
    });
    http_.Post("/last/(\\d+)", [](const httplib::Request& request, httplib::Response& response) {
      response.set_content(fmt::format("{{\"user\":{}}}\n", request.matches[1].str()), "application/json");
    });
    port_ = http_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { http_.listen_after_bind(); });
    while (!http_.is_running()) std::this_thread::yield();
  }
  ~Bare() {
    http_.stop();
    thread_.join();
  }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;
  int port() const { return port_; }

 private:
  httplib::Server http_;
  int port_ = 0;
  std::thread thread_;
};

// What `crossfade serve` runs.
class Full {
 public:
  Full(const recommenders::Catalogue& tracks, const std::filesystem::path& store, std::size_t threads)
      : store_(store, {.access = storage::SqliteStore::Access::write}),
        writer_(store_, {.heals = true}),
        service_(tracks, store_, writer_, {}),
        server_({.next = [this](const service::Event& event) { return service_.begin_next(event); },
                 .last = [this](const service::Event& event) { return service_.begin_last(event); },
                 .log = nullptr,
                 .assign = nullptr,
                 .wait = [this](service::Service::Ticket ticket) { service_.wait(ticket); },
                 .reports = nullptr,
                 .look = nullptr,
                 .timeline = nullptr,
                 .configurations = nullptr,
                 .unit_history = nullptr,
                 .assignments = nullptr,
                 .revision = nullptr},
                tracks, clock_, {}, {.port = 0, .threads = threads}) {
    service_.activate(configuration());
    thread_ = std::thread([this] { server_.run(); });
  }
  ~Full() {
    server_.stop();
    thread_.join();
  }
  Full(const Full&) = delete;
  Full& operator=(const Full&) = delete;
  int port() const { return server_.port(); }

 private:
  SystemClock clock_;
  storage::SqliteStore store_;
  storage::EventWriter writer_;
  service::Service service_;
  server::Server server_;
  std::thread thread_;
};

}  // namespace

// next_bench [SECONDS a turn = 0.5]
int main(int argc, char** argv) {
  const auto turn = std::chrono::milliseconds(static_cast<int>(1000 * (argc > 1 ? std::atof(argv[1]) : 0.5)));
  const auto directory = std::filesystem::temp_directory_path() / fmt::format("crossfade-next-bench-{}", getpid());
  std::filesystem::create_directory(directory);
  {
    const recommenders::Catalogue tracks = catalogue();
    fmt::print("{:>7}  {:<9} {:>10} {:>6} {:>16} {:>6} {:>8}\n", "clients", "server", "requests/s", "ratio",
               "CPU us a request", "ratio", "p99 ms");
    for (const std::size_t clients : {16U, 64U}) {
      const Bare bare(clients);
      const Full full(tracks, directory / fmt::format("{}.db", clients), clients);
      const auto to_bare = connect(bare.port(), clients);
      const auto to_full = connect(full.port(), clients);
      measure(to_full, turn);  // files and caches are there
      Load a;
      Load b;
      std::vector<double> ratios;
      for (int round = 0; round < kRounds; ++round) {
        const Load without = measure(to_bare, turn);
        const Load with = measure(to_full, turn);
        ratios.push_back(with.per_second() / without.per_second());
        a += without;
        b += with;
      }
      std::sort(ratios.begin(), ratios.end());
      fmt::print("{:>7}  {:<9} {:>10.0f} {:>6} {:>16.1f} {:>6} {:>8.2f}\n", clients, "bare", a.per_second(), "",
                 a.cpu_us(), "", a.p99_ms());
      fmt::print("{:>7}  {:<9} {:>10.0f} {:>6.2f} {:>16.1f} {:>6.2f} {:>8.2f}   (turns: {:.2f}..{:.2f}..{:.2f})\n",
                 clients, "crossfade", b.per_second(), b.per_second() / a.per_second(), b.cpu_us(),
                 a.cpu_us() / b.cpu_us(), b.p99_ms(), ratios.front(), ratios[ratios.size() / 2], ratios.back());
    }
  }
  std::filesystem::remove_all(directory);
}
