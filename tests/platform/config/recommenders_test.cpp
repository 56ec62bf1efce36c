#include <catch2/catch.hpp>
#include <string>

#include "tests/platform/config/support.h"

using crossfade::config::testing::faults_of;
using crossfade::config::testing::types;
using crossfade::config::testing::with_experiment;
using Faults = crossfade::config::testing::Faults;

namespace {

const std::string kNameRule =
    ", want 1 to 64 letters, digits, \".\", \"_\" or \"-\", the first one a letter or a digit";

// `lines` begin in line 3, among the recommenders, of which "random" is the first.
Faults faults_of_recommenders(const std::string& lines,
                              const std::string& behind = "parameters: {recommender: random}\n") {
  return faults_of("version: 1\nrecommenders:\n" + lines + "  random: {type: random}\n" + behind);
}

Faults faults_of_parameters(const std::string& line) {
  return faults_of_recommenders("", line + "\n");
}

// In line 7, from column 49 on.
Faults faults_of_overrides(const std::string& parameters) {
  return faults_of(
      with_experiment("    variants: [{key: a, control: true}, {key: b, parameters: " + parameters + "}]\n"));
}

}  // namespace

TEST_CASE("recommenders: an unknown type is told with the nearest", "[config]") {
  CHECK(faults_of_recommenders("  r: {type: randm}\n") ==
        Faults{"e.yaml:3:13: unknown type of recommender \"randm\", want one of random, lists, ranges, one, several, "
               "weighted; "
               "did you mean \"random\"?"});
  CHECK(faults_of_recommenders("  r: {fallback: random}\n") ==
        Faults{"e.yaml:3:6: no type in recommender \"r\", want one of random, lists, ranges, one, several, weighted"});
  CHECK(faults_of_recommenders("  r: random\n") == Faults{"e.yaml:3:6: r is the text \"random\", want a map"});
  CHECK(faults_of_recommenders("  r: {type: 1}\n") == Faults{"e.yaml:3:13: type is 1, want a text (in quotes)"});
}

TEST_CASE("recommenders: options are those of the type", "[config]") {
  CHECK(faults_of_recommenders("  r: {type: lists, file: f, tops: 5}\n") ==
        Faults{"e.yaml:3:29: unknown key \"tops\" in recommender \"r\", want one of type, fallback, updates, file, "
               "order, top, "
               "half_life_days, unheard; did you mean \"top\"?"});
  CHECK(faults_of_recommenders("  r: {type: random, file: f}\n") ==
        Faults{"e.yaml:3:21: unknown key \"file\" in recommender \"r\", want one of type, fallback, updates"});
  CHECK(faults_of_recommenders("  r: {type: lists}\n") ==
        Faults{"e.yaml:3:6: no file in recommender \"r\" of type lists, want one"});
}

TEST_CASE("recommenders: options have the kind that the type wants", "[config]") {
  CHECK(
      faults_of_recommenders("  r: {type: lists, file: 7, order: random, top: 0, half_life_days: 0.1, unheard: 1}\n") ==
      Faults{"e.yaml:3:26: file is 7, want a text (in quotes)",
             "e.yaml:3:36: unknown order \"random\", want one of shuffled, ranked",
             "e.yaml:3:49: top is 0, want an integer of at least 1",
             "e.yaml:3:68: half_life_days is 0.1, want a number of at least 0.5",
             "e.yaml:3:82: unheard is 1, want true or false"});
  CHECK(faults_of_recommenders("  r: {type: lists, file: \"\", top: 1.5}\n") ==
        Faults{"e.yaml:3:26: file is the text \"\", want a text that is not empty",
               "e.yaml:3:35: top is 1.5, want an integer of at least 1"});
}

TEST_CASE("recommenders: numbers may have a largest value, too", "[config]") {
  CHECK(faults_of_recommenders("  r: {type: ranges, count: 101, share: 1.5}\n"
                               "  s: {type: ranges, count: 100, share: 1}\n") ==
        Faults{"e.yaml:3:28: count is 101, want an integer from 1 to 100",
               "e.yaml:3:40: share is 1.5, want a number from 0 to 1"});
}

TEST_CASE("recommenders: files that change by design are said to", "[config]") {
  CHECK(faults_of_recommenders("  r: {type: random, updates: daily}\n") ==
        Faults{"e.yaml:3:30: updates is the text \"daily\", want true or false"});
  const auto loaded = crossfade::config::load(
      "version: 1\nrecommenders: {r: {type: random, updates: true}, s: {type: random}}\n"
      "parameters: {recommender: r}\n",
      "e.yaml", types());
  CHECK(loaded.recommenders.at(0).updates);
  CHECK_FALSE(loaded.recommenders.at(1).updates);
}

TEST_CASE("recommenders: a fallback is one of them", "[config]") {
  CHECK(faults_of_recommenders("  r: {type: random, fallback: randomm}\n") ==
        Faults{"e.yaml:3:31: unknown recommender \"randomm\", want one of r, random; did you mean \"random\"?"});
}

TEST_CASE("recommenders: fallbacks that go in a circle are told once a circle", "[config]") {
  CHECK(faults_of_recommenders("  a: {type: random, fallback: b}\n"
                               "  b: {type: random, fallback: c}\n"
                               "  c: {type: random, fallback: b}\n"
                               "  d: {type: random, fallback: d}\n"
                               "  e: {type: random, fallback: random}\n") ==
        Faults{"e.yaml:4:31: fallbacks go in a circle, b -> c -> b, want a chain that ends",
               "e.yaml:6:31: fallbacks go in a circle, d -> d, want a chain that ends"});
}

TEST_CASE("recommenders: parts are named, with weights where the type takes them", "[config]") {
  const auto loaded = crossfade::config::load(
      "version: 1\nrecommenders: {a: {type: lists, file: x}, b: {type: random}, c: {type: one, from: a},\n"
      "  d: {type: several, of: [a, c]}, e: {type: weighted, of: {b: 0.25, a: 3}}, f: {type: weighted, of: [b, a]}}\n"
      "parameters: {recommender: a}\n",
      "e.yaml", types());
  const auto parts = [&](std::size_t place) { return loaded.recommenders.at(place).parts; };
  using Parts = std::map<std::string, std::vector<crossfade::RecommenderPart>>;
  CHECK(parts(0).empty());
  CHECK(parts(2) == Parts{{"from", {{"a", 1}}}});
  CHECK(parts(3) == Parts{{"of", {{"a", 1}, {"c", 1}}}});
  CHECK(parts(4) == Parts{{"of", {{"b", 0.25}, {"a", 3}}}});
  CHECK(parts(5) == Parts{{"of", {{"b", 1}, {"a", 1}}}});
  CHECK(loaded.recommenders.at(4).options.empty());
}

TEST_CASE("recommenders: what is wrong with parts is said where it stands", "[config]") {
  CHECK(faults_of_recommenders("  a: {type: one, from: randm}\n"
                               "  b: {type: one, from: [random]}\n"
                               "  c: {type: one}\n"
                               "  d: {type: one, from: random}\n"
                               "  e: {type: several, of: {a: 1}}\n"
                               "  f: {type: several, of: []}\n"
                               "  g: {type: several, of: [a, x, a, 7]}\n"
                               "  h: {type: weighted, of: random}\n"
                               "  i: {type: weighted, of: {}}\n"
                               "  j: {type: weighted, of: {a: 0, b: 0}}\n"
                               "  k: {type: weighted, of: {a: -1, aa: .nan, b: 1}}\n") ==
        Faults{
            "e.yaml:3:24: unknown recommender \"randm\", want one of a, b, c, d, e, f, g, h, i, j, k, random; did you "
            "mean \"random\"?",
            "e.yaml:4:24: from is a list, want the name of a recommender",
            "e.yaml:5:6: no from in recommender \"c\" of type one, want one",
            "e.yaml:6:24: recommender \"random\" of type random gives no candidates, want one of type lists, one, "
            "several",
            "e.yaml:7:26: of is a map, want a list of recommenders, such as [a, b]",
            "e.yaml:8:26: of is an empty list, want at least one recommender",
            "e.yaml:9:30: unknown recommender \"x\", want one of a, b, c, d, e, f, g, h, i, j, k, random; did you mean "
            "\"a\"?",
            "e.yaml:9:33: recommender \"a\" stands twice in of, want each once",
            "e.yaml:9:36: recommender in of is 7, want the name of a recommender (in quotes)",
            "e.yaml:10:27: of is the text \"random\", want a list of recommenders, such as [a, b], or a map of their "
            "weights, such as {a: 0.7, b: 0.3}",
            "e.yaml:11:27: of is an empty map, want at least one recommender",
            "e.yaml:12:27: all weights in of are 0, want at least one above it",
            "e.yaml:13:31: a is -1, want a weight of at least 0",
            "e.yaml:13:35: unknown recommender \"aa\", want one of a, b, c, d, e, f, g, h, i, j, k, random; did you "
            "mean \"a\"?",
            "e.yaml:13:39: aa is .nan, want a weight of at least 0"});
}

TEST_CASE("recommenders: circles of parts and fallbacks together are told once", "[config]") {
  CHECK(faults_of_recommenders("  a: {type: several, of: [b, random], fallback: c}\n"
                               "  b: {type: random, fallback: d}\n"
                               "  c: {type: one, from: a}\n"
                               "  d: {type: weighted, of: {e: 1, a: 1}}\n"
                               "  e: {type: random}\n"
                               "  f: {type: one, from: f}\n"
                               "  g: {type: one, from: f}\n") ==
        Faults{"e.yaml:3:49: recommenders go in a circle, a -> c -> a, want a chain that ends",
               "e.yaml:8:24: recommenders go in a circle, f -> f, want a chain that ends"});
}

// Sixteen of two parts each, one above the other, would ask 65 536 for one request.
TEST_CASE("recommenders: a request asks a bounded number of them", "[config]") {
  std::string lines = "  a0: {type: random}\n  b0: {type: random}\n";
  for (int i = 1; i < 16; ++i) {
    const std::string parts = "{a" + std::to_string(i - 1) + ": 1, b" + std::to_string(i - 1) + ": 1}}\n";
    for (const char* const twin : {"a", "b"}) {
      lines += "  " + std::string(twin) + std::to_string(i) + ": {type: weighted, of: " + parts;
    }
  }
  CHECK(faults_of_recommenders(lines) ==
        Faults{"e.yaml:15:29: a request to \"a6\" may ask 127 recommenders, its fallbacks and parts included, want at "
               "most 100",
               "e.yaml:16:29: a request to \"b6\" may ask 127 recommenders, its fallbacks and parts included, want at "
               "most 100"});
}

TEST_CASE("recommenders: names are names", "[config]") {
  CHECK(faults_of_recommenders("  top pop: {type: random}\n") ==
        Faults{"e.yaml:3:3: recommender is called \"top pop\"" + kNameRule});
  CHECK(faults_of_recommenders("  fallback: {type: random}\n") ==
        Faults{"e.yaml:3:3: recommender is called \"fallback\", want another name: it stands for the last resort"});
  CHECK(faults_of("version: 1\nrecommenders: {}\nparameters: {recommender: random}\n") ==
        Faults{"e.yaml:2:1: recommenders is an empty map, want at least one"});
}

TEST_CASE("parameters: recommender is there and names one", "[config]") {
  CHECK(faults_of_parameters("parameters: {recommender: rando}") ==
        Faults{"e.yaml:4:27: unknown recommender \"rando\", want random"});
  CHECK(faults_of_parameters("parameters: {recommender: true}") ==
        Faults{"e.yaml:4:27: recommender is true, want the name of a recommender (in quotes)"});
  CHECK(
      faults_of_parameters("parameters: {depth: 1}") ==
      Faults{"e.yaml:4:13: no recommender in parameters, want the name of what a unit gets outside every experiment"});
}

TEST_CASE("parameters: values are scalars", "[config]") {
  CHECK(faults_of_parameters("parameters: {recommender: random, a: [1], b: {c: 1}, d: , e: .nan, \"f g\": 1}") ==
        Faults{"e.yaml:4:38: a is a list, want a number, a text, true or false",
               "e.yaml:4:46: b is a map, want a number, a text, true or false",
               "e.yaml:4:54: d is empty, want a number, a text, true or false",
               "e.yaml:4:62: e is .nan, want a number, a text, true or false",
               "e.yaml:4:68: parameter is called \"f g\"" + kNameRule});
}

TEST_CASE("parameters: a variant overrides those at the top and no others", "[config]") {
  CHECK(faults_of_overrides("{recommender: lists, depth: 20, share: 1}").empty());
  CHECK(faults_of_overrides("{recomender: lists}") ==
        Faults{"e.yaml:7:63: unknown parameter \"recomender\" in a variant, want one of recommender, depth, share; did "
               "you mean \"recommender\"?"});
  CHECK(faults_of_overrides("{recommender: list}") ==
        Faults{"e.yaml:7:76: unknown recommender \"list\", want one of random, lists; did you mean \"lists\"?"});
}

TEST_CASE("parameters: a variant keeps their types", "[config]") {
  CHECK(faults_of_overrides("{depth: 1.5, share: \"1\", recommender: 7}") ==
        Faults{"e.yaml:7:70: depth is 1.5, want an integer, as parameters: at the top has it",
               "e.yaml:7:82: share is the text \"1\", want a number, as parameters: at the top has it",
               "e.yaml:7:100: recommender is 7, want the name of a recommender (in quotes)"});
}

// 2 000 in a row took 2 s, 10 000 over 25 s: every one was followed to its end.
TEST_CASE("recommenders: a chain of fallbacks has an end", "[config]") {
  const auto chain = [](int length) {
    std::string lines;
    for (int i = 1; i < length; ++i) {
      lines += "  r" + std::to_string(i) + ": {type: random, fallback: r" + std::to_string(i + 1) + "}\n";
    }
    return lines + "  r" + std::to_string(length) + ": {type: random}\n";
  };
  CHECK(faults_of_recommenders(chain(100)).empty());
  CHECK(
      faults_of_recommenders(chain(10'000)) ==
      Faults{"e.yaml:9902:35: a request to \"r9900\" may ask 101 recommenders, its fallbacks and parts included, want "
             "at most 100"});
}
