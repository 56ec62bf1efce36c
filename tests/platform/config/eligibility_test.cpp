#include <catch2/catch.hpp>
#include <string>

#include "platform/config/changes/history.h"
#include "platform/config/changes/past_runs.h"
#include "platform/config/experiments/in_time.h"
#include "tests/platform/config/support.h"

using namespace crossfade;
using namespace crossfade::config;
using crossfade::config::testing::Faults;
using crossfade::config::testing::faults_of;
using crossfade::config::testing::kVariants;
using crossfade::config::testing::types;
using crossfade::config::testing::with_experiment;
using crossfade::config::testing::with_head;

namespace {

Faults faults_of_line(const std::string& line) {
  return faults_of(with_experiment("    " + line + "\n" + kVariants));
}

Configuration loaded(const std::string& text) {
  return load(text, "e.yaml", types());
}

Timestamp at(const char* text) {
  return parse_timestamp(text).value();
}

const std::string kHalves = "[{key: a, weight: 0.5, control: true}, {key: b, weight: 0.5}]";

Faults refused(const std::string& before, const std::string& after) {
  PastRuns past;
  past.follow(loaded(before), {});
  Faults messages;
  for (const Fault& fault : changes_refused(past, loaded(after), "e.yaml")) messages.push_back(to_string(fault));
  return messages;
}

// A running experiment e, whose key stands in line 6.
std::string running(const std::string& rest, const std::string& more = "") {
  return with_head("experiments:\n  - {key: e, status: running, " + rest + " variants: " + kHalves + "}\n" + more);
}

}  // namespace

TEST_CASE("eligibility: a configuration of a service that recommends by itself", "[config]") {
  const Configuration bare = loaded("version: 1\nexperiments:\n  - key: e\n" + kVariants);
  CHECK(bare.recommenders.empty());
  CHECK(bare.parameters.empty());
  CHECK(bare.experiments.size() == 1);
  const Configuration with = loaded(
      "version: 1\nparameters: {ranker: popular, recommender: ours}\nexperiments:\n  - key: e\n"
      "    variants: [{key: a, control: true}, {key: b, parameters: {ranker: als, recommender: theirs}}]\n");
  CHECK(with.experiments[0].variants[1].parameters == Values{{"ranker", "als"}, {"recommender", "theirs"}});
  CHECK(faults_of("version: 1\nexperiments:\n  - key: e\n"
                  "    variants: [{key: a, control: true}, {key: b, parameters: {ranker: als}}]\n") ==
        Faults{"e.yaml:4:63: parameter \"ranker\" in a variant, but not at the top, want {ranker: ...} in parameters: "
               "what units get outside the experiment"});
  CHECK(faults_of("version: 1\nrecommenders: {r: {type: random}}\n") ==
        Faults{"e.yaml:1:1: no parameters at the top, want {recommender: NAME}: what a unit gets outside every "
               "experiment"});
}

TEST_CASE("eligibility: what an experiment says to people", "[config]") {
  const Configuration one = loaded(with_experiment(
      "    name: Rank by sessions\n    tags: [ranking, q4]\n    links: {design: 'https://example.org/d?x=1'}\n" +
      kVariants));
  CHECK(one.experiments[0].name == "Rank by sessions");
  CHECK(one.experiments[0].tags == std::vector<std::string>{"ranking", "q4"});
  CHECK(one.experiments[0].links.at("design") == "https://example.org/d?x=1");
  CHECK(faults_of_line("tags: [a, a]") == Faults{"e.yaml:7:15: tag \"a\" stands twice, want each once"});
  CHECK(faults_of_line("tags: a") == Faults{"e.yaml:7:11: tags is the text \"a\", want a list of texts"});
  CHECK(faults_of_line("links: {x: 'javascript:alert(1)'}") ==
        Faults{"e.yaml:7:16: x is the text \"javascript:alert(1)\", want an address such as "
               "https://example.org/design"});
}

TEST_CASE("eligibility: kinds of units", "[config]") {
  const Configuration one = loaded(
      "version: 1\ndefaults: {unit: customer}\nlayers: {a: {salt: a1}, b: {salt: b1, unit: session}}\nexperiments:\n"
      "  - {key: x, variants: " +
      kHalves + "}\n  - {key: y, layer: {name: b}, variants: " + kHalves +
      "}\n"
      "  - {key: z, unit: device, variants: " +
      kHalves + "}\n  - {key: w, layer: {name: a}, variants: " + kHalves + "}\n");
  CHECK(one.unit == "customer");
  CHECK(one.layers[0].unit == "customer");
  CHECK(one.experiments[0].unit == "customer");
  CHECK(one.experiments[1].unit == "session");
  CHECK(one.experiments[2].unit == "device");
  CHECK(one.experiments[3].unit == "customer");
  CHECK(faults_of(with_experiment("    layer: {name: ranking}\n    unit: device\n" + kVariants)) ==
        Faults{"e.yaml:8:11: unit is device in layer \"ranking\", which splits units of kind user, want that"});
  CHECK(faults_of_line("unit: a b").size() == 1);
}

TEST_CASE("eligibility: overrides name units and variants", "[config]") {
  const Configuration one = loaded(with_experiment("    overrides: {'7': b, '9f1c-a': a}\n" + kVariants));
  CHECK(one.experiments[0].overrides == std::vector<Override>{{"7", "b"}, {"9f1c-a", "a"}});
  CHECK(faults_of_line("overrides: {'7': c}") ==
        Faults{"e.yaml:7:22: unknown variant \"c\", want one of a, b; did you mean \"a\"?"});
  CHECK(faults_of_line("overrides: [7]") == Faults{"e.yaml:7:16: overrides is a list, want a map"});
  CHECK(faults_of_line("overrides: {'': a}") == Faults{"e.yaml:7:17: a unit of 0 bytes, want 1 to 200"});
  CHECK(faults_of_line("overrides: {'7': a, '7': b}").size() == 1);
}

TEST_CASE("eligibility: prerequisites name variants of others, without circles", "[config]") {
  const auto faults_of_two = [](const std::string& first, const std::string& second) {
    return faults_of(with_head("experiments:\n  - {key: x, prerequisites: " + first + ", variants: " + kHalves +
                               "}\n  - {key: y, prerequisites: " + second + ", variants: " + kHalves + "}\n"));
  };
  CHECK(faults_of_two("[]", "[{experiment: x, variants: [a, b]}]").empty());
  CHECK(faults_of_two("[]", "[{experiment: z, variants: [a]}]") ==
        Faults{"e.yaml:7:43: unknown experiment \"z\", want one of x, y; did you mean \"x\"?"});
  CHECK(faults_of_two("[]", "[{experiment: x, variants: [c]}]") ==
        Faults{"e.yaml:7:57: unknown variant \"c\" of experiment x, want one of a, b; did you mean \"a\"?"});
  CHECK(faults_of_two("[]", "[{experiment: x, variants: []}]") ==
        Faults{"e.yaml:7:46: a prerequisite of no variant holds for nobody, want at least one"});
  CHECK(faults_of_two("[]", "[{experiment: y, variants: [a]}]") ==
        Faults{"e.yaml:7:43: experiment \"y\" requires itself, want no circle"});
  CHECK(faults_of_two("[{experiment: y, variants: [a]}]", "[{experiment: x, variants: [a]}]").size() == 1);
  CHECK(faults_of(with_head("experiments:\n  - {key: x, unit: device, variants: " + kHalves +
                            "}\n  - {key: y, prerequisites: [{experiment: x, variants: [a]}], variants: " + kHalves +
                            "}\n")) ==
        Faults{"e.yaml:7:43: experiment \"x\" splits units of kind device, this one of kind user, want one kind"});
}

TEST_CASE("eligibility: what a request asks is bounded, however many are in the file", "[config]") {
  std::string experiments = "experiments:\n  - {key: e0, variants: " + kHalves + "}\n";
  for (int i = 1; i < 2000; ++i) {
    experiments += "  - {key: e" + std::to_string(i) + ", prerequisites: [{experiment: e" + std::to_string(i - 1) +
                   ", variants: [a]}], variants: " + kHalves + "}\n";
  }
  const Faults faults = faults_of(with_head(experiments));
  CHECK(faults ==
        Faults{"e.yaml:107:11: experiment \"e101\" asks more than 100 others through its prerequisites, want fewer"});
  // Each asks the one before twice.
  experiments = "experiments:\n  - {key: e0, variants: " + kHalves + "}\n";
  for (int i = 1; i < 64; ++i) {
    const std::string one = "{experiment: e" + std::to_string(i - 1) + ", variants: [a]}";
    experiments +=
        "  - {key: e" + std::to_string(i) + ", prerequisites: [" + one + ", " + one + "], variants: " + kHalves + "}\n";
  }
  CHECK(faults_of(with_head(experiments)) ==
        Faults{"e.yaml:12:11: experiment \"e6\" asks more than 100 others through its prerequisites, want fewer"});
}

TEST_CASE("eligibility: schedules and ramps", "[config]") {
  CHECK(faults_of_line("schedule: {start: 2026-12-01, end: 2026-12-15T08:00:00Z}").empty());
  CHECK(faults_of_line("schedule: {}") == Faults{"e.yaml:7:5: an empty schedule, want start, end or both"});
  CHECK(faults_of_line("schedule: {start: tomorrow}") ==
        Faults{"e.yaml:7:23: start is the text \"tomorrow\", want a time such as 2026-12-01 or 2026-12-01T08:00:00Z"});
  CHECK(faults_of_line("schedule: {start: 2026-12-02, end: 2026-12-02}") ==
        Faults{"e.yaml:7:40: schedule ends before it starts, want end behind start"});
  CHECK(faults_of_line("ramp: [{from: 2026-12-01, coverage: 0.1}, {from: 2026-12-03, coverage: 1}]").empty());
  CHECK(faults_of_line("ramp: []") == Faults{"e.yaml:7:5: a ramp of 0 steps, want 1 to 100"});
  CHECK(faults_of_line("ramp: [{from: 2026-12-03, coverage: 0.1}, {from: 2026-12-01, coverage: 1}]") ==
        Faults{"e.yaml:7:54: a step that is not later than the one before, want them in order of time"});
  CHECK(faults_of_line("ramp: [{from: 2026-12-01, coverage: 0.5}, {from: 2026-12-03, coverage: 0.2}]") ==
        Faults{"e.yaml:7:76: coverage 0.2 behind a step of 0.5, want a larger one: a ramp moves nobody back"});
  CHECK(faults_of(with_experiment("    coverage: 0.5\n    ramp: [{from: 2026-12-01, coverage: 0.5}]\n" + kVariants)) ==
        Faults{"e.yaml:7:15: coverage is 0.5 before a ramp whose first step is 0.5, want less: a ramp moves nobody "
               "back"});
  CHECK(faults_of(
            with_experiment("    hash: murmur3-mod\n    ramp: [{from: 2026-12-01, coverage: 0.5}]\n" + kVariants)) ==
        Faults{"e.yaml:8:5: a ramp with hash murmur3-mod, want none: the hash modulo the number of variants leaves "
               "nobody out"});
}

TEST_CASE("eligibility: time makes one configuration of another", "[config]") {
  const Configuration file = loaded(running(
      "schedule: {start: 2026-12-01, end: 2026-12-10}, ramp: [{from: 2026-12-02, coverage: 0.1}, {from: 2026-12-05, "
      "coverage: 0.5}],"));
  const auto state = [&](const char* time) {
    const Configuration now = in_time(file, at(time));
    return std::pair(now.experiments[0].status, now.experiments[0].coverage);
  };
  CHECK(state("2026-11-30") == std::pair(Status::draft, 0.0));
  CHECK(state("2026-12-01") == std::pair(Status::running, 0.0));
  CHECK(state("2026-12-04T23:59:59.999Z") == std::pair(Status::running, 0.1));
  CHECK(state("2026-12-05") == std::pair(Status::running, 0.5));
  CHECK(state("2026-12-10") == std::pair(Status::stopped, 0.5));
  // Each step is a configuration of its own; before the first one it is the file's.
  CHECK(in_time(file, at("2026-11-30")).checksum == file.checksum);
  CHECK(in_time(file, at("2026-12-01")).checksum != file.checksum);
  CHECK(in_time(file, at("2026-12-01")).checksum == in_time(file, at("2026-12-01T12:00:00Z")).checksum);
  CHECK(in_time(file, at("2026-12-01")).checksum != in_time(file, at("2026-12-02")).checksum);
  CHECK(next_step(file, at("2026-11-30")) == at("2026-12-01"));
  CHECK(next_step(file, at("2026-12-01")) == at("2026-12-02"));
  CHECK(next_step(file, at("2026-12-05")) == at("2026-12-10"));
  CHECK_FALSE(next_step(file, at("2026-12-10")));
}

TEST_CASE("eligibility: what a running experiment keeps", "[config]") {
  const std::string two = "  - {key: x, status: running, variants: " + kHalves + "}\n";
  CHECK(refused(running("", two), running("unit: device,", two)) ==
        Faults{"e.yaml:6:11: unit of running experiment \"e\" changed from user to device, want it as it was or a "
               "version above 1"});
  CHECK(refused(running("", two), running("prerequisites: [{experiment: x, variants: [b]}],", two)) ==
        Faults{"e.yaml:6:11: the list of prerequisites of running experiment \"e\" changed from none to b of x, want "
               "it as it was or a version above 1"});
  CHECK(refused(running("", two), running("overrides: {'7': b}, name: E, tags: [t],", two)).empty());
  CHECK(describe_changes(loaded(running("")), loaded(running("overrides: {'7': b},")), "e") ==
        std::vector<std::string>{"overrides are 7 in b, were none"});
}

TEST_CASE("holdouts: experiments of their own", "[config]") {
  const Configuration one = loaded(running("layer: {name: ranking},",
                                           "holdouts:\n  - {key: winter, share: 0.05, layer: ranking, owner: us}\n  - "
                                           "{key: all, share: 0.1, status: stopped}\n"));
  REQUIRE(one.experiments.size() == 3);
  const Experiment& winter = one.experiments[1];
  CHECK(winter.holdout == Holdout{.layer = "ranking"});
  CHECK(winter.status == Status::running);
  CHECK(winter.variants[0].key == "held_out");
  CHECK(winter.variants[0].weight == 0.05);
  CHECK(winter.variants[0].control);
  CHECK(winter.variants[1].weight == 0.95);
  CHECK(holds_out(winter, one.experiments[0]));
  CHECK(holds_out(one.experiments[2], one.experiments[0]));
  CHECK_FALSE(holds_out(winter, one.experiments[2]));
  CHECK_FALSE(may_share_units(winter, one.experiments[0]));
  const auto faults_of_holdout = [](const std::string& line) {
    return faults_of(running("", "holdouts:\n  - " + line + "\n"));
  };
  CHECK(faults_of_holdout("{key: h}") ==
        Faults{"e.yaml:8:5: no share in a holdout, want the share of units that are held out, such as 0.05"});
  CHECK(faults_of_holdout("{key: h, share: 5}") == Faults{"e.yaml:8:21: share is 5, want a number 0.0001 to 0.5"});
  CHECK(faults_of_holdout("{key: h, share: 0.1, layer: serch}") ==
        Faults{"e.yaml:8:33: unknown layer \"serch\", want one of ranking, search; did you mean \"search\"?"});
  CHECK(faults_of_holdout("{key: e, share: 0.1}") ==
        Faults{"e.yaml:8:11: experiment \"e\" stands twice, first in line 6, want keys that differ"});
  CHECK(faults_of_holdout("{key: h, share: 0.1, variants: []}").size() == 1);
  // Who is held out now was in the experiment before.
  CHECK(refused(running(""), running("", "holdouts:\n  - {key: h, share: 0.1}\n")) ==
        Faults{"e.yaml:6:11: the list of those held out of running experiment \"e\" changed from what it was to what "
               "holdout \"h\" says (0.1 of the units), want nobody more held out or a version above 1"});
  const std::string held = running("", "holdouts:\n  - {key: h, share: 0.1}\n");
  CHECK(refused(held, held).empty());
  CHECK(refused(held, running("")).empty());
  CHECK(refused(held, running("", "holdouts:\n  - {key: h, share: 0.2}\n")).size() == 2);
}
