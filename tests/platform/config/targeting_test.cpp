#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "platform/config/changes/history.h"
#include "platform/config/changes/past_runs.h"
#include "platform/core/json_text.h"
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

// `targeting` begins in line 7, column 16.
std::string targeted(const std::string& targeting) {
  return with_experiment("    targeting: " + targeting + "\n" + kVariants);
}

std::string read_back(const std::string& targeting) {
  return to_json(load(targeted(targeting), "e.yaml", types()).experiments.at(0).targeting);
}

// Of line 7 alone, without the file's name.
std::string fault(const std::string& targeting) {
  std::string told;
  for (const std::string& one : faults_of(targeted(targeting))) {
    told += (told.empty() ? "" : "\n") + (one.starts_with("e.yaml:7:") ? one.substr(9) : one);
  }
  return told;
}

const std::string kOneOf =
    "want one of $and, $or, $not, $nor, $eq, $ne, $lt, $lte, $gt, $gte, $in, $nin, $ini, $nini, $all, $alli, $exists, "
    "$regex, $regexi, $elemMatch, $size, $type, $inGroup, $notInGroup, $veq, $vne, $vgt, $vgte, $vlt, $vlte";

}  // namespace

TEST_CASE("targeting: scalars have the types of YAML 1.2's core schema", "[config]") {
  CHECK(read_back("{country: {$in: [SE, NO, yes, on, Off, n]}}") ==
        R"({"country":{"$in":["SE","NO","yes","on","Off","n"]}})");
  CHECK(read_back("{a: {$in: [true, False, null, ~, 1, -1.5, 1e3, .5]}}") ==
        R"({"a":{"$in":[true,false,null,null,1,-1.5,1000,0.5]}})");
  CHECK(read_back("{a: {$in: [0x10, 0o17, 010, 1_000, \"10\", '5', !!str 7, 12:30:45]}}") ==
        R"({"a":{"$in":[16,15,10,"1_000","10","5","7","12:30:45"]}})");
  CHECK(read_back("{a: 2026-12-01}") == R"({"a":"2026-12-01"})");
  CHECK(read_back("{a: }") == R"({"a":null})");
}

TEST_CASE("targeting: is read in the order of the file, through aliases too", "[config]") {
  CHECK(read_back("{b: &x {$gt: 1}, a: *x, $or: [{c: {$exists: true}}, {d.e: [1, {f: g}]}]}") ==
        R"({"b":{"$gt":1},"a":{"$gt":1},"$or":[{"c":{"$exists":true}},{"d.e":[1,{"f":"g"}]}]})");
  CHECK(read_back("{}") == "null");
  CHECK(read_back("{$and: []}") == "null");
  CHECK(read_back("{$groups: {$elemMatch: {$eq: a}}}") == R"({"$groups":{"$elemMatch":{"$eq":"a"}}})");
}

TEST_CASE("targeting: what is no condition is a fault where it stands", "[config]") {
  const std::vector<std::pair<std::string, std::string>> faulty = {
      {"SE",
       "16: targeting is the text \"SE\", want a map of attributes and what they must be, such as {country: {$in: [SE, "
       "NO]}}"},
      {"[country]",
       "16: targeting is a list, want a map of attributes and what they must be, such as {country: {$in: [SE, NO]}}"},
      {"", "5: targeting is empty, want a map of attributes and what they must be, such as {country: {$in: [SE, NO]}}"},
      {"{country: {$inn: [SE]}}", "27: unknown operator \"$inn\"; did you mean $in?"},
      {"{country: {$equals: SE}}", "27: unknown operator \"$equals\", " + kOneOf},
      {"{country: {$in: SE}}", "32: $in is the text \"SE\", want a list of values"},
      {"{country: {$nin: {a: b}}}", "33: $nin is a map, want a list of values"},
      {"{country: {$ini: 5}}", "33: $ini is 5, want a list of values"},
      {"{country: {$nini: true}}", "34: $nini is true, want a list of values"},
      {"{country: {$all: SE}}", "33: $all is the text \"SE\", want a list of values"},
      {"{tags: {$alli: null}}", "24: $alli is null, want a list of values"},
      {"{country: {$in: [SE, [NO]]}}",
       "37: $in has a list among its values, want null, true, false, numbers and texts: nothing equals it"},
      {"{country: {$in: [{a: b}]}}",
       "33: $in has a map among its values, want null, true, false, numbers and texts: nothing equals it"},
      {"{$in: [SE]}", "17: operator $in stands where an attribute does, want {attribute: {$in: ...}}"},
      {"{$orr: [{a: b}]}", "17: unknown operator \"$orr\"; did you mean $or?"},
      {"{$or: {a: b}}", "22: $or is a map, want a list of conditions, such as [{country: SE}, {country: NO}]"},
      {"{$and: [SE]}", "24: 0 is the text \"SE\", want a map of attributes, such as {country: SE}"},
      {"{$nor: SE}", "23: $nor is the text \"SE\", want a list of conditions, such as [{country: SE}, {country: NO}]"},
      {"{$not: [a]}", "23: $not is a list, want a map of attributes, such as {country: SE}"},
      {"{a: {$or: [b, c]}}", "21: operator $or stands behind an attribute, want it around attributes: {$or: [{...}]}"},
      {"{a: {$eq: [1]}}", "26: $eq is a list, want null, true, false, a number or a text: it is compared by identity"},
      {"{a: {$ne: {b: c}}}",
       "26: $ne is a map, want null, true, false, a number or a text: it is compared by identity"},
      {"{a: {$gt: true}}", "26: $gt is true, want a number or a text"},
      {"{a: {$lte: [5]}}", "27: $lte is a list, want a number or a text"},
      {"{a: {$exists: 1}}", "30: $exists is 1, want true or false"},
      {"{a: {$exists: yes}}", "30: $exists is the text \"yes\", want true or false"},
      {"{a: {$type: int}}",
       "28: $type is the text \"int\", want one of null, boolean, number, string, array, object (in quotes)"},
      {"{a: {$type: null}}", "21: $type is null, want one of null, boolean, number, string, array, object (in quotes)"},
      {"{a: {$size: many}}", "28: $size is the text \"many\", want a number or a map of operators, such as {$gt: 2}"},
      {"{a: {$size: {$gr: 2}}}", "29: unknown operator \"$gr\"; did you mean $or?"},
      {"{a: {$elemMatch: 5}}", "33: $elemMatch is 5, want a map of operators or of attributes"},
      {"{a: {$regex: 5}}", "29: $regex is 5, want a regular expression (in quotes)"},
      {"{a: {$regex: \"(\"}}", "29: $regex is the text \"(\", want a regular expression: a \"(\" without its \")\""},
      {"{a: {$regexi: '(?=b)'}}",
       "30: $regexi is the text \"(?=b)\", want a regular expression: \"(?=\" looks around, which takes more than one "
       "pass"},
      {"{a: {$inGroup: beta}}", "31: unknown group \"beta\", want one that is defined (none is)"},
      {"{a: {$notInGroup: [b]}}", "34: $notInGroup is a list, want the name of a group"},
      {"{a: {$vgt: 1.10}}", "27: $vgt is 1.1, want a version, such as \"1.10.0\" (in quotes)"},
      {"{a: {$veq: \"\"}}", "27: $veq is the text \"\", want a version, such as \"1.10.0\" (in quotes)"},
      {"{a: {$gt: 5, b: 6}}", "20: a map of operators and names, want either: {$gt: 5} tests a value, {a: 5} is one"},
      {"{a: {b: {$gt: 5}}}",
       "25: operator $gt in a map that is compared as a whole, want \"a.b\" as an attribute's name"},
      {"{a: {b: {c: {$in: [5]}}}}",
       "29: operator $in in a map that is compared as a whole, want \"a.b.c\" as an attribute's name"},
      {"{$savedGroup: {id: x}}", "17: unknown operator \"$savedGroup\", want {attribute: {$inGroup: name}}"},
      {"{a: 1, a: 2}", "23: key \"a\" in targeting stands twice, first in line 7, want it once"},
      {"{1: 2}", "17: a key in targeting is 1, want a text (in quotes)"},
      {"{a: .inf}", "20: a is .inf, want a number that JSON has, or a text (in quotes)"},
      {"{a: {$in: [.nan]}}", "27: $in is .nan, want a number that JSON has, or a text (in quotes)"},
      {"{id: {$in: [9007199254740993]}}",
       "28: $in is 9007199254740993, want a number below 2^53, beyond which digits are lost, or a text (in quotes)"},
      {"{a: \"x\\0y\"}", "20: a is the text \"x\\x00y\", want a text without a character that is 0"},
      {"{$not: {$or: [{a: {$in: 1}}, {b: {$lt: null}}]}}",
       "40: $in is 1, want a list of values\n50: $lt is null, want a number or a text"},
  };
  for (const auto& [targeting, want] : faulty) {
    INFO(targeting);
    CHECK(fault(targeting) == want);
  }
  CHECK(faulty.size() >= 30);
}

TEST_CASE("targeting: a fault stands in its own line, in whichever style", "[config]") {
  CHECK(faults_of(with_experiment("    targeting:\n"
                                  "      country: {$in: [SE, NO]}\n"
                                  "      $or:\n"
                                  "        - plan: pro\n"
                                  "        - tags:\n"
                                  "            $all: 5\n"
                                  "            $sise: 2\n" +
                                  kVariants)) ==
        Faults{"e.yaml:12:19: $all is 5, want a list of values",
               "e.yaml:13:13: unknown operator \"$sise\"; did you mean $size?"});
}

// What docs/targeting.md shows.
TEST_CASE("targeting: an operator, a version and a group that are not", "[config]") {
  CHECK(faults_of("version: 1\n"
                  "recommenders: {random: {type: random}}\n"
                  "parameters: {recommender: random}\n"
                  "groups: {beta: [u-17]}\n"
                  "experiments:\n"
                  "  - key: ranker\n"
                  "    status: running\n"
                  "    targeting:\n"
                  "      country: {$inn: [SE, NO]}\n"
                  "      app.version: {$vgte: 1.10}\n"
                  "      id: {$inGroup: bta}\n" +
                  kVariants) ==
        Faults{"e.yaml:9:17: unknown operator \"$inn\"; did you mean $in?",
               "e.yaml:10:28: $vgte is 1.1, want a version, such as \"1.10.0\" (in quotes)",
               "e.yaml:11:22: unknown group \"bta\", want one of beta; did you mean \"beta\"?"});
}

TEST_CASE("targeting: is bounded", "[config]") {
  std::string deep = "{a: 1}";
  for (int i = 0; i < 32; ++i) deep = "{$not: " + deep + "}";
  CHECK_THAT(fault(deep), Catch::EndsWith(": a condition deeper than 32 levels, which is the most"));
  std::string wide = "{$or: [";
  for (int i = 0; i < 1000; ++i) wide += "{a: 1}, ";
  CHECK_THAT(fault(wide + "]}"), Catch::EndsWith(": a condition of more than 1000 tests, which is the most"));
  std::string all = "{a: {$all: [";
  for (int i = 0; i < 101; ++i) all += "1, ";
  CHECK(fault(all + "]}}") == "27: $all has 101 values, and 100 is the most");
  std::string many = "{a: {$in: [";
  for (int i = 0; i < 10'000; ++i) many += "u" + std::to_string(i) + ", ";
  CHECK(fault(many + "]}}").empty());
}

TEST_CASE("groups: are lists of values that targeting names", "[config]") {
  const auto grouped = [](const std::string& groups, const std::string& group = "beta") {
    return with_head("groups: " + groups + "\nexperiments:\n  - key: e\n    targeting: {id: {$inGroup: " + group +
                     "}}\n" + kVariants);
  };
  const Configuration configuration = load(grouped("{beta: [u1, 7, NO, true], gamma: []}"), "e.yaml", types());
  CHECK(to_json({configuration.groups.at("beta")}) == R"(["u1",7,"NO",true])");
  CHECK(configuration.groups.at("gamma").empty());
  CHECK(faults_of(grouped("{beta: [u1]}", "bta")) ==
        Faults{"e.yaml:8:32: unknown group \"bta\", want one of beta; did you mean \"beta\"?"});
  CHECK(faults_of(grouped("{beta: u1}")) == Faults{"e.yaml:5:16: beta is the text \"u1\", want a list of values"});
  CHECK(
      faults_of(grouped("{beta: [[u1], {a: b}]}")) ==
      Faults{
          "e.yaml:5:17: value of a group is a list, want null, true, false, a number or a text: no other is equal to "
          "an "
          "attribute",
          "e.yaml:5:23: value of a group is a map, want null, true, false, a number or a text: no other is equal to an "
          "attribute"});
  CHECK(faults_of(grouped("{beta: [123456789012345678901]}")) ==
        Faults{
            "e.yaml:5:17: value of a group is 123456789012345678901, want a number below 2^53, beyond which digits are "
            "lost, or a text (in quotes)"});
  CHECK(
      faults_of(grouped("{beta: [], \"b c\": []}")) ==
      Faults{
          "e.yaml:5:20: group is called \"b c\", want 1 to 64 letters, digits, \".\", \"_\" or \"-\", the first one a "
          "letter or a digit"});
  CHECK(faults_of(grouped("[beta]")) ==
        Faults{"e.yaml:5:9: groups is a list, want a map",
               "e.yaml:8:32: unknown group \"beta\", want one that is defined (none is)"});
}

namespace {

// The key of experiment e stands in line 7, column 11.
Configuration configuration_with(const std::string& targeting, const std::string& groups = "{}", int version = 1) {
  return load(with_head("groups: " + groups + "\nexperiments:\n  - {key: e, status: running, version: " +
                        std::to_string(version) + ", " + (targeting.empty() ? "" : "targeting: " + targeting + ", ") +
                        "variants: [{key: a, control: true}, {key: b}]}\n"),
              "e.yaml", types());
}

Faults refused(const Configuration& before, const Configuration& after) {
  PastRuns past;
  past.follow(before, {});
  Faults messages;
  for (const Fault& fault : changes_refused(past, after, "e.yaml")) messages.push_back(to_string(fault));
  return messages;
}

using Sentences = std::vector<std::string>;

}  // namespace

TEST_CASE("changes: who is eligible stays, or becomes everybody", "[config]") {
  const Configuration nordic = configuration_with("{country: {$in: [SE, NO]}, age: {$gt: 17, $lt: 99}}");
  CHECK(refused(nordic, nordic).empty());
  CHECK(refused(nordic, configuration_with("{age: {$lt: 99, $gt: 17}, country: {$in: [SE, NO]}}")).empty());
  CHECK(refused(nordic, configuration_with("")).empty());
  CHECK(refused(nordic, configuration_with("{country: SE}", "{}", 2)).empty());
  CHECK(refused(nordic, configuration_with("{country: SE}")) ==
        Faults{"e.yaml:7:11: targeting of running experiment \"e\" changed from "
               "{\"country\":{\"$in\":[\"SE\",\"NO\"]},\"age\":{\"$gt\":17,\"$lt\":99}} to {\"country\":\"SE\"}, want "
               "it as it "
               "was, none or a version above 1"});
  CHECK(
      refused(configuration_with(""), configuration_with("{country: SE}")) ==
      Faults{
          "e.yaml:7:11: targeting of running experiment \"e\" changed from none to {\"country\":\"SE\"}, want it as it "
          "was, none or a version above 1"});
}

TEST_CASE("changes: the order within a value that is compared as a whole counts", "[config]") {
  CHECK(refused(configuration_with("{a: {b: 1, c: 2}}"), configuration_with("{a: {c: 2, b: 1}}")).size() == 1);
  CHECK(refused(configuration_with("{a: [1, 2]}"), configuration_with("{a: [2, 1]}")).size() == 1);
}

TEST_CASE("changes: a group may grow where that only lets units in", "[config]") {
  const auto grouped = [](const std::string& name, const std::string& values) {
    return configuration_with("{id: {" + name + ": g}}", "{g: " + values + "}");
  };
  CHECK(refused(grouped("$inGroup", "[a, b]"), grouped("$inGroup", "[b, a, c]")).empty());
  CHECK(refused(grouped("$notInGroup", "[a, b]"), grouped("$notInGroup", "[a]")).empty());
  CHECK(
      refused(grouped("$inGroup", "[a, b]"), grouped("$inGroup", "[a, c, d]")) ==
      Faults{
          "e.yaml:7:11: group g, in the targeting of running experiment \"e\", has 1 value gone and 2 more, want it so "
          "that nobody leaves the experiment or a version above 1"});
  CHECK(refused(grouped("$notInGroup", "[a]"), grouped("$notInGroup", "[a, 1]")) ==
        Faults{"e.yaml:7:11: group g, in the targeting of running experiment \"e\", has 1 more value, want it so that "
               "nobody "
               "leaves the experiment or a version above 1"});
}

TEST_CASE("history: tells who is eligible, and what became of groups", "[config]") {
  CHECK(describe_changes(configuration_with(""), configuration_with("{country: SE}"), "e") ==
        Sentences{"targeting is {\"country\":\"SE\"}, was none"});
  CHECK(describe_changes(configuration_with("{id: {$inGroup: g}}", "{g: [a, b]}"),
                         configuration_with("{id: {$inGroup: g}}", "{g: [a, c, d]}"),
                         "e") == Sentences{"group g has 1 value gone and 2 more"});
  CHECK(describe_changes(configuration_with("{id: 1}", "{g: [a, b]}"), configuration_with("{id: 1}", "{g: []}"), "e")
            .empty());
}
