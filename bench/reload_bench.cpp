// What a reload costs, off the request path: a file of experiments is read, held against what ran, and made an
// assigner; and yaml-cpp reading the same text, which is the least that it may take.
//   reload_bench [EXPERIMENTS]     default: 1 000, each with targeting, two variants, metrics and a plan
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "platform/assignment/assigner.h"
#include "platform/config/changes/past_runs.h"
#include "platform/config/load.h"

namespace {

using namespace crossfade;
using Clock = std::chrono::steady_clock;

constexpr int kRounds = 9;
constexpr int kLayer = 50;  // experiments that share one

std::string text_of(int experiments) {
  std::string text =
      "version: 1\nparameters: {ranker: recent, depth: 10}\ngroups: {nordic: [SE, \"NO\", FI, DK]}\nlayers:\n";
  for (int i = 0; i < experiments; i += kLayer)
    text += fmt::format("  layer-{0}: {{salt: layer-{0}-2026}}\n", i / kLayer);
  text += "experiments:\n";
  for (int i = 0; i < experiments; ++i) {
    const double begin = static_cast<double>(i % kLayer) / kLayer;
    const double end = static_cast<double>(i % kLayer + 1) / kLayer;
    text += fmt::format(
        "  - key: ranker-{0}\n"
        "    hypothesis: What resembles the last item is bought more often.\n"
        "    owner: ranking\n"
        "    status: running\n"
        "    layer: {{name: layer-{1}, range: [{2}, {3}]}}\n"
        "    targeting: {{country: {{$inGroup: nordic}}, age: {{$gte: 18}}, \"app.version\": {{$vgte: 3.{4}.0}}}}\n"
        "    variants:\n"
        "      - {{key: control, weight: 0.5, control: true, parameters: {{setting-{1}: recent}}}}\n"
        "      - {{key: treatment, weight: 0.5, parameters: {{setting-{1}: similar}}}}\n"
        "    metrics: {{primary: mean_time_per_session, secondary: [sessions, time]}}\n"
        "    plan: {{mode: group_sequential, mde: 0.05, power: 0.8, looks: 4}}\n",
        i, i / kLayer, begin, end, i % 10);
  }
  std::string shared = "parameters: {ranker: recent, depth: 10";
  for (int i = 0; i < experiments; i += kLayer) shared += fmt::format(", setting-{}: none", i / kLayer);
  text.replace(text.find("parameters: {ranker: recent, depth: 10"), 38, shared);
  return text;
}

double median_of(const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int round = 0; round < kRounds; ++round) {
    const auto begin = Clock::now();
    work();
    seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
  }
  std::ranges::sort(seconds);
  return seconds[kRounds / 2];
}

void measure(int experiments) {
  const std::string text = text_of(experiments);
  const auto load = [&text] { return config::load(text, "experiments.yaml", {}); };
  config::PastRuns past;
  past.follow(load(), {0});
  std::size_t nodes = 0;
  const double parsed = median_of([&] { nodes += YAML::Load(text).size(); });
  const double loaded = median_of([&] { nodes += load().experiments.size(); });
  const double reloaded = median_of([&] {
    const Configuration next = load();
    nodes += config::changes_refused(past, next, "experiments.yaml").size();
    const assignment::Assigner assigner(next);
    nodes += assigner.assignments("1").size();
  });
  fmt::print("{} experiments, {:.0f} KB ({})\n", experiments, static_cast<double>(text.size()) / 1000, nodes);
  fmt::print("  YAML::Load  {:7.1f} ms\n", 1000 * parsed);
  fmt::print("  load        {:7.1f} ms: ratio {:.2f}\n", 1000 * loaded, loaded / parsed);
  fmt::print("  reload      {:7.1f} ms: ratio {:.2f} (at most 3 is wanted)\n", 1000 * reloaded, reloaded / parsed);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    measure(argc > 1 ? std::atoi(argv[1]) : 1000);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
