#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "platform/config/changes/treatments.h"
#include "platform/core/time.h"
#include "tests/platform/config/support.h"

using namespace crossfade;
using namespace crossfade::config;
using crossfade::config::testing::faults_of;
using crossfade::config::testing::kVariants;
using crossfade::config::testing::types;
using crossfade::config::testing::with_experiment;
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

namespace {

// Two experiments, in lines 6 and 7.
std::string two(const std::string& first, const std::string& second) {
  return with_head("experiments:\n  - {key: one, " + first + "}\n  - {key: two, " + second + "}\n");
}

std::string varying(const std::string& control, const std::string& treatment) {
  return "variants: [{key: a, control: true, parameters: {" + control + "}}, {key: b, parameters: {" + treatment +
         "}}]";
}

}  // namespace

// The later experiment won, even through its control: a treatment was never served, and its report said "+0.6 %, no
// difference", where the truth was +4.5 %.
TEST_CASE("rules: experiments that share units do not set one parameter", "[config]") {
  const std::string set = varying("recommender: random", "recommender: lists");
  CHECK(
      faults_of(two("status: running, " + set, "status: running, " + set)) ==
      Faults{"e.yaml:7:11: experiment \"two\" sets recommender, which experiment \"one\" (line 6) sets too, want both "
             "in one layer, with ranges apart: units in both would get it from one of them only"});
  const std::string search = "layer: {name: search, range: [0, 0.1]}, ";
  const std::string ranking = "layer: {name: ranking, range: [0.9, 1]}, ";
  CHECK(faults_of(two(search + set, ranking + set)).size() == 1);
  // One that sets it in its treatment only shows its control what the other one sets.
  CHECK(faults_of(two(varying("", "depth: 3"), varying("", "depth: 4"))).size() == 1);
  CHECK(faults_of(two(varying("", "depth: 3"), varying("", "depth: 3"))).size() == 1);
}

TEST_CASE("rules: experiments may set one parameter where no unit gets another value", "[config]") {
  const std::string set = varying("recommender: random", "recommender: lists");
  CHECK(
      faults_of(two("layer: {name: search, range: [0, 0.5]}, " + set, "layer: {name: search, range: [0.5, 1]}, " + set))
          .empty());
  CHECK(faults_of(two(set, "status: stopped, " + set)).empty());
  CHECK(faults_of(two(set, "coverage: 0, " + set)).empty());
  CHECK(faults_of(two(set, varying("depth: 3", "depth: 4"))).empty());
  CHECK(faults_of(two(varying("depth: 10", "depth: 10"), varying("", "depth: 10"))).empty());
}

TEST_CASE("rules: a store's configurations have run, whatever is said of them now", "[config]") {
  const std::string set = varying("recommender: random", "recommender: lists");
  CHECK(load(two(set, set), "e.yaml", types(), Rules::recorded).experiments.size() == 2);
}

TEST_CASE("rules: of what a store recorded, whose units got something else is known", "[config]") {
  const auto displaced = [](const std::string& first, const std::string& second) {
    return displacements(load(two("status: running, " + first, "status: running, version: 3, " + second), "e.yaml",
                              types(), Rules::recorded));
  };
  const auto by_two = [](const std::string& variant, const std::string& by) {
    return Displacement{
        .experiment = "one", .version = 1, .variant = variant, .by = "two", .by_version = 3, .by_variant = by};
  };
  // The later one wins, with its control too.
  const std::string set = varying("depth: 3", "depth: 4");
  CHECK(displaced(set, varying("depth: 3", "depth: 5")) ==
        std::set{by_two("a", "b"), by_two("b", "a"), by_two("b", "b")});
  // Where a variant sets nothing, the earlier one wins against what is shared.
  CHECK(displaced(varying("depth: 10", "depth: 4"), varying("", "depth: 4")) ==
        std::set{
            by_two("a", "b"),
            Displacement{
                .experiment = "two", .version = 3, .variant = "a", .by = "one", .by_version = 1, .by_variant = "b"}});
  CHECK(displaced("layer: {name: search, range: [0, 0.5]}, " + set, "layer: {name: search, range: [0.5, 1]}, " + set)
            .empty());
}

TEST_CASE("decided: a stopped experiment says which of its variants stays, and when", "[config]") {
  const std::string set = "status: stopped, " + varying("depth: 3", "depth: 4");
  const Configuration loaded =
      load(two(set + ", decided: {variant: b, on: 2026-12-15, why: It won., learned: Depth helps.}", set), "e.yaml",
           types());
  CHECK(loaded.experiments.at(0).decided ==
        Decided{.variant = "b", .on = *parse_timestamp("2026-12-15"), .why = "It won.", .learned = "Depth helps."});
  CHECK(loaded.experiments.at(1).decided == std::nullopt);
  CHECK(std::get<std::int64_t>(shared_parameters(loaded).at("depth")) == 4);
  CHECK(std::get<std::string>(shared_parameters(loaded).at("recommender")) == "random");
}

TEST_CASE("decided: what is wrong with it", "[config]") {
  const auto faults = [](const std::string& status, const std::string& decided) {
    return faults_of(with_experiment("    status: " + status + "\n    decided: " + decided + "\n" + kVariants));
  };
  CHECK(faults("stopped", "{variant: c, on: 2026-12-15}") ==
        Faults{"e.yaml:8:24: unknown variant \"c\", want one of a, b; did you mean \"a\"?"});
  CHECK(faults("running", "{variant: b, on: 2026-12-15}") ==
        Faults{"e.yaml:8:5: decided in an experiment that is running, want status: stopped: while it runs, units get "
               "their variants'"});
  CHECK(faults("draft", "{variant: b, on: 2026-12-15}").size() == 1);
  CHECK(faults("stopped", "{variant: b}") == Faults{"e.yaml:8:14: no on in decided, want the day, such as 2026-12-15"});
  CHECK(faults("stopped", "{variant: b, on: yesterday}") ==
        Faults{"e.yaml:8:31: on is the text \"yesterday\", want a day such as 2026-12-15"});
  CHECK(faults("stopped", "{on: 2026-12-15}") ==
        Faults{"e.yaml:8:14: no variant in decided, want the one that units get from now on"});
  CHECK(faults("stopped", "{variant: b, on: 2026-12-15, because: x}").size() == 1);
}

TEST_CASE("decided: of two decisions about one parameter the later stands, and one day has one", "[config]") {
  const auto decided = [](const std::string& depth, const std::string& on) {
    return "status: stopped, " + varying("", "depth: " + depth) + ", decided: {variant: b, on: " + on + "}";
  };
  const auto depth = [](const std::string& text) {
    return std::get<std::int64_t>(shared_parameters(load(text, "e.yaml", types())).at("depth"));
  };
  CHECK(depth(two(decided("3", "2026-12-15"), decided("4", "2026-12-16"))) == 4);
  CHECK(depth(two(decided("3", "2026-12-16"), decided("4", "2026-12-15"))) == 3);
  CHECK(depth(two(decided("3", "2026-12-15"), decided("3", "2026-12-15"))) == 3);
  CHECK(
      faults_of(two(decided("3", "2026-12-15"), decided("4", "2026-12-15"))) ==
      Faults{"e.yaml:7:120: depth was decided by experiment \"one\" (line 6) too, otherwise and on the same day, want "
             "another day: the later one stands"});
}
