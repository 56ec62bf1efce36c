#include <catch2/catch.hpp>
#include <string>

#include "tests/platform/config/support.h"

using crossfade::config::testing::faults_of;
using crossfade::config::testing::kVariants;
using crossfade::config::testing::with_experiment;
using crossfade::config::testing::with_head;
using Faults = crossfade::config::testing::Faults;

TEST_CASE("yaml: a fault of the syntax has its line and column", "[config]") {
  CHECK(faults_of("version: 1\n  recommenders: {}\n") == Faults{"e.yaml:2:15: not YAML: illegal map value"});
  CHECK(faults_of("version: [1\nlayers: {}\n") == Faults{"e.yaml:2:7: not YAML: end of sequence flow not found"});
  CHECK(faults_of("version: *one\n") == Faults{"e.yaml:1:10: not YAML: the referenced anchor is not defined"});
  CHECK(faults_of("\tversion: 1\n") == Faults{"e.yaml:1:9: not YAML: illegal map value"});
}

TEST_CASE("yaml: what is nested too deeply is refused, not followed", "[config]") {
  const Faults faults = faults_of("version: " + std::string(100'000, '['));
  REQUIRE(faults.size() == 1);
  // yaml-cpp's place for it is of no use: it has read on to the end.
  CHECK_THAT(faults[0], Catch::EndsWith(": not YAML that can be read: nested too deeply"));
}

// yaml-cpp 0.7 read such a text as null documents without end: validate did not come back.
TEST_CASE("yaml: a text that begins with a comma is a fault, not an endless file", "[config]") {
  CHECK(faults_of(", version: 1\n") == Faults{"e.yaml:1:1: not YAML: no document can begin like this"});
  CHECK(faults_of("# comment\n, version: 1\n") == Faults{"e.yaml:2:1: not YAML: no document can begin like this"});
}

TEST_CASE("yaml: one document a file", "[config]") {
  CHECK(faults_of("--- {version: 1}\n--- {version: 1}\n") ==
        Faults{"e.yaml:2:1: a second YAML document begins here, want one"});
}

TEST_CASE("yaml: a key stands once", "[config]") {
  CHECK(faults_of(with_experiment("    coverage: 0.5\n" + kVariants + "    coverage: 1.0\n")) ==
        Faults{"e.yaml:9:5: key \"coverage\" in an experiment stands twice, first in line 7, want it once"});
  CHECK(faults_of(with_head("version: 1\n")) ==
        Faults{"e.yaml:5:1: key \"version\" at the top stands twice, first in line 1, want it once"});
}

TEST_CASE("yaml: an unknown key is told with the known ones and the nearest", "[config]") {
  CHECK(
      faults_of(with_experiment("    covrage: 0.5\n" + kVariants)) ==
      Faults{"e.yaml:7:5: unknown key \"covrage\" in an experiment, want one of key, name, hypothesis, owner, tags, "
             "links, "
             "status, version, salt, hash, unit, layer, targeting, prerequisites, overrides, schedule, coverage, ramp, "
             "variants, metrics, plan, decided; did you mean \"coverage\"?"});
  CHECK(
      faults_of(with_experiment("    <<: {coverage: 0.5}\n" + kVariants)) ==
      Faults{"e.yaml:7:5: unknown key \"<<\" in an experiment, want one of key, name, hypothesis, owner, tags, links, "
             "status, version, salt, hash, unit, layer, targeting, prerequisites, overrides, schedule, coverage, ramp, "
             "variants, metrics, plan, decided"});
}

TEST_CASE("yaml: a key is a text", "[config]") {
  CHECK(faults_of(with_head("experiments: [{1: a, key: e, variants: [{key: a, control: true}, {key: b}]}]\n")) ==
        Faults{"e.yaml:5:16: a key in an experiment is 1, want a text (in quotes)"});
  CHECK(faults_of(with_head("? [layers]\n: {}\n")) == Faults{"e.yaml:5:3: a key at the top is a list, want a text"});
}

TEST_CASE("yaml: quotes make a text of a number", "[config]") {
  CHECK(faults_of(with_experiment("    coverage: \"1\"\n" + kVariants)) ==
        Faults{"e.yaml:7:15: coverage is the text \"1\", want a number 0 to 1"});
  CHECK(faults_of(with_experiment("    version: '2'\n" + kVariants)) ==
        Faults{"e.yaml:7:14: version is the text \"2\", want an integer of at least 1"});
  CHECK(faults_of(with_experiment("    owner: 7\n" + kVariants)) ==
        Faults{"e.yaml:7:12: owner is 7, want a text (in quotes)"});
  CHECK(faults_of(with_experiment("    owner: \"7\"\n" + kVariants)).empty());
}

// YAML 1.2.2, section 10.3.2: `yes`, `on` and the sexagesimals of YAML 1.1 are texts.
TEST_CASE("yaml: scalars have the types of the core schema", "[config]") {
  const auto coverage = [](const std::string& scalar) {
    return faults_of(with_experiment("    coverage: " + scalar + "\n" + kVariants));
  };
  const auto number = GENERATE(as<std::string>{}, "1", "0", "+1", "0.5", ".5", "1.", "5e-1", "50E-2", "0x1", "0o1");
  CAPTURE(number);
  CHECK(coverage(number).empty());

  const auto text =
      GENERATE(as<std::string>{}, "yes", "0:1", "1_0", "0.5.", "e5", ".", "+", "0x", "1e", "\"1\"", "50%");
  CAPTURE(text);
  const std::string shown = text.front() == '"' ? text : "\"" + text + "\"";
  CHECK(coverage(text) == Faults{"e.yaml:7:15: coverage is the text " + shown + ", want a number 0 to 1"});
}

TEST_CASE("yaml: numbers that are none or too large are refused", "[config]") {
  const auto scalar = GENERATE(as<std::string>{}, ".nan", ".inf", "-.inf", "1e999", "99999999999999999999", "true");
  CAPTURE(scalar);
  CHECK(faults_of(with_experiment("    coverage: " + scalar + "\n" + kVariants)) ==
        Faults{"e.yaml:7:15: coverage is " + scalar + ", want a number 0 to 1"});
  CHECK(faults_of(with_experiment("    version: " + scalar + "\n" + kVariants)) ==
        Faults{"e.yaml:7:14: version is " + scalar + ", want an integer of at least 1"});
}

TEST_CASE("yaml: an empty value is told at its key", "[config]") {
  CHECK(faults_of(with_experiment("    coverage:\n" + kVariants)) ==
        Faults{"e.yaml:7:5: coverage is empty, want a number 0 to 1"});
  CHECK(faults_of(with_head("experiments:\n")) ==
        Faults{"e.yaml:5:1: experiments is empty, want a list of experiments"});
}

TEST_CASE("yaml: a list where a map belongs, and the other way round", "[config]") {
  CHECK(faults_of(with_head("experiments: {key: e}\n")) ==
        Faults{"e.yaml:5:14: experiments is a map, want a list of experiments"});
  CHECK(faults_of(with_head("experiments: [e]\n")) == Faults{"e.yaml:5:15: experiment is the text \"e\", want a map"});
  CHECK(faults_of(with_experiment("    metrics: [time]\n" + kVariants)) ==
        Faults{"e.yaml:7:14: metrics is a list, want a map"});
}

TEST_CASE("yaml: anchors may be used; a fault in what two places share is told once", "[config]") {
  const std::string rest = "    owner: &us [us]\n" + kVariants + "  - key: f\n    owner: *us\n" + kVariants;
  CHECK(faults_of(with_experiment(rest)) == Faults{"e.yaml:7:12: owner is a list, want a text"});
}

TEST_CASE("yaml: a message stays one line whatever the file holds", "[config]") {
  CHECK(faults_of(with_experiment("    status: \"a\\nb\\x01\\\"\"\n" + kVariants)) ==
        Faults{"e.yaml:7:13: unknown status \"a\\nb\\x01\"\", want one of draft, running, stopped"});
  const std::string cut =
      "e.yaml:7:13: unknown status \"" + std::string(64, 'x') + "...\", want one of draft, running, stopped";
  CHECK(faults_of(with_experiment("    status: " + std::string(1000, 'x') + "\n" + kVariants)) == Faults{cut});
}

// A list of 20 MB took its time and memory before anybody said that it was none of ours.
TEST_CASE("yaml: a text has a largest size", "[config]") {
  CHECK(faults_of("version: 1 #" + std::string(1 << 20, 'x')) ==
        Faults{"e.yaml: the file has 1048588 bytes, want at most 1048576"});
}

// Ten lines of aliases can stand for a thousand million values.
TEST_CASE("yaml: aliases count for what they stand for", "[config]") {
  std::string text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char name = 'b'; name <= 'j'; ++name) {
    text += std::string{name} + ": &" + name + " [";
    for (int i = 0; i < 10; ++i) text += std::string{i == 0 ? "*" : ", *"} + static_cast<char>(name - 1);
    text += "]\n";
  }
  CHECK(faults_of(text) == Faults{"e.yaml:6:8: more than 200000 values up to here, want fewer; an alias counts for all "
                                  "that it stands for"});
}

TEST_CASE("yaml: what is no UTF-8, or has a NUL, is a fault", "[config]") {
  CHECK(faults_of(std::string("\xff\xfev\0e\0", 6)) ==
        Faults{"e.yaml:1:1: the file is in UTF-16 or UTF-32, want UTF-8"});
  CHECK(faults_of("version: 1\n# caf\xe9\n") == Faults{"e.yaml:2:6: byte 0xe9 is no character, want text in UTF-8"});
  CHECK(faults_of("version: 1\n# \xed\xa0\x80\n") ==
        Faults{"e.yaml:2:3: byte 0xed is no character, want text in UTF-8"});
  CHECK(faults_of(std::string("version: 1\n\0", 12)) == Faults{"e.yaml:2:1: a byte that is 0, want text in UTF-8"});
  CHECK(faults_of(with_experiment("    owner: \"a\\0b\"\n" + kVariants)) ==
        Faults{"e.yaml:7:12: owner is the text \"a\\x00b\", want a text without a character that is 0"});
  CHECK(faults_of(with_experiment("    owner: \" \"\n" + kVariants)) ==
        Faults{"e.yaml:7:12: owner is the text \" \", want who answers for it, or no owner at all"});
}

// 200 000 unknown keys were 20 MB of messages.
TEST_CASE("yaml: of many faults the first hundred are told, and how many more there are", "[config]") {
  std::string text = "version: 1\n";
  for (int i = 0; i < 5000; ++i) text += "k" + std::to_string(i) + ": 1\n";
  const Faults faults = faults_of(text);
  REQUIRE(faults.size() == 101);
  CHECK(faults[100] == "e.yaml:102:1: and 4900 more");
}
