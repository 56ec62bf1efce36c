// Assignment of a unit with attributes: ten experiments, one in each of ten layers, five of them with targeting. In
// half of a layer (fifteen hashes on average) and in all of it (twenty); of integer units and of UUIDs; and the hashes
// alone. bench/assign_bench.mjs runs it beside GrowthBook's SDK in Node, and prints ratios.
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "platform/assignment/assigner.h"
#include "platform/assignment/hash.h"
#include "platform/core/json_text.h"
#include "platform/core/random.h"

namespace {

using namespace crossfade;

constexpr std::size_t kUnits = 4096;

// The same stand in assign_bench.mjs.
const char* const kAttributes =
    R"json({"country": "SE", "age": 34, "plan": "pro", "device": {"os": "ios", "model": "15"},
  "appVersion": "1.12.3", "tags": ["new", "beta"], "userAgent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148"})json";
const std::array kConditions = {
    R"json({"country": {"$in": ["SE", "NO", "DK", "FI"]}})json",
    R"json({"age": {"$gte": 18, "$lt": 65}})json",
    R"json({"plan": {"$ne": "free"}, "device.os": "ios"})json",
    R"json({"appVersion": {"$vgte": "1.10.0"}})json",
    R"json({"$or": [{"tags": {"$elemMatch": {"$eq": "beta"}}}, {"userAgent": {"$regex": "(Android|Tablet)"}}]})json",
};

Configuration configuration(double range, bool targeted) {
  Configuration made;
  for (std::size_t i = 0; i < 10; ++i) {
    const std::string name = fmt::format("layer-{}", i);
    made.layers.push_back({.name = name, .salt = name + "-2026"});
    Experiment& experiment = made.experiments.emplace_back();
    experiment.key = experiment.salt = fmt::format("experiment-{}", i);
    experiment.status = Status::running;
    experiment.layer = LayerRange{.layer = name, .begin = 0, .end = range};
    experiment.variants = {{.key = "control", .weight = 0.5, .control = true, .parameters = {}},
                           {.key = "treatment", .weight = 0.5, .control = false, .parameters = {}}};
    if (targeted && i % 2 == 0) experiment.targeting = *parse_json(kConditions[i / 2]);
  }
  return made;
}

std::vector<std::string> units(bool uuids) {
  Random random{20261201};
  std::vector<std::string> made;
  for (std::size_t i = 0; i < kUnits; ++i) {
    const auto part = [&](std::uint64_t below) { return random.below(below); };
    made.push_back(uuids ? fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", part(1ULL << 32U), part(1U << 16U),
                                       part(1U << 12U), part(1U << 12U), part(1ULL << 48U))
                         : std::to_string(part(10'000'000)));
  }
  return made;
}

void assign(benchmark::State& state, double range, bool uuids, bool targeted) {
  const Configuration made = configuration(range, targeted);
  const assignment::Assigner assigner{made};
  const JsonValue attributes = *parse_json(kAttributes);
  const std::vector<std::string> asked = units(uuids);
  std::size_t next = 0;
  std::size_t assigned = 0;
  for (auto _ : state) {
    assigned += assigner.assignments({asked[next++ % kUnits], &attributes}).size();
  }
  state.counters["experiments"] = static_cast<double>(assigned) / static_cast<double>(next);
}

void hash(benchmark::State& state, std::size_t hashes, bool uuids) {
  std::vector<assignment::Fnv1a32> seeds;
  for (std::size_t i = 0; i < hashes; ++i) seeds.push_back(assignment::Fnv1a32{}.add(fmt::format("experiment-{}", i)));
  const std::vector<std::string> asked = units(uuids);
  std::size_t next = 0;
  for (auto _ : state) {
    const std::string& unit = asked[next++ % kUnits];
    for (const assignment::Fnv1a32 seed : seeds) benchmark::DoNotOptimize(assignment::bucket_of(seed, unit));
  }
}

void read_attributes(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(parse_json(kAttributes));
}

BENCHMARK_CAPTURE(assign, half_integers, 0.5, false, true);
BENCHMARK_CAPTURE(assign, half_uuids, 0.5, true, true);
BENCHMARK_CAPTURE(assign, whole_integers, 1.0, false, true);
BENCHMARK_CAPTURE(assign, whole_uuids, 1.0, true, true);
BENCHMARK_CAPTURE(assign, untargeted_half_uuids, 0.5, true, false);
BENCHMARK_CAPTURE(hash, fifteen_integers, 15, false);
BENCHMARK_CAPTURE(hash, fifteen_uuids, 15, true);
BENCHMARK(read_attributes);

}  // namespace

BENCHMARK_MAIN();
