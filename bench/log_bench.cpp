// Rows that services log. First POST /api/v1/events in batches of 1 000, each row with an id and properties, durable
// when answered, against a bare loop of prepared statements into the same tables: rows a second, in turns, so that the
// machine's drift cancels. Wanted: a ratio of .6. Then an analysis of a million units with attributes and properties,
// against the same units without: seconds. Wanted: a ratio of less than 2.
//   log_bench [UNITS]     default: 1 000 000
#include <SQLiteCpp/SQLiteCpp.h>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "platform/analysis/analyze.h"
#include "platform/analysis/render/render.h"
#include "platform/core/random.h"
#include "platform/server/api/server.h"
#include "platform/service/service.h"
#include "platform/storage/contract/event_writer.h"
#include "platform/storage/sqlite/sqlite_store.h"

namespace {

using namespace crossfade;
using Steady = std::chrono::steady_clock;

constexpr int kRounds = 8;
constexpr std::size_t kRows = 1000;   // of a batch
constexpr std::size_t kBatches = 60;  // of a round
constexpr std::size_t kClients = 2;
constexpr std::array<std::string_view, 5> kCountries{"SE", "NO", "DK", "FI", "DE"};

double seconds_since(Steady::time_point begin) {
  return std::chrono::duration<double>(Steady::now() - begin).count();
}

std::string properties_of(std::size_t row) {
  return fmt::format(R"({{"plan":"{}","revenue":{:.2f},"cart":{{"size":{}}}}})", row % 3 == 0 ? "pro" : "free",
                     static_cast<double>(row % 1000) / 100, row % 7);
}

// The requests are written before anything is measured.
std::vector<std::string> requests(std::size_t first) {
  std::vector<std::string> all;
  for (std::size_t batch = 0; batch < kBatches; ++batch) {
    std::string body;
    for (std::size_t i = 0; i < kRows; ++i) {
      const std::size_t row = first + batch * kRows + i;
      body +=
          fmt::format("{}{{\"unit\":\"{}\",\"event\":\"purchase\",\"value\":{},\"id\":\"order-{}\",\"properties\":{}}}",
                      i == 0 ? "[" : ",", row % 50'000, row % 97, row, properties_of(row));
    }
    body += "]";
    all.push_back(
        fmt::format("POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    "Content-Length: {}\r\n\r\n{}",
                    body.size(), body));
  }
  return all;
}

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

  bool send(std::string_view request) {
    while (!request.empty()) {
      const ssize_t n = ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      request.remove_prefix(static_cast<std::size_t>(n));
    }
    std::size_t size = 0;
    do {
      const ssize_t n = ::recv(socket_, answer_.data() + size, answer_.size() - size, 0);
      if (n <= 0) return false;
      size += static_cast<std::size_t>(n);
    } while (!std::string_view(answer_.data(), size).ends_with("}\n"));
    return std::string_view(answer_.data(), size).find("\"accepted\":1000,") != std::string_view::npos;
  }

 private:
  int socket_;
  std::array<char, 1024> answer_;
};

// What `crossfade serve` runs.
class Full {
 public:
  explicit Full(const std::filesystem::path& file)
      : store_(file, {.access = storage::SqliteStore::Access::write}),
        writer_(store_, {.heals = true}),
        service_(catalogue_, store_, writer_, {}),
        server_(backend(), catalogue_, clock_, {}, {.port = 0}),
        thread_([this] { server_.run(); }) {}
  ~Full() {
    server_.stop();
    thread_.join();
  }
  Full(const Full&) = delete;
  Full& operator=(const Full&) = delete;
  int port() const { return server_.port(); }

 private:
  server::Backend backend() {
    server::Backend made;
    made.log = [this](service::ClientRows rows) { return service_.begin_log(std::move(rows)); };
    made.wait = [this](service::Service::Ticket ticket) { service_.wait(ticket); };
    return made;
  }

  const recommenders::Catalogue catalogue_{{}, {}};
  const SystemClock clock_;
  storage::SqliteStore store_;
  storage::EventWriter writer_;
  service::Service service_;
  server::Server server_;
  std::thread thread_;
};

double send_all(int port, const std::vector<std::string>& all) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::unique_ptr<Connection>> connections;
  for (std::size_t i = 0; i < kClients; ++i) connections.push_back(std::make_unique<Connection>(port));
  const auto begin = Steady::now();
  std::vector<std::thread> threads;
  for (auto& connection : connections) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < all.size(); i = next++) {
        if (!connection->send(all[i])) std::abort();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return seconds_since(begin);
}

// A transaction a batch, as the writer makes them.
double insert_all(SQLite::Database& database, std::size_t first) {
  SQLite::Statement event{database, "INSERT INTO events (unit, name, value, at_ms, properties) VALUES (?, ?, ?, ?, ?)"};
  SQLite::Statement id{database, "INSERT INTO logged_ids (hash, at_ms) VALUES (?, ?)"};
  std::vector<std::string> properties;
  for (std::size_t i = 0; i < kRows; ++i) properties.push_back(properties_of(i));
  const std::string name = "purchase";
  const std::array<unsigned char, 16> hash{};
  const auto begin = Steady::now();
  for (std::size_t batch = 0; batch < kBatches; ++batch) {
    SQLite::Transaction transaction{database};
    for (std::size_t i = 0; i < kRows; ++i) {
      event.bind(1, static_cast<std::int64_t>((first + i) % 50'000));
      event.bindNoCopy(2, name);
      event.bind(3, static_cast<double>(i % 97));
      event.bind(4, static_cast<std::int64_t>(1'796'119'200'000));
      event.bindNoCopy(5, properties[i]);
      event.exec();
      event.reset();
    }
    for (std::size_t i = 0; i < kRows; ++i) {
      id.bindNoCopy(1, hash.data(), static_cast<int>(hash.size()));
      id.bind(2, static_cast<std::int64_t>(1'796'119'200'000));
      id.exec();
      id.reset();
    }
    transaction.commit();
  }
  return seconds_since(begin);
}

void compare_logging(const std::filesystem::path& directory) {
  {
    storage::SqliteStore made(directory / "bare.db", {.access = storage::SqliteStore::Access::write});
  }
  SQLite::Database bare{directory / "bare.db", SQLite::OPEN_READWRITE};
  bare.exec("PRAGMA journal_mode = WAL");
  bare.exec("PRAGMA synchronous = NORMAL");
  const Full full(directory / "full.db");
  std::vector<double> ratios;
  double best_full = 0;
  double best_bare = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::size_t first = static_cast<std::size_t>(round) * kBatches * kRows;
    const std::vector<std::string> all = requests(first);
    constexpr double rows = kRows * kBatches;
    const double by_http = rows / send_all(full.port(), all);
    const double by_loop = rows / insert_all(bare, first);
    if (round == 0) continue;  // what is made once
    ratios.push_back(by_http / by_loop);
    best_full = std::max(best_full, by_http);
    best_bare = std::max(best_bare, by_loop);
  }
  std::ranges::sort(ratios);
  fmt::print("POST /api/v1/events, batches of {}, {} clients: {:.0f} rows/s at best; a bare loop {:.0f}\n", kRows,
             kClients, best_full, best_bare);
  fmt::print("  ratio of a round: {:.2f}, {:.2f} (median), {:.2f} (wanted .6)\n", ratios.front(),
             ratios[ratios.size() / 2], ratios.back());
}

Configuration configuration(bool with) {
  Configuration made;
  const auto number = [](std::string_view text) {
    return std::get<Expression>(Expression::parse(text, fields_of(EventKind::custom), ExpressionKind::number, true));
  };
  MetricDefinition revenue{.name = "revenue",
                           .numerator = {.event = EventKind::custom,
                                         .name = "purchase",
                                         .aggregate = Aggregation::sum,
                                         .value = number(with ? "properties.revenue" : "value")}};
  if (with) {
    revenue.numerator.where = std::get<Expression>(
        Expression::parse("properties.plan = 'pro'", fields_of(EventKind::custom), ExpressionKind::condition, true));
    made.dimensions = {{.name = "country", .attribute = "country"}};
  } else {
    revenue.numerator.where = std::get<Expression>(
        Expression::parse("value > 5", fields_of(EventKind::custom), ExpressionKind::condition, true));
  }
  made.metrics = {revenue};
  Experiment experiment;
  experiment.key = experiment.salt = "e";
  experiment.status = Status::running;
  experiment.variants = {{.key = "control", .weight = 0.5, .control = true, .parameters = {}},
                         {.key = "treatment", .weight = 0.5, .parameters = {}}};
  experiment.metrics.primary = "revenue";
  made.experiments = {experiment};
  return made;
}

void fill(const std::filesystem::path& file, std::size_t units, bool with) {
  storage::SqliteStore store(file, {.access = storage::SqliteStore::Access::write});
  const Timestamp start = *parse_timestamp("2026-01-05");
  EventBatch batch;
  for (std::size_t i = 0; i < units; ++i) {
    const std::string unit = std::to_string(i);
    Exposure exposure{.unit = {unit},
                      .experiment = "e",
                      .variant = mix64(i) % 2 == 0 ? "control" : "treatment",
                      .first_seen = {start.ms + static_cast<std::int64_t>(i)}};
    if (with) {
      exposure.attributes = fmt::format(R"({{"age":{},"country":"{}","plan":"free"}})", i % 80, kCountries[i % 5]);
    }
    CustomEvent event{
        .unit = {unit}, .name = "purchase", .value = static_cast<double>(i % 97), .at = {start.ms + 10'000'000}};
    if (with) event.properties = properties_of(i);
    batch.exposures.push_back(std::move(exposure));
    batch.events.push_back(std::move(event));
    if (batch.events.size() == 10'000 || i + 1 == units) {
      store.append(batch);
      batch.clear();
    }
  }
}

double analyzed(const std::filesystem::path& file, bool with, std::size_t& bytes) {
  const storage::SqliteStore store(file, {});
  const Configuration configured = configuration(with);
  analysis::AnalyzeOptions options;
  options.metrics = {"revenue"};
  if (with) options.by = {"country"};
  const auto begin = Steady::now();
  bytes = analysis::render_json(analysis::analyze(configured, store, options)).size();
  return seconds_since(begin);
}

void compare_analyses(const std::filesystem::path& directory, std::size_t units) {
  fill(directory / "without.db", units, false);
  fill(directory / "with.db", units, true);
  std::vector<double> ratios;
  double with_s = 1e9;
  double without_s = 1e9;
  std::size_t bytes = 0;
  for (int round = 0; round < 5; ++round) {
    const double without = analyzed(directory / "without.db", false, bytes);
    const double with = analyzed(directory / "with.db", true, bytes);
    ratios.push_back(with / without);
    with_s = std::min(with_s, with);
    without_s = std::min(without_s, without);
  }
  std::ranges::sort(ratios);
  fmt::print("analysis of {} units, an event each: {:.2f} s; with attributes, properties and a dimension {:.2f} s\n",
             units, without_s, with_s);
  fmt::print("  ratio of a round: {:.2f}, {:.2f} (median), {:.2f} (wanted below 2)\n", ratios.front(),
             ratios[ratios.size() / 2], ratios.back());
}

}  // namespace

int main(int argc, char** argv) {
  const auto units = static_cast<std::size_t>(argc > 1 ? std::atoll(argv[1]) : 1'000'000);
  std::string name = (std::filesystem::temp_directory_path() / "crossfade-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return 1;
  const std::filesystem::path directory(name);
  int code = 0;
  try {
    compare_logging(directory);
    compare_analyses(directory, units);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    code = 1;
  }
  std::filesystem::remove_all(directory);
  return code;
}
