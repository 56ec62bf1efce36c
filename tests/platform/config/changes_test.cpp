#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "platform/config/changes/history.h"
#include "platform/config/changes/past_runs.h"
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

PastRuns ran(const Configuration& before) {
  PastRuns past;
  past.follow(before, {});
  return past;
}

Faults refused(const Configuration& before, const Configuration& after) {
  Faults messages;
  for (const Fault& fault : changes_refused(ran(before), after, "e.yaml")) messages.push_back(to_string(fault));
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

TEST_CASE("changes: the hash of a layer stays while an experiment runs in it", "[config]") {
  const auto hashed = [](const std::string& hash) {
    Configuration configuration = configuration_with("layer: {name: ranking, range: [0.2, 0.5]},");
    if (!hash.empty()) configuration.layers.at(0).hash = HashAlgorithm::fnv1a_v1;
    return configuration;
  };
  CHECK(refused(hashed("fnv1a-v1"), hashed("fnv1a-v1")).empty());
  CHECK(refused(hashed(""), hashed("fnv1a-v1")) ==
        Faults{"e.yaml:6:11: layer range of running experiment \"e\" changed from [0.2, 0.5] by salt \"r-2026\" to "
               "[0.2, 0.5] by fnv1a-v1 and salt \"r-2026\", want the same or a wider one or a version above 1"});
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

TEST_CASE("changes: what neither moves units nor changes what they get is free", "[config]") {
  const Configuration before = configuration_with("");
  const Configuration after = configuration_with("owner: them, hypothesis: new, metrics: {primary: time},",
                                                 "[{key: a, weight: 0.5}, {key: b, weight: 0.5, control: true}]");
  CHECK(refused(before, after).empty());
}

// They could change while it ran: a treatment went from the worst recommender to the best, its lift from -25 % to +35
// %, and the verdict was SHIP.
TEST_CASE("changes: parameters of a running experiment's variants stay", "[config]") {
  const auto deep = [](const std::string& depth, const std::string& version = "") {
    return configuration_with(version, "[{key: a, control: true}, {key: b, parameters: {depth: " + depth + "}}]");
  };
  CHECK(refused(deep("3"), deep("4")) ==
        Faults{"e.yaml:6:11: depth of b is 4, was 3 in running experiment \"e\", want it as it was or a version above "
               "1"});
  CHECK(refused(configuration_with(""), deep("3")).size() == 1);
  CHECK(refused(deep("3"), deep("4", "version: 2,")).empty());
  // Of a parameter that a variant sets, those of the others are the shared one; of any other the shared one is free.
  Configuration after = deep("3");
  after.parameters["depth"] = std::int64_t{11};
  after.parameters["share"] = 0.7;
  CHECK(
      refused(deep("3"), after) ==
      Faults{"e.yaml:6:11: depth of a is 11, was 10 in running experiment \"e\", want it as it was or a version above "
             "1"});
}

TEST_CASE("changes: recommenders behind a running experiment's variants stay, fallbacks too", "[config]") {
  const auto defined = [](const std::string& lists, const std::string& used) {
    return load(
        "version: 1\nrecommenders:\n  random: {type: random}\n  lists: " + lists +
            "\n  first: {type: lists, file: f.jsonl, fallback: lists}\n"
            "parameters: {recommender: random}\nexperiments:\n  - {key: e, status: running, variants: [{key: a, "
            "control: true}, {key: b, parameters: {recommender: " +
            used + "}}]}\n",
        "e.yaml", types());
  };
  const Configuration before = defined("{type: lists, file: l.jsonl, top: 5}", "first");
  CHECK(refused(before, defined("{type: lists, file: l.jsonl, top: 6}", "first")) ==
        Faults{"e.yaml:8:11: top of recommender lists is 6, was 5 in running experiment \"e\", want it as it was or a "
               "version above 1"});
  CHECK(refused(defined("{type: lists, file: l.jsonl}", "random"), defined("{type: lists, file: m.jsonl}", "random"))
            .empty());
}

TEST_CASE("changes: recommenders behind a running experiment's variants stay, parts and their parts too", "[config]") {
  const auto defined = [](const std::string& lists, const std::string& mix) {
    return load(
        "version: 1\nrecommenders:\n  random: {type: random}\n  lists: " + lists +
            "\n  one: {type: one, from: lists}\n  mix: {type: weighted, of: " + mix +
            "}\nparameters: {recommender: random}\nexperiments:\n  - {key: e, status: running, variants: [{key: "
            "a, control: true}, {key: b, parameters: {recommender: mix}}]}\n",
        "e.yaml", types());
  };
  const std::string lists = "{type: lists, file: l.jsonl, top: 5}";
  const Configuration before = defined(lists, "[one, random]");
  CHECK(refused(before, defined("{type: lists, file: l.jsonl, top: 6}", "[one, random]")) ==
        Faults{"e.yaml:9:11: top of recommender lists is 6, was 5 in running experiment \"e\", want it as it was or a "
               "version above 1"});
  CHECK(
      refused(before, defined(lists, "{one: 1, random: 2}")) ==
      Faults{"e.yaml:9:11: of of recommender mix is one 1, random 2, was one, random in running experiment \"e\", want "
             "it as it was or a version above 1"});
  CHECK(refused(before, defined(lists, "{one: 1, random: 1}")).empty());
}

TEST_CASE("changes: files behind a running experiment's variants stay, unless they change by design", "[config]") {
  const auto with_file = [](const std::string& checksum, const std::string& more = "") {
    Configuration configuration = load(
        "version: 1\nrecommenders: {random: {type: random}, lists: {type: lists, file: l.jsonl" + more +
            "}}\nparameters: {recommender: random}\nexperiments:\n  - {key: e, status: running, variants: [{key: a, "
            "control: true}, {key: b, parameters: {recommender: lists}}]}\n",
        "e.yaml", types());
    if (!checksum.empty()) configuration.files = {{.recommender = "lists", .file = "l.jsonl", .checksum = checksum}};
    return configuration;
  };
  CHECK(
      refused(with_file("aa-1"), with_file("bb-1")) ==
      Faults{"e.yaml:5:11: content of l.jsonl of recommender lists is bb-1, was aa-1 in running experiment \"e\", want "
             "it as it was, updates: true in a recommender whose files change by design, or a version above 1"});
  CHECK(refused(with_file("aa-1"), with_file("aa-1")).empty());
  CHECK(refused(with_file("aa-1"), with_file("bb-1", ", updates: true")).empty());
  CHECK(refused(with_file(""), with_file("bb-1")).empty());  // a store of an earlier program does not know
  CHECK(describe_changes(with_file("aa-1"), with_file("bb-1", ", updates: true"), "e") ==
        Faults{"updates of recommender lists is true, was false",
               "content of l.jsonl of recommender lists is bb-1, was aa-1"});
  const auto swap = changes_of(with_file("aa-1"), with_file("bb-1"), {5});
  REQUIRE(swap.size() == 1);
  CHECK(swap[0].treatment);
  CHECK_FALSE(changes_of(with_file("aa-1"), with_file("bb-1", ", updates: true"), {5})[0].treatment);
}

TEST_CASE("changes: what was decided elsewhere is another control, for whoever varies the same", "[config]") {
  const auto beside = [](const std::string& decided) {
    return load(with_head("experiments:\n  - {key: e, status: running, variants: [{key: a, control: true}, {key: b, "
                          "parameters: {depth: 3}}]}\n  - {key: past, status: stopped, variants: [{key: a, control: "
                          "true}, {key: b, parameters: {depth: 5}}]" +
                          decided + "}\n"),
                "e.yaml", types());
  };
  CHECK(refused(beside(""), beside(", decided: {variant: b, on: 2026-12-15}")) ==
        Faults{"e.yaml:6:11: depth of a is 5, was 10 in running experiment \"e\", want it as it was or a version above "
               "1"});
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

TEST_CASE("changes: an ended version does not run again, whatever came in between", "[config]") {
  const Configuration running = configuration_with("");
  Configuration stopped = running;
  stopped.experiments[0].status = Status::stopped;
  for (const Configuration& between : {stopped, Configuration{}}) {
    PastRuns past = ran(running);
    past.follow(between, {1'772'582'400'000});
    past.follow(Configuration{}, {1'772'668'800'000});
    REQUIRE(past.all().size() == 1);
    CHECK(past.all()[0].ended == Timestamp{1'772'582'400'000});
    const auto faults = changes_refused(past, running, "e.yaml");
    REQUIRE(faults.size() == 1);
    CHECK(to_string(faults[0]) ==
          "e.yaml:6:11: version 1 of experiment \"e\" ended on 2026-03-04T00:00:00.000Z and is to run again, want a "
          "version above 1: what its units did in between was not in it");
    CHECK(changes_refused(past, configuration_with("version: 2, salt: s,"), "e.yaml").empty());
    CHECK(changes_refused(past, between, "e.yaml").empty());
  }
}

TEST_CASE("changes: a higher version ends the one before, and does not fall back to it", "[config]") {
  PastRuns past = ran(configuration_with(""));
  past.follow(configuration_with("version: 3,"), {5});
  REQUIRE(past.all().size() == 2);
  CHECK(past.all()[0].ended == Timestamp{5});
  CHECK(past.all()[1].ended == std::nullopt);
  CHECK(changes_refused(past, configuration_with("version: 2,"), "e.yaml").size() == 1);
  CHECK(changes_refused(past, configuration_with("version: 3,"), "e.yaml").empty());
}

TEST_CASE("changes: a configuration without a text has faults without a line", "[config]") {
  const Configuration before = configuration_with("coverage: 0.5,");
  Configuration after = configuration_with("coverage: 0.4,");
  after.text.clear();
  REQUIRE(changes_refused(ran(before), after, "e.yaml").size() == 1);
  CHECK(changes_refused(ran(before), after, "e.yaml")[0].line == 0);
}
