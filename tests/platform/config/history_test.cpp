// What changed between two configurations, in sentences.
#include "platform/config/changes/history.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/platform/config/support.h"

using namespace crossfade;
using namespace crossfade::config;
using crossfade::config::testing::types;
using crossfade::config::testing::with_head;

namespace {

using Sentences = std::vector<std::string>;

const std::string kHalves = "variants: [{key: a, weight: 0.5, control: true}, {key: b, weight: 0.5}]";

Configuration loaded(const std::string& text) {
  return load(text, "e.yaml", types());
}

// One experiment e.
std::string text_with(const std::string& rest, const std::string& variants = kHalves) {
  return with_head("experiments:\n  - {key: e, " + (rest.empty() ? "" : rest + ", ") + variants + "}\n");
}

Configuration with(const std::string& rest, const std::string& variants = kHalves) {
  return loaded(text_with(rest, variants));
}

Sentences changes(const Configuration& before, const Configuration& after) {
  return describe_changes(before, after, "e");
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("history: nothing changed, nothing is said, whatever the text looks like", "[config]") {
  const Configuration before = with("coverage: 0.5");
  CHECK(changes(before, before).empty());
  CHECK(changes(before, with("owner: somebody, coverage: 0.50")).empty());
  CHECK(describe_changes(before, before, "unknown").empty());
}

TEST_CASE("history: an experiment comes and goes", "[config]") {
  CHECK(changes({}, with("")) == Sentences{"added"});
  CHECK(changes(with(""), {}) == Sentences{"removed"});
}

TEST_CASE("history: who takes part", "[config]") {
  CHECK(changes(with("coverage: 0.2, status: draft"), with("coverage: 0.5, status: running")) ==
        Sentences{"status is running, was draft", "coverage is 0.5, was 0.2"});
  CHECK(changes(with("version: 1"), with("version: 2, salt: s",
                                         "variants: [{key: a, weight: 0.4, control: true}, {key: b, weight: 0.6}]")) ==
        Sentences{"version is 2, was 1", "weights are 0.4, 0.6, were 0.5, 0.5", "salt is s, was e"});
  CHECK(changes(with("hash: murmur3-mod"), with("", "variants: [{key: a}, {key: c, control: true}]")) ==
        Sentences{"variants are a, c, were a, b", "control is c, was a", "hash is fnv1a-v2, was murmur3-mod"});
  CHECK(changes(with(""), with("layer: {name: ranking, range: [0.25, 0.5]}")) ==
        Sentences{"layer is ranking [0.25, 0.5], was none"});
}

TEST_CASE("history: the salt of the layer that the experiment is in", "[config]") {
  const Configuration before = with("layer: {name: ranking}");
  const auto salted = [&](const std::string& what) { return loaded(replaced(before.text, what, "anew")); };
  CHECK(changes(before, salted("r-2026")) == Sentences{"salt of layer ranking is anew, was r-2026"});
  CHECK(changes(before, salted("s-2026")).empty());
}

TEST_CASE("history: what units get, from the variant or from everybody's parameters", "[config]") {
  const auto treated = [](const std::string& parameters) {
    return with("", "variants: [{key: a, control: true}, {key: b, parameters: {" + parameters + "}}]");
  };
  CHECK(changes(treated("recommender: random"), treated("recommender: lists, depth: 3")) ==
        Sentences{"depth of b is 3, was 10", "recommender of b is lists, was random"});
  const Configuration before = treated("recommender: random, depth: 3");
  CHECK(changes(before, loaded(replaced(before.text, "depth: 10", "depth: 11"))) ==
        Sentences{"depth of a is 11, was 10"});
}

TEST_CASE("history: recommenders that a variant uses, fallbacks too, and no others", "[config]") {
  const auto text = [](const std::string& used, const std::string& file, const std::string& fallback) {
    return loaded("version: 1\nrecommenders:\n  random: {type: random}\n  lists: {type: lists, file: " + file +
                  "}\n  first: {type: lists, file: f.jsonl, fallback: " + fallback +
                  "}\nparameters: {recommender: random}\nexperiments:\n"
                  "  - key: e\n    variants: [{key: a, control: true}, {key: b, parameters: {recommender: " +
                  used + "}}]\n");
  };
  CHECK(changes(text("lists", "old.jsonl", "random"), text("lists", "new.jsonl", "lists")) ==
        Sentences{"file of recommender lists is new.jsonl, was old.jsonl"});
  CHECK(changes(text("first", "old.jsonl", "lists"), text("first", "new.jsonl", "lists")) ==
        Sentences{"file of recommender lists is new.jsonl, was old.jsonl"});
  CHECK(changes(text("first", "a.jsonl", "lists"), text("first", "a.jsonl", "random")) ==
        Sentences{"fallback of recommender first is random, was lists"});
  CHECK(changes(text("random", "old.jsonl", "random"), text("random", "new.jsonl", "random")).empty());
}

TEST_CASE("history: how it is judged", "[config]") {
  CHECK(
      changes(with("metrics: {primary: time, secondary: [sessions], guardrails: []}, hypothesis: It helps."),
              with("metrics: {primary: sessions, guardrails: [{metric: time, margin: 0.1}]}, hypothesis: It hurts.")) ==
      Sentences{"hypothesis is It hurts., was It helps.", "primary metric is sessions, was time",
                "secondary metrics are none, were sessions", "guardrails are time (0.1), were none"});
  CHECK(changes(with(""), with("plan: {mde: 0.02, looks: 5}")) ==
        Sentences{"plan is group_sequential, alpha 0.05, power 0.8, mde 0.02, 5 looks, was none"});
  const Configuration before = loaded("defaults: {confidence_level: 0.95}\n" + with("").text);
  CHECK(changes(before,
                loaded(replaced(before.text, "confidence_level: 0.95", "confidence_level: 0.9, prior: {sd: 0.1}"))) ==
        Sentences{"confidence level is 0.9, was 0.95", "prior of lifts is mean 0, sd 0.1, was mean 0, sd 0.05"});
}

TEST_CASE("history: the definition of a metric that the experiment uses", "[config]") {
  const auto defined = [](const std::string& skip_rate) {
    const std::string other = skip_rate.find("0.1") != std::string::npos ? "session" : "playback";
    return loaded("metrics:\n  skip_rate: " + skip_rate + "\n  other: {type: mean, event: " + other + "}\n" +
                  text_with("metrics: {primary: time, secondary: [skip_rate]}"));
  };
  CHECK(
      changes(defined("{type: proportion, event: playback, where: fraction < 0.1, direction: decrease}"),
              defined("{type: proportion, event: playback, where: fraction < 0.2, direction: increase}")) ==
      Sentences{"numerator of metric skip_rate is any over playback where fraction < 0.2, was any over playback where "
                "fraction < 0.1",
                "direction of metric skip_rate is increase, was decrease"});
}

TEST_CASE("history: all experiments at once, each with the configuration that changed it", "[config]") {
  const auto two = [](const std::string& e, const std::string& f) {
    return loaded(with_head("experiments:\n  - {key: e, coverage: " + e + ", " + kHalves + "}\n  - {key: " + f + ", " +
                            kHalves + "}\n"));
  };
  const Configuration after = two("0.5", "g");
  CHECK(changes_of(two("0.2", "f"), after, {7}) ==
        std::vector<ConfigurationChange>{
            {.experiment = "e", .at = {7}, .checksum = after.checksum, .changes = {"coverage is 0.5, was 0.2"}},
            {.experiment = "g", .at = {7}, .checksum = after.checksum, .changes = {"added"}},
            {.experiment = "f", .at = {7}, .checksum = after.checksum, .changes = {"removed"}}});
}
