#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "platform/assignment/assigner.h"
#include "tests/platform/assignment/experiments.h"

using crossfade::Configuration;
using crossfade::Experiment;
using crossfade::Layer;
using crossfade::LayerRange;
using crossfade::Status;
using crossfade::Variant;
using crossfade::assignment::Assigner;
using crossfade::assignment::BucketRange;
using crossfade::assignment::buckets_of_variants;
using crossfade::assignment::experiment_with;
using crossfade::assignment::kBuckets;

namespace {

// 1 to 8 positive weights that sum to 1 but for rounding errors.
std::vector<double> any_weights() {
  const auto parts = *rc::gen::resize(
      8, rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::resize(100, rc::gen::inRange(1, 1000)))));
  const double total = std::accumulate(parts.begin(), parts.end(), 0.0);
  std::vector<double> weights;
  weights.reserve(parts.size());
  for (const int part : parts) weights.push_back(part / total);
  return weights;
}

double any_fraction() {
  return *rc::gen::inRange(0, 100'001) / 1e5;
}

Configuration configuration_with(const Experiment& experiment) {
  Configuration configuration;
  configuration.experiments = {experiment};
  return configuration;
}

}  // namespace

TEST_CASE("buckets: full coverage gives every bucket exactly one owner", "[assignment]") {
  rc::prop("ranges follow one another without a gap from 0 to 10 000", [] {
    std::uint32_t next = 0;
    for (const BucketRange& range : buckets_of_variants(experiment_with("e", any_weights(), 1))) {
      RC_ASSERT(range.begin == next);
      RC_ASSERT(range.end >= range.begin);
      next = range.end;
    }
    RC_ASSERT(next == kBuckets);
  });
}

TEST_CASE("buckets: each is decided as a comparison of doubles would", "[assignment]") {
  rc::prop("contains(b) == (n >= begin && n < end)", [] {
    const Experiment experiment = experiment_with("e", any_weights(), any_fraction());
    const std::vector<BucketRange> ranges = buckets_of_variants(experiment);
    double cumulative = 0;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      const double weight = experiment.variants[i].weight;
      for (std::uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
        const double n = bucket / 10000.0;
        RC_ASSERT(ranges[i].contains(bucket) == (n >= cumulative && n < cumulative + experiment.coverage * weight));
      }
      cumulative += weight;
    }
  });
}

TEST_CASE("coverage: raising it moves nobody between variants", "[assignment]") {
  rc::prop("whoever takes part stays where they were", [] {
    const std::vector<double> weights = any_weights();
    const auto [low, high] = std::minmax({any_fraction(), any_fraction()});
    const Configuration before = configuration_with(experiment_with("ramp", weights, low));
    const Configuration after = configuration_with(experiment_with("ramp", weights, high));
    const Assigner at_low{before};
    const Assigner at_high{after};
    for (int unit = 0; unit < 200; ++unit) {
      const std::string name = *rc::gen::arbitrary<std::string>();
      const auto variant = at_low.variant_of(0, name);
      if (variant) RC_ASSERT(at_high.variant_of(0, name) == variant);
    }
  });
}

TEST_CASE("layers: experiments in disjoint ranges exclude each other and leave nobody out", "[assignment]") {
  rc::prop("ranges that follow one another share each unit among them", [] {
    std::vector<double> cuts = {0, any_fraction(), any_fraction(), any_fraction(), 1};
    std::ranges::sort(cuts);
    Configuration configuration;
    configuration.layers = {Layer{.name = "layer", .salt = *rc::gen::arbitrary<std::string>()}};
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
      Experiment experiment = experiment_with("experiment-" + std::to_string(i), any_weights(), 1);
      experiment.layer = LayerRange{.layer = "layer", .begin = cuts[i], .end = cuts[i + 1]};
      configuration.experiments.push_back(experiment);
    }
    const Assigner assigner{configuration};
    for (int unit = 0; unit < 200; ++unit) RC_ASSERT(assigner.assignments(std::to_string(unit)).size() == 1U);
  });
}

// The assigner hashes a layer once for experiments of it that stand side by side; here they stand in any order.
TEST_CASE("assigner: all assignments of a unit are those of each experiment by itself", "[assignment]") {
  rc::prop("whatever layers the experiments are in", [] {
    Configuration configuration;
    configuration.layers = {Layer{.name = "a", .salt = "a-2026"}, Layer{.name = "b", .salt = "b-2026"}};
    const auto layers = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 3));
    for (const int layer : layers) {
      const std::string key = "experiment-" + std::to_string(configuration.experiments.size());
      Experiment& experiment = configuration.experiments.emplace_back(experiment_with(key, any_weights(), 0.9));
      if (layer < 2) experiment.layer = LayerRange{.layer = layer == 0 ? "a" : "b", .begin = 0.2, .end = 0.8};
    }
    const Assigner assigner{configuration};
    for (int unit = 0; unit < 50; ++unit) {
      const std::string name = std::to_string(unit);
      std::vector<const Variant*> expected;
      for (std::size_t i = 0; i < configuration.experiments.size(); ++i) {
        const auto variant = assigner.variant_of(i, name);
        if (variant) expected.push_back(&configuration.experiments[i].variants[*variant]);
      }
      std::vector<const Variant*> found;
      for (const auto& assignment : assigner.assignments(name)) found.push_back(assignment.variant);
      RC_ASSERT(found == expected);
    }
  });
}

// Chi-square of independence on a 2 x 2 table of N = 100 000 units; the 1e-6 quantile of one degree of freedom is
// 23.9, and the units are fixed: this passes or fails for good.
TEST_CASE("layers: two layers are independent of one another", "[assignment]") {
  Configuration configuration;
  configuration.layers = {{.name = "a", .salt = "a-2026"}, {.name = "b", .salt = "b-2026"}};
  for (const char* name : {"a", "b"}) {
    Experiment experiment = experiment_with(std::string("in-") + name, {0.5, 0.5}, 1);
    experiment.layer = LayerRange{.layer = name, .begin = 0, .end = 1};
    configuration.experiments.push_back(experiment);
  }
  const Assigner assigner{configuration};
  constexpr int units = 100'000;
  std::array<std::array<double, 2>, 2> counts{};
  for (int unit = 0; unit < units; ++unit) {
    const std::string name = std::to_string(unit);
    ++counts.at(*assigner.variant_of(0, name)).at(*assigner.variant_of(1, name));
  }
  const auto& [first, second] = counts;
  const double determinant = first[0] * second[1] - first[1] * second[0];
  const double statistic =
      units * determinant * determinant /
      ((first[0] + first[1]) * (second[0] + second[1]) * (first[0] + second[0]) * (first[1] + second[1]));
  CHECK(statistic < 23.9);
}
