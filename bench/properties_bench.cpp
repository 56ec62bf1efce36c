// What attributes and properties cost an analysis: a million units, each with one session and one event; the same
// metric over columns and over properties, without and with a dimension of an attribute.
//   properties_bench [UNITS]
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "platform/analysis/analyze.h"
#include "platform/config/load.h"
#include "platform/core/random.h"
#include "platform/storage/sqlite/sqlite_store.h"

namespace {

using namespace crossfade;
using Clock = std::chrono::steady_clock;

constexpr int kRounds = 3;

void fill(const std::filesystem::path& file, std::int64_t units) {
  storage::SqliteStore store(file, {.access = storage::SqliteStore::Access::write});
  constexpr std::int64_t batch_size = 10'000;
  const std::array<const char*, 4> countries{"SE", "NO", "FI", "DK"};
  const Timestamp start = *parse_timestamp("2026-01-05");
  Random random({20260105});
  EventBatch batch;
  for (std::int64_t i = 0; i < units; ++i) {
    const UnitId unit{std::to_string(i)};
    const double revenue = std::round(10'000 * random.uniform()) / 100;
    const std::string plan = random.below(3) == 0 ? "pro" : "free";
    batch.exposures.push_back({.unit = unit,
                               .experiment = "ranker",
                               .variant = i % 2 == 0 ? "control" : "treatment",
                               .first_seen = start,
                               .attributes = fmt::format(R"({{"age":{},"country":"{}","plan":"{}"}})",
                                                         18 + random.below(60), countries.at(random.below(4)), plan)});
    batch.sessions.push_back({.id = {i + 1},
                              .unit = unit,
                              .tracks = 3,
                              .time = revenue,
                              .latency_ms = std::nullopt,
                              .started = {start.ms + 1},
                              .ended = {start.ms + 1000}});
    batch.events.push_back(
        {.unit = unit,
         .name = "purchase",
         .value = revenue,
         .at = {start.ms + 500},
         .properties = fmt::format(R"({{"items":{},"revenue":{},"plan":"{}"}})", 1 + random.below(5), revenue, plan)});
    if ((i + 1) % batch_size == 0 || i + 1 == units) {
      store.append(batch);
      batch = {};
    }
  }
}

Configuration configuration_of(const std::string& metric, const std::string& dimension) {
  return config::load(
      fmt::format("version: 1\n"
                  "parameters: {{ranker: recent}}\n"
                  "{}"
                  "metrics:\n"
                  "  revenue: {{type: mean, numerator: {{event: {{custom: purchase}}, aggregate: sum, {}}}}}\n"
                  "experiments:\n"
                  "  - key: ranker\n"
                  "    status: running\n"
                  "    variants:\n"
                  "      - {{key: control, weight: 0.5, control: true}}\n"
                  "      - {{key: treatment, weight: 0.5, parameters: {{ranker: similar}}}}\n"
                  "    metrics: {{primary: revenue}}\n",
                  dimension, metric),
      "experiments.yaml", {});
}

double seconds_of(const storage::EventStore& store, const Configuration& configuration, const std::string& by) {
  std::vector<double> seconds;
  for (int round = 0; round < kRounds; ++round) {
    analysis::AnalyzeOptions options;
    if (!by.empty()) options.by = {by};
    const auto begin = Clock::now();
    (void)analysis::analyze(configuration, store, options);
    seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
  }
  std::ranges::sort(seconds);
  return seconds[kRounds / 2];
}

void measure(const std::filesystem::path& file, std::int64_t units) {
  const storage::SqliteStore store(file, {});
  const std::string dimension = "dimensions:\n  country: {attribute: country}\n";
  const double without = seconds_of(store, configuration_of("value: value", ""), "");
  fmt::print("{} units, a session and an event each\n", units);
  fmt::print("  sum of a column                      {:6.2f} s\n", without);
  const auto tell = [&](const char* what, double seconds) {
    fmt::print("  {:<36} {:6.2f} s: ratio {:.2f} (below 2 is wanted)\n", what, seconds, seconds / without);
  };
  tell("sum of a property", seconds_of(store, configuration_of("value: properties.revenue", ""), ""));
  tell("of those where another one says so",
       seconds_of(store, configuration_of("value: properties.revenue, where: \"properties.plan = 'pro'\"", ""), ""));
  tell("a column by an attribute", seconds_of(store, configuration_of("value: value", dimension), "country"));
  tell("a property by an attribute",
       seconds_of(store, configuration_of("value: properties.revenue", dimension), "country"));
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t units = argc > 1 ? std::atoll(argv[1]) : 1'000'000;
  std::string name = (std::filesystem::temp_directory_path() / "crossfade-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return 1;
  const std::filesystem::path directory(name);
  int code = 0;
  try {
    fill(directory / "bench.db", units);
    measure(directory / "bench.db", units);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    code = 1;
  }
  std::filesystem::remove_all(directory);
  return code;
}
