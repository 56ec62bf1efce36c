#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/platform/config/support.h"

using namespace crossfade;
using namespace crossfade::config;
using crossfade::config::testing::Faults;
using crossfade::config::testing::types;
using crossfade::config::testing::with_head;

namespace {

const std::string kHalves = "[{key: a, weight: 0.5, control: true}, {key: b, weight: 0.5}]";

// A running experiment e, whose key stands in line 6, column 11.
Configuration configuration_with(const std::string& rest, const std::string& variants = kHalves) {
  return load(with_head("experiments:\n  - {key: e, status: running, " + rest + " variants: " + variants + "}\n"),
              "e.yaml", types());
}

Faults refused(const Configuration& before, const Configuration& after) {
  Faults messages;
  for (const Fault& fault : changes_refused(before, after, "e.yaml")) messages.push_back(to_string(fault));
  return messages;
}

}  // namespace

TEST_CASE("changes: weights of a running experiment stay", "[config]") {
  const Configuration before = configuration_with("");
  const std::string uneven = "[{key: a, weight: 0.4, control: true}, {key: b, weight: 0.6}]";
  CHECK(
      refused(before, configuration_with("", uneven)) ==
      Faults{"e.yaml:6:11: the list of weights of running experiment \"e\" changed from 0.5, 0.5 to 0.4, 0.6, want it "
             "as it was or a version above 1"});
  CHECK(refused(before, configuration_with("version: 2,", uneven)).empty());
}

TEST_CASE("changes: variants of a running experiment stay, in their order", "[config]") {
  const Configuration before = configuration_with("version: 4,");
  CHECK(refused(before, configuration_with("version: 4,", "[{key: b, control: true}, {key: a}]")) ==
        Faults{"e.yaml:6:11: the list of variants of running experiment \"e\" changed from a, b to b, a, want it as it "
               "was or a version above 4"});
  CHECK(refused(before, configuration_with("version: 4,", "[{key: a, control: true}, {key: b}, {key: c}]")) ==
        Faults{"e.yaml:6:11: the list of variants of running experiment \"e\" changed from a, b to a, b, c, want it as "
               "it was or a version above 4"});
}

TEST_CASE("changes: salt and hash of a running experiment stay", "[config]") {
  CHECK(refused(configuration_with(""), configuration_with("salt: s, hash: murmur3-mod,")) ==
        Faults{
            "e.yaml:6:11: salt of running experiment \"e\" changed from \"e\" to \"s\", want it as it was or a version "
            "above 1",
            "e.yaml:6:11: hash of running experiment \"e\" changed from fnv1a-v2 to murmur3-mod, want it as it was or "
            "a version above 1"});
}

TEST_CASE("changes: a range may grow, not shrink or move", "[config]") {
  const auto ranged = [](const std::string& range) {
    return configuration_with("layer: {name: ranking, range: " + range + "},");
  };
  const Configuration before = ranged("[0.2, 0.5]");
  CHECK(refused(before, ranged("[0.2, 0.5]")).empty());
  CHECK(refused(before, ranged("[0.1, 0.6]")).empty());
  CHECK(refused(before, configuration_with("")).empty());
  CHECK(
      refused(before, ranged("[0.3, 0.5]")) ==
      Faults{"e.yaml:6:11: layer range of running experiment \"e\" changed from [0.2, 0.5] by salt \"r-2026\" to [0.3, "
             "0.5] by salt \"r-2026\", want the same or a wider one or a version above 1"});
  CHECK(refused(before, ranged("[0.4, 0.9]")).size() == 1);
  CHECK(refused(configuration_with(""), before) ==
        Faults{"e.yaml:6:11: layer range of running experiment \"e\" changed from all units to [0.2, 0.5] by salt "
               "\"r-2026\", want the same or a wider one or a version above 1"});
  CHECK(refused(configuration_with(""), ranged("[0, 1]")).empty());
}

TEST_CASE("changes: another salt of a layer moves the units of its ranges", "[config]") {
  const Configuration before = configuration_with("layer: {name: ranking, range: [0, 0.5]},");
  const Configuration other_layer = configuration_with("layer: {name: search, range: [0, 0.5]},");
  CHECK(refused(before, other_layer) ==
        Faults{
            "e.yaml:6:11: layer range of running experiment \"e\" changed from [0, 0.5] by salt \"r-2026\" to [0, 0.5] "
            "by salt \"s-2026\", want the same or a wider one or a version above 1"});
  Configuration renamed = before;
  renamed.layers[0].name = "other-name";
  renamed.experiments[0].layer->layer = "other-name";
  CHECK(refused(before, renamed).empty());
}

TEST_CASE("changes: coverage may rise, not fall", "[config]") {
  const Configuration before = configuration_with("coverage: 0.5,");
  CHECK(refused(before, configuration_with("coverage: 0.6,")).empty());
  CHECK(
      refused(before, configuration_with("coverage: 0.4,")) ==
      Faults{"e.yaml:6:11: coverage of running experiment \"e\" changed from 0.5 to 0.4, want the same or a larger one "
             "or a version above 1"});
}

TEST_CASE("changes: a version does not fall", "[config]") {
  CHECK(refused(configuration_with("version: 2,"), configuration_with("version: 1,")) ==
        Faults{"e.yaml:6:11: version of running experiment \"e\" fell from 2 to 1, want 2 or above"});
}

TEST_CASE("changes: what does not move units is free", "[config]") {
  const Configuration before = configuration_with("");
  const Configuration after =
      configuration_with("owner: them, hypothesis: new, metrics: {primary: time},",
                         "[{key: a, weight: 0.5}, {key: b, weight: 0.5, control: true, parameters: {depth: 3}}]");
  CHECK(refused(before, after).empty());
}

TEST_CASE("changes: only what ran before and runs after is bound", "[config]") {
  const Configuration running = configuration_with("");
  Configuration other = configuration_with("salt: s, coverage: 0.1,");
  other.experiments[0].status = Status::stopped;
  CHECK(refused(running, other).empty());
  CHECK(refused(other, running).empty());
  other.experiments[0].status = Status::running;
  CHECK(refused(running, other).size() == 2);
  other.experiments[0].key = "another";
  CHECK(refused(running, other).empty());
  CHECK(refused(running, Configuration{}).empty());
}

TEST_CASE("changes: a configuration without a text has faults without a line", "[config]") {
  const Configuration before = configuration_with("coverage: 0.5,");
  Configuration after = configuration_with("coverage: 0.4,");
  after.text.clear();
  REQUIRE(changes_refused(before, after, "e.yaml").size() == 1);
  CHECK(changes_refused(before, after, "e.yaml")[0].line == 0);
}
