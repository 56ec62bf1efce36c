// `crossfade analyze` over a big store: how long it takes, how much memory, and how much of it is the store's.
// The store is filled by a process of its own, so that its memory does not count.
//   analyze_bench [SESSIONS] [LISTENERS]     default: 1 000 000 sessions of 50 000 listeners over 14 days
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "platform/analysis/analyze.h"
#include "platform/analysis/render/render.h"
#include "platform/core/random.h"
#include "platform/storage/sqlite/sqlite_store.h"

namespace {

using namespace crossfade;
using Clock = std::chrono::steady_clock;

constexpr int kDays = 14;
constexpr std::int64_t kBatch = 10'000;
constexpr int kRounds = 5;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Every listener is in both experiments, an A/A test and one of four variants, from the first day on.
std::vector<Exposure> exposures_of(std::int64_t listener, Timestamp start) {
  const UnitId unit{std::to_string(listener)};
  const std::string four = "variant-" + std::to_string(listener / 2 % 4);
  return {
      {.unit = unit, .experiment = "aa", .variant = listener % 2 == 0 ? "control" : "treatment", .first_seen = start},
      {.unit = unit, .experiment = "recommenders", .variant = four, .first_seen = start}};
}

void fill(const std::filesystem::path& file, std::int64_t sessions, std::int64_t listeners) {
  storage::SqliteStore store(file, {.access = storage::SqliteStore::Access::write});
  const Timestamp start = *parse_timestamp("2026-01-05");
  EventBatch exposed;
  for (std::int64_t listener = 0; listener < listeners; ++listener) {
    for (Exposure& exposure : exposures_of(listener, start)) exposed.exposures.push_back(std::move(exposure));
  }
  store.append(exposed);
  Random random({20260105});
  EventBatch batch;
  for (std::int64_t id = 1; id <= sessions; ++id) {
    const std::int64_t at = start.ms + id * (kDays * kMsPerDay) / (sessions + 1);
    const int tracks = 5 + static_cast<int>(-4 * std::log(1 - random.uniform()));
    batch.sessions.push_back({.id = {id},
                              .unit = {std::to_string(random.below(static_cast<std::uint64_t>(listeners)))},
                              .tracks = tracks,
                              .time = std::round(100 * (tracks - 5 + random.uniform())) / 100,
                              .latency_ms = 0.2 * tracks * random.uniform(),
                              .started = {at},
                              .ended = {at + std::int64_t{60'000} * tracks}});
    if (id % kBatch == 0 || id == sessions) {
      store.append(batch);
      batch = {};
    }
  }
}

// In a process of its own; throws when that fails.
void fill_apart(const std::filesystem::path& file, std::int64_t sessions, std::int64_t listeners) {
  const pid_t child = fork();
  if (child == 0) {
    try {
      fill(file, sessions, listeners);
      _exit(0);
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
      _exit(1);
    }
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
    throw std::runtime_error("the store was not filled");
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void measure(const std::filesystem::path& file, std::int64_t sessions, std::int64_t listeners) {
  const storage::SqliteStore store(file, {});
  std::vector<double> whole;
  std::vector<double> reading;
  std::size_t bytes = 0;
  for (int round = 0; round < kRounds; ++round) {
    auto begin = Clock::now();
    bytes = analysis::render_json(analysis::analyze({}, store, {})).size();
    whole.push_back(seconds_since(begin));
    begin = Clock::now();
    (void)store.aggregate({});
    reading.push_back(seconds_since(begin));
  }
  const double first = whole.front();
  std::ranges::sort(whole);
  std::ranges::sort(reading);
  const double median = whole[kRounds / 2];
  fmt::print("analyze, {} sessions of {} listeners in 2 experiments, store of {:.0f} MB\n", sessions, listeners,
             static_cast<double>(std::filesystem::file_size(file)) / 1e6);
  fmt::print("  first     {:7.3f} s\n", first);
  fmt::print("  median    {:7.3f} s of {} (target 2 s: ratio {:.2f}), {:.0f} sessions/s\n", median, kRounds, median / 2,
             static_cast<double>(sessions) / median);
  fmt::print("  one pass  {:7.3f} s without a metric: ratio {:.2f}\n", reading[kRounds / 2],
             median / reading[kRounds / 2]);
  fmt::print("  peak RSS  {:7.1f} MB (target 200 MB: ratio {:.2f})\n", peak_megabytes(), peak_megabytes() / 200);
  fmt::print("  report    {:7} bytes of JSON\n", bytes);
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t sessions = argc > 1 ? std::atoll(argv[1]) : 1'000'000;
  const std::int64_t listeners = argc > 2 ? std::atoll(argv[2]) : 50'000;
  std::string name = (std::filesystem::temp_directory_path() / "crossfade-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return 1;
  const std::filesystem::path directory(name);
  int code = 0;
  try {
    fill_apart(directory / "bench.db", sessions, listeners);
    measure(directory / "bench.db", sessions, listeners);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    code = 1;
  }
  std::filesystem::remove_all(directory);
  return code;
}
