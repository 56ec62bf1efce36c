#include "platform/assignment/assigner.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using crossfade::Configuration;
using crossfade::Experiment;
using crossfade::HashAlgorithm;
using crossfade::LayerRange;
using crossfade::Status;
using crossfade::Value;
using crossfade::Values;
using crossfade::Variant;
using crossfade::assignment::Assigner;
using crossfade::assignment::Assignment;
using crossfade::assignment::BucketRange;
using crossfade::assignment::buckets_between;
using crossfade::assignment::buckets_of_variants;

namespace {

Experiment experiment_with(const std::string& key, const std::vector<double>& weights, double coverage = 1) {
  Experiment experiment;
  experiment.key = key;
  experiment.salt = key;
  experiment.status = Status::running;
  experiment.coverage = coverage;
  for (const double weight : weights) {
    Variant& variant = experiment.variants.emplace_back();
    variant.key = std::string(1, static_cast<char>('a' + experiment.variants.size() - 1));
    variant.weight = weight;
  }
  return experiment;
}

// How many of the units 0 .. 9999 are in no variant, in the first, in the second, ...
std::vector<int> split(const Experiment& experiment) {
  Configuration configuration;
  configuration.experiments = {experiment};
  const Assigner assigner{configuration};
  std::vector<int> counts(experiment.variants.size() + 1);
  for (int unit = 0; unit < 10'000; ++unit) {
    const auto variant = assigner.variant_of(0, std::to_string(unit));
    ++counts[variant ? *variant + 1 : 0];
  }
  return counts;
}

}  // namespace

// growthbook/growthbook, packages/sdk-js/test/cases.json (specVersion 0.5.4), "getBucketRange". Its [0, 0.04] is
// printed rounded: 0.2 x 0.2 is 0.04000000000000001, so that n = 0.04 is inside.
TEST_CASE("buckets: variants own GrowthBook's published ranges", "[assignment]") {
  using Ranges = std::vector<BucketRange>;
  CHECK(buckets_of_variants(experiment_with("e", {0.5, 0.5})) == Ranges{{0, 5000}, {5000, 10000}});
  CHECK(buckets_of_variants(experiment_with("e", {0.5, 0.5}, 0.5)) == Ranges{{0, 2500}, {5000, 7500}});
  CHECK(buckets_of_variants(experiment_with("e", {0.5, 0.5}, 0)) == Ranges{{0, 0}, {5000, 5000}});
  CHECK(buckets_of_variants(experiment_with("e", {0.4, 0.6})) == Ranges{{0, 4000}, {4000, 10000}});
  CHECK(buckets_of_variants(experiment_with("e", {0.2, 0.3, 0.5})) == Ranges{{0, 2000}, {2000, 5000}, {5000, 10000}});
  CHECK(buckets_of_variants(experiment_with("e", {0.2, 0.3, 0.5}, 0.2)) ==
        Ranges{{0, 401}, {2000, 2600}, {5000, 6000}});
}

// Where a sum of weights is off by a rounding error, the bucket on the bound goes where GrowthBook sends it. Bounds and
// counts below were computed with the functions of its util.ts under Node 18.20.
TEST_CASE("buckets: rounding errors of sums of weights fall as GrowthBook's do", "[assignment]") {
  using Ranges = std::vector<BucketRange>;
  CHECK(buckets_of_variants(experiment_with("e", {0.1, 0.2, 0.7})) == Ranges{{0, 1000}, {1000, 3001}, {3001, 10000}});
  CHECK(buckets_of_variants(experiment_with("e", {0.3333, 0.3333, 0.3334})) ==
        Ranges{{0, 3333}, {3333, 6666}, {6666, 10000}});
  CHECK(buckets_of_variants(experiment_with("e", {1.0 / 3, 1.0 / 3, 1.0 / 3})) ==
        Ranges{{0, 3334}, {3334, 6667}, {6667, 10000}});
  CHECK(buckets_of_variants(experiment_with("e", std::vector(10, 0.1), 0.7)) == Ranges{{0, 700},
                                                                                       {1000, 1700},
                                                                                       {2000, 2700},
                                                                                       {3001, 3701},
                                                                                       {4000, 4701},
                                                                                       {5000, 5700},
                                                                                       {6000, 6700},
                                                                                       {7000, 7700},
                                                                                       {8000, 8700},
                                                                                       {9000, 9700}});
}

TEST_CASE("buckets: a range is half-open and clamped to 0 .. 10 000", "[assignment]") {
  CHECK(buckets_between(0.0, 0.3) == BucketRange{0, 3000});
  CHECK(buckets_between(0.3, 1.0) == BucketRange{3000, 10000});
  CHECK(buckets_between(0.00001, 0.00011) == BucketRange{1, 2});
  CHECK(buckets_between(-1, 2) == BucketRange{0, 10000});
}

TEST_CASE("assigner: splits units 0 .. 9999 as GrowthBook does", "[assignment]") {
  CHECK(split(experiment_with("sticky-vs-random", {0.5, 0.5})) == std::vector{0, 4923, 5077});
  CHECK(split(experiment_with("weights", {0.1, 0.2, 0.7})) == std::vector{0, 972, 1966, 7062});
  CHECK(split(experiment_with("thirds", {0.3333, 0.3333, 0.3334})) == std::vector{0, 3328, 3314, 3358});
  CHECK(split(experiment_with("equal", {1.0 / 3, 1.0 / 3, 1.0 / 3})) == std::vector{0, 3339, 3367, 3294});
  CHECK(split(experiment_with("partial", {0.1, 0.2, 0.7}, 0.3)) == std::vector{7012, 294, 628, 2066});
  CHECK(split(experiment_with("tenths", std::vector(10, 0.1), 0.7)) ==
        std::vector{2989, 721, 685, 689, 706, 637, 718, 732, 710, 714, 699});
}

// Single listeners of the course's logs.
TEST_CASE("assigner: murmur3-mod gives the course's assignments", "[assignment]") {
  Configuration configuration;
  configuration.experiments = {experiment_with("AA", {0.5, 0.5}),
                               experiment_with("STICKY_ARTIST", {0.25, 0.25, 0.25, 0.25})};
  for (Experiment& experiment : configuration.experiments) experiment.hash = HashAlgorithm::murmur3_mod;
  const Assigner assigner{configuration};
  CHECK(assigner.variant_of(0, "3255") == 0U);
  CHECK(assigner.variant_of(0, "7229") == 1U);
  CHECK(assigner.variant_of(0, "1661") == 1U);
  CHECK(assigner.variant_of(1, "5650") == 2U);
  CHECK(assigner.variant_of(1, "5100") == 1U);
  CHECK(assigner.variant_of(1, "6269") == 1U);
  CHECK(assigner.variant_of(1, "771") == 3U);
}

TEST_CASE("assigner: a salt replaces the key as the seed", "[assignment]") {
  Experiment renamed = experiment_with("partial", {0.1, 0.2, 0.7}, 0.3);
  renamed.key = "another-key";
  CHECK(split(renamed) == std::vector{7012, 294, 628, 2066});
}

// Unit "7" has bucket 4473 under the salt ranking-2026 (Node 18.20, GrowthBook's hash).
TEST_CASE("assigner: a layer's range takes its slice of the layer's buckets, begin included, end not", "[assignment]") {
  const auto in_range = [](double begin, double end) {
    Configuration configuration;
    configuration.layers = {{.name = "ranking", .salt = "ranking-2026"}};
    configuration.experiments = {experiment_with("e", {0.5, 0.5})};
    configuration.experiments[0].layer = LayerRange{.layer = "ranking", .begin = begin, .end = end};
    return Assigner{configuration}.variant_of(0, "7").has_value();
  };
  CHECK(in_range(0, 1));
  CHECK(in_range(0.4473, 0.5));
  CHECK(in_range(0.4, 0.4474));
  CHECK_FALSE(in_range(0.4474, 0.5));
  CHECK_FALSE(in_range(0.4, 0.4473));
}

TEST_CASE("assigner: assigns for running experiments only, shows the others when asked", "[assignment]") {
  Configuration configuration;
  for (const auto& [key, status] :
       {std::pair{"draft", Status::draft}, std::pair{"running", Status::running}, std::pair{"over", Status::stopped}}) {
    configuration.experiments.push_back(experiment_with(key, {1.0}));
    configuration.experiments.back().status = status;
  }
  const Assigner assigner{configuration};
  const std::vector<Assignment> assignments = assigner.assignments("7");
  REQUIRE(assignments.size() == 1);
  CHECK(assignments[0].experiment == &configuration.experiments[1]);
  CHECK(assignments[0].variant == &configuration.experiments[1].variants[0]);
  CHECK(assigner.variant_of(0, "7") == 0U);
  CHECK(assigner.variant_of(2, "7") == 0U);
}

TEST_CASE("assigner: what was decided is everybody's, below what runs", "[assignment]") {
  Configuration configuration;
  configuration.parameters = {{"recommender", "random"}, {"top", 10L}, {"shuffle", true}};
  configuration.experiments = {experiment_with("past", {0.5, 0.5}), experiment_with("running", {1.0})};
  Experiment& past = configuration.experiments[0];
  past.status = Status::stopped;
  past.coverage = 0.1;  // whoever was not in it, too
  past.variants[1].parameters = {{"recommender", "sticky"}, {"top", 20L}};
  past.decided = crossfade::Decided{.variant = past.variants[1].key, .on = {0}, .why = "", .learned = ""};
  configuration.experiments[1].variants[0].parameters = {{"top", 30L}};
  const Assigner assigner{configuration};
  for (const std::string unit : {"1", "2", "3", "x"}) {
    CHECK(assigner.parameters_of(unit) == Values{{"recommender", "sticky"}, {"top", 30L}, {"shuffle", true}});
    CHECK(*assigner.parameter("recommender", assigner.assignments(unit)) == Value{"sticky"});
    CHECK(assigner.assignments(unit).size() == 1);
  }
}

TEST_CASE("assigner: parameters are the configuration's, overridden by each variant in turn", "[assignment]") {
  Configuration configuration;
  configuration.parameters = {{"recommender", "random"}, {"top", 10L}, {"shuffle", true}};
  configuration.experiments = {experiment_with("first", {1.0}), experiment_with("second", {1.0}),
                               experiment_with("draft", {1.0})};
  configuration.experiments[0].variants[0].parameters = {{"recommender", "sticky"}, {"top", 20L}};
  configuration.experiments[1].variants[0].parameters = {{"top", 30L}};
  configuration.experiments[2].variants[0].parameters = {{"shuffle", false}};
  configuration.experiments[2].status = Status::draft;
  const Assigner assigner{configuration};
  const Values expected = {{"recommender", "sticky"}, {"top", 30L}, {"shuffle", true}};
  CHECK(assigner.parameters_of("7") == expected);

  const std::vector<Assignment> assignments = assigner.assignments("7");
  for (const auto& [name, value] : expected) {
    REQUIRE(assigner.parameter(name, assignments) != nullptr);
    CHECK(*assigner.parameter(name, assignments) == value);
  }
  REQUIRE(assigner.parameter("recommender", {}) != nullptr);
  CHECK(*assigner.parameter("recommender", {}) == Value{"random"});
  CHECK(assigner.parameter("unheard-of", assignments) == nullptr);
}
