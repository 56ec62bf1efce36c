#include <catch2/catch.hpp>
#include <string>

#include "tests/platform/config/support.h"

using crossfade::config::testing::faults_of;
using crossfade::config::testing::kVariants;
using crossfade::config::testing::with_experiment;
using crossfade::config::testing::with_head;
using Faults = crossfade::config::testing::Faults;

namespace {

const std::string kNameRule =
    ", want 1 to 64 letters, digits, \".\", \"_\" or \"-\", the first one a letter or a digit";

// `variants` stand in line 7, from column 15 on.
Faults faults_of_variants(const std::string& variants, const std::string& behind = "") {
  return faults_of(with_experiment("    variants: " + variants + "\n" + behind));
}

Faults faults_of_line(const std::string& line) {
  return faults_of(with_experiment("    " + line + "\n" + kVariants));
}

}  // namespace

TEST_CASE("experiments: key and variants are needed", "[config]") {
  CHECK(faults_of(with_head("experiments:\n  - owner: us\n")) ==
        Faults{"e.yaml:6:5: no key in an experiment, want one",
               "e.yaml:6:5: no variants in an experiment, want a list of at least 2"});
}

TEST_CASE("experiments: keys are names", "[config]") {
  const auto faults_of_key = [](const std::string& key) {
    return faults_of(with_head("experiments:\n  - key: " + key + "\n" + kVariants));
  };
  CHECK(faults_of_key("A-1_b.c").empty());
  CHECK(faults_of_key(std::string(64, 'k')).empty());
  CHECK(faults_of_key("sticky vs random") == Faults{"e.yaml:6:10: key is the text \"sticky vs random\"" + kNameRule});
  CHECK(faults_of_key("\"\"") == Faults{"e.yaml:6:10: key is the text \"\"" + kNameRule});
  CHECK(faults_of_key("..") == Faults{"e.yaml:6:10: key is the text \"..\"" + kNameRule});
  CHECK(faults_of_key("тест") == Faults{"e.yaml:6:10: key is the text \"тест\"" + kNameRule});
  CHECK(faults_of_key(std::string(65, 'k')).size() == 1);
  CHECK(faults_of_key("2026") == Faults{"e.yaml:6:10: key is 2026, want a text (in quotes)"});
}

TEST_CASE("experiments: status, version, coverage, salt and hash have their rules", "[config]") {
  CHECK(
      faults_of_line("status: runing") ==
      Faults{"e.yaml:7:13: unknown status \"runing\", want one of draft, running, stopped; did you mean \"running\"?"});
  CHECK(faults_of_line("status: true") ==
        Faults{"e.yaml:7:13: status is true, want draft, running or stopped (in quotes)"});
  CHECK(faults_of_line("version: 0") == Faults{"e.yaml:7:14: version is 0, want an integer of at least 1"});
  CHECK(faults_of_line("version: 3000000000").size() == 1);
  CHECK(faults_of_line("coverage: 1.01") == Faults{"e.yaml:7:15: coverage is 1.01, want a number 0 to 1"});
  CHECK(faults_of_line("coverage: -0.1") == Faults{"e.yaml:7:15: coverage is -0.1, want a number 0 to 1"});
  CHECK(faults_of_line("coverage: 0").empty());
  CHECK(faults_of_line("salt: \"\"") == Faults{"e.yaml:7:11: salt is the text \"\", want a text that is not empty"});
  CHECK(faults_of_line("hash: murmur3") ==
        Faults{"e.yaml:7:11: unknown hash \"murmur3\", want one of fnv1a-v2, murmur3-mod, fnv1a-v1"});
}

TEST_CASE("experiments: a layer's range is a slice from 0 to 1", "[config]") {
  CHECK(faults_of_line("layer: {name: rankin, range: [0, 1]}") ==
        Faults{"e.yaml:7:19: unknown layer \"rankin\", want one of ranking, search; did you mean \"ranking\"?"});
  CHECK(faults_of_line("layer: {range: [0, 1]}") ==
        Faults{"e.yaml:7:12: no name in layer of an experiment, want one of "
               "the layers"});
  CHECK(faults_of_line("layer: ranking") == Faults{"e.yaml:7:12: layer is the text \"ranking\", want a map"});
  CHECK(faults_of_line("layer: {name: ranking, range: [0.5, 0.5]}") ==
        Faults{"e.yaml:7:35: range [0.5, 0.5] holds nobody, want begin < end"});
  CHECK(faults_of_line("layer: {name: ranking, range: [0.7, 0.2]}") ==
        Faults{"e.yaml:7:35: range [0.7, 0.2] holds nobody, want begin < end"});
  CHECK(faults_of_line("layer: {name: ranking, range: [-0.1, 1.1]}") ==
        Faults{"e.yaml:7:36: range is -0.1, want a number 0 to 1 at the begin",
               "e.yaml:7:42: range is 1.1, want a number 0 to 1 at the end"});
  CHECK(faults_of_line("layer: {name: ranking, range: [0, 0.5, 1]}") ==
        Faults{"e.yaml:7:35: range has 3 numbers, want [begin, end) within [0, 1], such as [0.0, 0.5]"});
  CHECK(faults_of_line("layer: {name: ranking, range: 0.5}") ==
        Faults{"e.yaml:7:35: range is 0.5, want [begin, end) within [0, 1], such as [0.0, 0.5]"});
}

TEST_CASE("layers: each has a salt", "[config]") {
  const auto faults_of_layers = [](const std::string& layers) {
    return faults_of("version: 1\nrecommenders: {r: {type: random}}\nparameters: {recommender: r}\nlayers: " + layers);
  };
  CHECK(faults_of_layers("{a: {}}\n") ==
        Faults{"e.yaml:4:13: no salt in layer \"a\", want one: a text that says which units fall where"});
  CHECK(faults_of_layers("{a: {salt: 2026}}\n") == Faults{"e.yaml:4:20: salt is 2026, want a text (in quotes)"});
  CHECK(faults_of_layers("{a: {salt: \"\"}}\n") ==
        Faults{"e.yaml:4:20: salt is the text \"\", want a text that is not empty"});
  CHECK(faults_of_layers("{a: {salt: s}, b: {salt: s, hash: fnv1a-v1}}\n").empty());
  CHECK(
      faults_of_layers("{a: {salt: s, hash: murmur3-mod}}\n") ==
      Faults{"e.yaml:4:29: hash is the text \"murmur3-mod\", want fnv1a-v2 or fnv1a-v1: murmur3-mod knows no ranges"});
  CHECK(faults_of_layers("{a b: {salt: s}}\n") == Faults{"e.yaml:4:10: layer is called \"a b\"" + kNameRule});
}

TEST_CASE("variants: weights sum to 1", "[config]") {
  CHECK(faults_of_variants("[{key: a, weight: 0.5, control: true}, {key: b, weight: 0.4}]") ==
        Faults{"e.yaml:7:5: variant weights sum to 0.9, want 1"});
  CHECK(faults_of_variants("[{key: a, weight: 0.5, control: true}, {key: b, weight: 0.50001}]") ==
        Faults{"e.yaml:7:5: variant weights sum to 1.00001, want 1"});
  CHECK(faults_of_variants("[{key: a, weight: 0.1, control: true}, {key: b, weight: 0.2}, {key: c, weight: 0.7}]")
            .empty());
  CHECK(faults_of_variants("[{key: a, weight: 0.3333, control: true}, {key: b, weight: 0.3333}, {key: c, weight: "
                           "0.3334}]")
            .empty());
}

TEST_CASE("variants: a weight is a share", "[config]") {
  CHECK(faults_of_variants("[{key: a, weight: 1.5, control: true}, {key: b, weight: -0.5}]") ==
        Faults{"e.yaml:7:33: weight is 1.5, want a number 0.0001 to 1",
               "e.yaml:7:71: weight is -0.5, want a number 0.0001 to 1"});
  CHECK(faults_of_variants("[{key: a, weight: 1, control: true}, {key: b, weight: 0}]") ==
        Faults{"e.yaml:7:69: weight is 0, want a number 0.0001 to 1"});
  CHECK(faults_of_variants("[{key: a, weight: 0.5, control: true}, {key: b}]") ==
        Faults{"e.yaml:7:54: no weight in a variant, want one in every variant or in none"});
}

TEST_CASE("variants: one control", "[config]") {
  CHECK(faults_of_variants("[{key: a}, {key: b}]") ==
        Faults{"e.yaml:7:5: no variant is the control, want control: true in one"});
  CHECK(faults_of_variants("[{key: a, control: true}, {key: b, control: true}]") ==
        Faults{"e.yaml:7:59: variant \"b\" is a second control beside \"a\", want one control"});
  CHECK(faults_of_variants("[{key: a, control: yes}, {key: b, control: false}]") ==
        Faults{"e.yaml:7:34: control is the text \"yes\", want true or false"});
}

TEST_CASE("variants: at least two, with keys of their own", "[config]") {
  CHECK(faults_of_variants("[{key: a, control: true}]") == Faults{"e.yaml:7:5: 1 variant, want at least 2"});
  CHECK(faults_of_variants("[]") == Faults{"e.yaml:7:5: 0 variants, want at least 2"});
  CHECK(faults_of_variants("[{key: a, control: true}, {key: b}, {key: a}]") ==
        Faults{"e.yaml:7:57: variant \"a\" stands twice, first in line 7, want keys that differ"});
  CHECK(faults_of_variants("[{key: a, control: true}, {weight: 1, name: b}]") ==
        Faults{"e.yaml:7:16: no weight in a variant, want one in every variant or in none",
               "e.yaml:7:41: no key in a variant, want one",
               "e.yaml:7:53: unknown key \"name\" in a variant, want one of key, weight, control, parameters"});
  CHECK(faults_of_variants("[{key: -, control: true}, {key: b}]") ==
        Faults{"e.yaml:7:22: key is the text \"-\"" + kNameRule});
}

TEST_CASE("murmur3-mod: equal weights and full coverage only, and why", "[config]") {
  const std::string hash = "    hash: murmur3-mod\n";
  CHECK(
      faults_of_variants("[{key: a, weight: 0.3, control: true}, {key: b, weight: 0.7}]", hash) ==
      Faults{"e.yaml:7:5: weights 0.3, 0.7 with hash murmur3-mod, want equal ones (or no weight at all): it splits by "
             "the hash modulo the number of variants"});
  CHECK(faults_of_variants("[{key: a, control: true}, {key: b}]", hash + "    coverage: 0.5\n") ==
        Faults{"e.yaml:9:15: coverage is 0.5 with hash murmur3-mod, want 1: the hash modulo the number of variants "
               "leaves nobody out (a layer's range can)"});
  CHECK(faults_of_variants("[{key: a, control: true}, {key: b}, {key: c}]", hash).empty());
  CHECK(faults_of_variants("[{key: a, weight: 0.5, control: true}, {key: b, weight: 0.5}]", hash).empty());
}

TEST_CASE("metrics: roles name metrics that exist", "[config]") {
  const std::string known =
      ", want one of time, sessions, mean_request_latency, mean_tracks_per_session, mean_time_per_session";
  CHECK(faults_of_line("metrics: {primary: mean_time_per_sesion, secondary: [seconds], guardrails: [{metric: skips, "
                       "margin: 0.1}]}") == Faults{"e.yaml:7:24: unknown metric \"mean_time_per_sesion\"" + known +
                                                       "; did you mean \"mean_time_per_session\"?",
                                                   "e.yaml:7:58: unknown metric \"seconds\"" + known,
                                                   "e.yaml:7:90: unknown metric \"skips\"" + known});
}

TEST_CASE("metrics: none stands twice in a role, a guardrail may be any", "[config]") {
  CHECK(faults_of_line("metrics: {secondary: [mean_time_per_session, time, time], guardrails: [{metric: time, margin: "
                       "0.1}, {metric: time, margin: 0.2}]}") ==
        Faults{"e.yaml:7:27: secondary metric mean_time_per_session is the primary one, want others",
               "e.yaml:7:56: secondary metric time stands twice, want it once",
               "e.yaml:7:114: guardrail time stands twice, want it once"});
  CHECK(faults_of_line("metrics: {primary: time, secondary: [sessions], guardrails: [{metric: sessions, margin: 0.1}]}")
            .empty());
}

TEST_CASE("metrics: a guardrail has a margin that is a fraction", "[config]") {
  CHECK(faults_of_line("metrics: {guardrails: [{metric: time, margin: 10}, {metric: sessions}, time]}") ==
        Faults{"e.yaml:7:51: margin is 10, want a fraction between 0 and 1, such as 0.1; is 10 % meant, 0.1?",
               "e.yaml:7:56: no margin in a guardrail, want the relative loss that is acceptable, such as 0.1",
               "e.yaml:7:76: guardrail is the text \"time\", want a map"});
  CHECK(faults_of_line("metrics: {guardrails: [{metric: time, margin: 0}]}").size() == 1);
  CHECK(faults_of_line("metrics: {secondary: time}") ==
        Faults{"e.yaml:7:26: secondary is the text \"time\", want a list of metrics"});
}
