// Plans of one look, of values with heavy tails in unequal variants without an effect: how often something is shipped.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <utility>

#include "platform/analysis/analyze.h"
#include "platform/storage/contract/unit_table.h"
#include "tests/platform/analysis/fake_store.h"
#include "tests/platform/stats/truth/draws.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;
using stats::test::Draws;
using stats::test::Shape;

namespace {

constexpr int kExperiments = 1000;
// alpha and two Monte Carlo errors.
constexpr double kMost = 0.05 + 2 * 0.0069;

// Fewer is better, which is what a small variant without a bot looks like.
Configuration planned(std::pair<int, int> sizes, SequentialMode mode) {
  Configuration result =
      configuration({experiment("e", {"control", "treatment"}, {.primary = "m", .secondary = {}, .guardrails = {}})});
  MetricDefinition metric;
  metric.name = "m";
  metric.direction = Direction::decrease;
  metric.lookback_days = 0;
  result.metrics = {metric};
  const double units = sizes.first + sizes.second;
  result.experiments[0].variants[0].weight = sizes.first / units;
  result.experiments[0].variants[1].weight = sizes.second / units;
  result.experiments[0].plan = Plan{.sample_size = static_cast<std::int64_t>(units), .mode = mode};
  return result;
}

// The metric stands behind the six that every experiment has.
storage::ExperimentAggregate drawn(Draws& draws, Shape shape, std::pair<int, int> sizes) {
  constexpr std::size_t kPosition = 6;
  storage::UnitTable table;
  table.experiment = "e";
  table.variants = {"control", "treatment"};
  table.metrics.resize(kPosition, {.type = MetricType::mean, .numerator = 1});
  table.metrics.push_back({.type = MetricType::mean, .numerator = 0});
  table.columns = 2;
  for (int unit = 0; unit < sizes.first + sizes.second; ++unit) {
    table.units.push_back({std::to_string(unit)});
    table.variant.push_back(unit < sizes.first ? 0 : 1);
    table.values.insert(table.values.end(), {draws.value(shape), 0});
  }
  storage::ExperimentAggregate result = summarise(table);
  result.first_exposure = parse_timestamp("2026-01-05");
  result.last_exposure = result.first_exposure;
  result.data_through = parse_timestamp("2026-01-19");
  return result;
}

struct Shipped {
  double by_verdict = 0;
  double by_welch = 0;  // what the planned test would have shipped by itself
};

Shipped shipped(Shape shape, std::pair<int, int> sizes, SequentialMode mode) {
  const Configuration configured = planned(sizes, mode);
  AnalyzeOptions options;
  options.interactions = false;
  Draws draws(41);
  Shipped share;
  for (int i = 0; i < kExperiments; ++i) {
    const Report report = analyze(configured, FakeStore({drawn(draws, shape, sizes)}), options).at(0);
    const Comparison& primary = report.metrics.at(0).comparisons.at(0);
    if (report.decision.verdict == Verdict::ship) share.by_verdict += 1.0 / kExperiments;
    if (*primary.p_value < 0.05 && *primary.effect < 0) share.by_welch += 1.0 / kExperiments;
  }
  return share;
}

}  // namespace

TEST_CASE("skewed plans: ship no more often than alpha says", "[analysis]") {
  for (const SequentialMode mode : {SequentialMode::fixed, SequentialMode::group_sequential}) {
    for (const Shape shape : stats::test::kHeavy) {
      for (const auto& sizes : {std::pair(450, 50), {475, 25}, {1800, 200}, {1900, 100}}) {
        const Shipped share = shipped(shape, sizes, mode);
        std::printf("%s, %d/%d, %s: shipped %.1f %%, by the planned test alone %.1f %%\n", to_string(shape),
                    sizes.first, sizes.second, std::string(to_string(mode)).c_str(), 100 * share.by_verdict,
                    100 * share.by_welch);
        CHECK(share.by_welch > kMost);  // must fail
        CHECK(share.by_verdict < kMost);
      }
    }
  }
}
