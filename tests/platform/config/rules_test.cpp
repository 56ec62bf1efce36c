#include <catch2/catch.hpp>
#include <string>

#include "tests/platform/config/support.h"

using crossfade::config::testing::faults_of;
using crossfade::config::testing::with_head;
using Faults = crossfade::config::testing::Faults;

namespace {

// Two experiments; `first` stands in line 6, `second` in line 7, both from column 5 on.
Faults faults_of_two(const std::string& first, const std::string& second) {
  const std::string variants = ", variants: [{key: a, control: true}, {key: b}]}\n";
  return faults_of(with_head("experiments:\n  - {" + first + variants + "  - {" + second + variants));
}

}  // namespace

TEST_CASE("rules: keys of experiments differ, also from those of stopped ones", "[config]") {
  CHECK(faults_of_two("key: e, status: stopped", "key: e") ==
        Faults{"e.yaml:7:11: experiment \"e\" stands twice, first in line 6, want keys that differ"});
}

TEST_CASE("rules: ranges of one layer do not overlap", "[config]") {
  CHECK(
      faults_of_two("key: e, layer: {name: ranking, range: [0.0, 0.3]}",
                    "key: f, layer: {name: ranking, range: [0.2, 0.5]}") ==
      Faults{"e.yaml:7:44: range [0.2, 0.5] of layer \"ranking\" overlaps [0, 0.3] of experiment \"e\" (line 6), want "
             "ranges apart"});
  CHECK(
      faults_of_two("key: e, layer: {name: ranking}", "key: f, layer: {name: ranking}") ==
      Faults{"e.yaml:7:28: range [0, 1] of layer \"ranking\" overlaps [0, 1] of experiment \"e\" (line 6), want ranges "
             "apart"});
  CHECK(faults_of_two("key: e, status: running, layer: {name: ranking, range: [0.1, 0.2]}",
                      "key: f, status: draft, layer: {name: ranking, range: [0, 1]}")
            .size() == 1);
}

TEST_CASE("rules: ranges may touch, lie in two layers, or be free again", "[config]") {
  CHECK(faults_of_two("key: e, layer: {name: ranking, range: [0.0, 0.3]}",
                      "key: f, layer: {name: ranking, range: [0.3, 1.0]}")
            .empty());
  CHECK(faults_of_two("key: e, layer: {name: ranking, range: [0.0, 0.3]}",
                      "key: f, layer: {name: search, range: [0.0, 0.3]}")
            .empty());
  CHECK(faults_of_two("key: e, status: stopped, layer: {name: ranking, range: [0.0, 0.3]}",
                      "key: f, layer: {name: ranking, range: [0.2, 0.5]}")
            .empty());
}

TEST_CASE("rules: overlapping ranges are told beside other faults", "[config]") {
  CHECK(
      faults_of_two("key: e, coverage: 2, layer: {name: ranking, range: [0.0, 0.3]}",
                    "key: f, layer: {name: ranking, range: [0.2, 0.5]}") ==
      Faults{"e.yaml:6:24: coverage is 2, want a number 0 to 1",
             "e.yaml:7:44: range [0.2, 0.5] of layer \"ranking\" overlaps [0, 0.3] of experiment \"e\" (line 6), want "
             "ranges apart"});
}

// Two splits by one hash and one salt put every unit in the same bucket twice: the effect of one experiment would be
// measured in the other.
TEST_CASE("rules: experiments that share units have salts of their own", "[config]") {
  const std::string told = "is that of experiment \"e\" (line 6) too, want another: both would split the units alike";
  CHECK(faults_of_two("key: e, salt: s", "key: f, salt: s") == Faults{"e.yaml:7:20: salt \"s\" " + told});
  CHECK(faults_of_two("key: e", "key: f, salt: e") == Faults{"e.yaml:7:20: salt \"e\" " + told});
  CHECK(faults_of_two("key: e, salt: s", "key: f, salt: s, hash: murmur3-mod").empty());
  CHECK(faults_of_two("key: e, salt: s, status: stopped", "key: f, salt: s").empty());
  CHECK(faults_of_two("key: e, salt: s, layer: {name: ranking, range: [0.0, 0.3]}",
                      "key: f, salt: s, layer: {name: ranking, range: [0.3, 1.0]}")
            .empty());
}

// In a range of its own salt an experiment would see only the buckets of the range: [0, 0.3] of a layer would give all
// its units to the first of two variants.
TEST_CASE("rules: an experiment does not have the salt of a layer", "[config]") {
  CHECK(
      faults_of_two("key: e, salt: r-2026, layer: {name: ranking, range: [0.0, 0.3]}", "key: s-2026") ==
      Faults{"e.yaml:6:20: salt \"r-2026\" is that of layer \"ranking\" too, want another: variants would be slices of "
             "the layer",
             "e.yaml:7:11: salt \"s-2026\" is that of layer \"search\" too, want another: variants would be slices of "
             "the layer"});
  CHECK(faults_of_two("key: e, salt: r-2026, hash: murmur3-mod", "key: f").empty());
}

TEST_CASE("rules: layers have salts of their own", "[config]") {
  CHECK(faults_of("version: 1\nrecommenders: {r: {type: random}}\nparameters: {recommender: r}\n"
                  "layers:\n  a: {salt: s}\n  b: {salt: s}\n") ==
        Faults{"e.yaml:6:13: salt \"s\" is that of layer \"a\" (line 5) too, want another: both would order the units "
               "alike"});
}
