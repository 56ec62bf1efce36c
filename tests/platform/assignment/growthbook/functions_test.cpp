// The sections of GrowthBook's suite that try one function: all of them pass.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "platform/assignment/assigner.h"
#include "platform/assignment/conditions/condition.h"
#include "platform/assignment/hash.h"
#include "tests/platform/assignment/growthbook/cases.h"
#include "tests/platform/assignment/growthbook/configurations.h"

using namespace crossfade;
using namespace crossfade::assignment;
using crossfade::assignment::testing::growthbook_cases;
using crossfade::assignment::testing::name_of;
using crossfade::assignment::testing::Tally;
using crossfade::assignment::testing::weights_of;

namespace {

std::vector<BucketRange> ranges_of(const JsonValue& written) {
  std::vector<BucketRange> ranges;
  for (const JsonValue& range : *written.array()) {
    ranges.push_back(buckets_between(*(*range.array())[0].number(), *(*range.array())[1].number()));
  }
  return ranges;
}

// A bound that the suite prints rounded, 0.04 for 0.2 x 0.2 = 0.04000000000000001, lies a bucket further.
bool is_near(std::uint32_t bucket, double bound) {
  const double at = bound * kBuckets;
  return bucket >= at - 1e-6 && bucket <= at + 1 + 1e-6;
}

}  // namespace

TEST_CASE("growthbook: every condition holds as it does there", "[assignment][growthbook]") {
  const auto cases = growthbook_cases("evalCondition");
  if (cases.empty()) return;
  Tally tally("evalCondition");
  for (const JsonValue& one : cases) {
    const JsonValue::Array& parts = *one.array();
    Groups groups;
    if (parts.size() > 4) {
      for (const JsonMember& group : *parts[4].object()) groups[group.name] = *group.value.array();
    }
    INFO(name_of(one));
    const bool passed = Condition(parts[1], groups).holds(parts[2]) == *parts[3].boolean();
    CHECK(passed);
    tally.add(passed);
  }
  tally.expect(248);
}

TEST_CASE("growthbook: both versions of the hash are those of the suite", "[assignment][growthbook]") {
  const auto cases = growthbook_cases("hash");
  if (cases.empty()) return;
  Tally tally("hash");
  for (const JsonValue& one : cases) {
    const JsonValue::Array& parts = *one.array();
    const std::string& seed = *parts[0].text();
    const std::string& unit = *parts[1].text();
    const auto algorithm = testing::hash_of_version(*parts[2].number());
    if (!algorithm) {
      tally.add(parts[3].kind() == JsonValue::Kind::null);
      continue;
    }
    const std::uint32_t bucket =
        *algorithm == HashAlgorithm::fnv1a_v1 ? bucket_of_v1(seed, unit) : bucket_of(Fnv1a32{}.add(seed), unit);
    INFO(seed << " " << unit);
    CHECK(static_cast<double>(bucket) / kBuckets == *parts[3].number());
    tally.add(static_cast<double>(bucket) / kBuckets == *parts[3].number());
  }
  tally.expect(15);
}

TEST_CASE("growthbook: variants own the suite's ranges of buckets", "[assignment][growthbook]") {
  const auto cases = growthbook_cases("getBucketRange");
  if (cases.empty()) return;
  Tally tally("getBucketRange");
  for (const JsonValue& one : cases) {
    const JsonValue::Array& given = *(*one.array())[1].array();
    Experiment experiment;
    const auto variants = static_cast<std::size_t>(*given[0].number());
    // Its SDKs bring what is out of bounds within them; here it is refused when the file is read.
    experiment.coverage = std::clamp(*given[1].number(), 0.0, 1.0);
    for (const double weight : weights_of(given[2], variants))
      experiment.variants.push_back({.key = "", .weight = weight, .parameters = {}});
    const std::vector<BucketRange> ranges = buckets_of_variants(experiment);
    const JsonValue::Array& wanted = *(*one.array())[2].array();
    bool passed = ranges.size() == wanted.size();
    for (std::size_t i = 0; passed && i < wanted.size(); ++i) {
      passed = is_near(ranges[i].begin, *(*wanted[i].array())[0].number()) &&
               is_near(ranges[i].end, *(*wanted[i].array())[1].number());
    }
    INFO(name_of(one));
    CHECK(passed);
    tally.add(passed);
  }
  tally.expect(13);
}

TEST_CASE("growthbook: a bucket is of the variant that it is of there", "[assignment][growthbook]") {
  const auto cases = growthbook_cases("chooseVariation");
  if (cases.empty()) return;
  Tally tally("chooseVariation");
  for (const JsonValue& one : cases) {
    const JsonValue::Array& parts = *one.array();
    const auto bucket = static_cast<std::uint32_t>(std::lround(*parts[1].number() * kBuckets));
    const auto owner = owner_of(bucket, ranges_of(parts[2]));
    INFO(name_of(one));
    CHECK((owner ? static_cast<double>(*owner) : -1) == *parts[3].number());
    tally.add((owner ? static_cast<double>(*owner) : -1) == *parts[3].number());
  }
  tally.expect(13);
}

TEST_CASE("growthbook: a namespace is a layer that hashes by version 1", "[assignment][growthbook]") {
  const auto cases = growthbook_cases("inNamespace");
  if (cases.empty()) return;
  Tally tally("inNamespace");
  for (const JsonValue& one : cases) {
    const JsonValue::Array& parts = *one.array();
    const JsonValue::Array& given = *parts[2].array();
    Configuration configuration;
    configuration.layers = {testing::layer_of_namespace(*given[0].text())};
    Experiment& experiment = configuration.experiments.emplace_back();
    experiment.layer =
        LayerRange{.layer = configuration.layers[0].name, .begin = *given[1].number(), .end = *given[2].number()};
    experiment.variants = {{.key = "everybody", .weight = 1, .parameters = {}}};
    const bool inside = Assigner(configuration).variant_of(0, *parts[1].text()).has_value();
    INFO(name_of(one));
    CHECK(inside == *parts[3].boolean());
    tally.add(inside == *parts[3].boolean());
  }
  tally.expect(16);
}

TEST_CASE("growthbook: variants without weights have the same", "[assignment][growthbook]") {
  const auto cases = growthbook_cases("getEqualWeights");
  if (cases.empty()) return;
  Tally tally("getEqualWeights");
  for (const JsonValue& one : cases) {
    const JsonValue::Array& parts = *one.array();
    const auto variants = static_cast<std::size_t>(std::max(0.0, *parts[0].number()));
    const std::vector<double> weights = weights_of({}, variants);
    // It is printed to eight places.
    const bool passed = std::ranges::equal(weights, *parts[1].array(), [](double weight, const JsonValue& wanted) {
      return std::abs(weight - *wanted.number()) < 5e-9;
    });
    CHECK(passed);
    tally.add(passed);
  }
  tally.expect(6);
}
