// `crossfade import botify-log`: lines a second, and the ratio to parsing the same lines with nlohmann::json and
// forgetting them. Both in one run and in turn. Target: 200 000 lines a second.
//   import_bench [SESSIONS]     default: 100 000 sessions of 10 000 listeners, some 900 000 lines
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "platform/core/random.h"
#include "platform/import/botify_log.h"
#include "platform/storage/sqlite/sqlite_store.h"

namespace {

using namespace crossfade;

constexpr int kRounds = 3;
constexpr std::int64_t kListeners = 10'000;

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Lines written. Sessions follow one another; a listener stays in a variant.
std::int64_t write_log(const std::filesystem::path& file, std::int64_t sessions) {
  std::ofstream log(file);
  Random random({20260105});
  std::int64_t lines = 0;
  for (std::int64_t session = 0; session < sessions; ++session) {
    const std::uint64_t user = random.below(kListeners);
    const int tracks = 5 + static_cast<int>(-4 * std::log(1 - random.uniform()));
    for (int position = 1; position <= tracks; ++position) {
      const bool last = position == tracks;
      log << fmt::format(R"({{"message":"{}","timestamp":{},"user":{},"track":{},"time":{:.2f},"latency":{:.6f},)"
                         R"("recommendation":{},"experiments":{{"AA":"{}","RANKING":"{}"}}}})"
                         "\n",
                         last ? "last" : "next", 1'767'571'200'000 + session * 1000 + position, user,
                         random.below(50'000), random.uniform(), 0.001 * random.uniform(),
                         last ? "null" : std::to_string(random.below(50'000)), user % 2 == 0 ? "C" : "T1",
                         user % 4 < 2 ? "C" : "T1");
      ++lines;
    }
  }
  return lines;
}

// Lines a second.
double parse(const std::filesystem::path& file) {
  const auto begin = std::chrono::steady_clock::now();
  std::ifstream log(file);
  std::int64_t lines = 0;
  for (std::string line; std::getline(log, line); ++lines) {
    if (!nlohmann::json::parse(line).is_object()) throw std::runtime_error("not an object");
  }
  return static_cast<double>(lines) / seconds_since(begin);
}

double import(const std::filesystem::path& file, const std::filesystem::path& into) {
  const auto begin = std::chrono::steady_clock::now();
  storage::SqliteStore store(into, {.access = storage::SqliteStore::Access::write});
  const imports::BotifyImport done = imports::import_botify_log({file}, store, SystemClock().now());
  return static_cast<double>(done.events) / seconds_since(begin);
}

void measure(const std::filesystem::path& directory, std::int64_t sessions) {
  const std::filesystem::path log = directory / "log.json";
  const std::int64_t lines = write_log(log, sessions);
  fmt::print("import, {} lines, {:.0f} MB\n", lines, static_cast<double>(std::filesystem::file_size(log)) / 1e6);
  fmt::print("{:>14} {:>14} {:>7}\n", "imported/s", "parsed/s", "ratio");
  std::vector<double> ratios;
  for (int round = 0; round < kRounds; ++round) {
    const double parsed = parse(log);
    const double imported = import(log, directory / fmt::format("round-{}.db", round));
    ratios.push_back(imported / parsed);
    fmt::print("{:>14.0f} {:>14.0f} {:>7.2f}\n", imported, parsed, ratios.back());
  }
  std::ranges::sort(ratios);
  fmt::print("median ratio {:.2f}\n", ratios[ratios.size() / 2]);
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t sessions = argc > 1 ? std::atoll(argv[1]) : 100'000;
  std::string name = (std::filesystem::temp_directory_path() / "crossfade-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return 1;
  const std::filesystem::path directory(name);
  int code = 0;
  try {
    measure(directory, sessions);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    code = 1;
  }
  std::filesystem::remove_all(directory);
  return code;
}
