// `crossfade validate` and `crossfade assign`, as a program.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <fstream>
#include <string>

#include "tests/platform/cli/program.h"
#include "tests/support/source_directory.h"
#include "tests/support/temporary_directory.h"

using crossfade::test::Outcome;
using crossfade::test::run_program;

namespace {

constexpr const char* kConfiguration = R"(version: 1
recommenders: {random: {type: random}, sticky: {type: sticky_artist, fallback: random}}
parameters: {recommender: random}
layers: {ranking: {salt: ranking-2026}}
experiments:
  - key: AA
    status: running
    hash: murmur3-mod
    variants: [{key: C, control: true}, {key: T1}]
  - key: partial
    status: stopped
    coverage: 0.3
    variants: [{key: a, weight: 0.1, control: true}, {key: b, weight: 0.2}, {key: c, weight: 0.7}]
)";

// A directory with an experiments.yaml, in which the program runs.
class Place {
 public:
  explicit Place(const std::string& configuration = kConfiguration) { write("experiments.yaml", configuration); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(directory_ / name, std::ios::binary) << text;
  }

  Outcome run(const std::string& arguments) const { return run_program(directory_.path(), arguments); }

 private:
  crossfade::TemporaryDirectory directory_;
};

}  // namespace

TEST_CASE("validate: says what a sound configuration holds", "[cli]") {
  CHECK(
      Place{}.run("validate") ==
      Outcome{0,
              "experiments.yaml: ok: 2 experiments, 2 recommenders, 1 layer, 1 running\n"
              "not ready: experiments.yaml:6:10: AA has no owner: nobody to ask\n"
              "not ready: experiments.yaml:6:10: AA has no hypothesis: nothing that the result could say yes or no to\n"
              "not ready: experiments.yaml:6:10: AA has no plan: when to decide is not said, and looking until it is "
              "significant deceives\n"});
}

TEST_CASE("validate: the example of the repository is sound", "[cli]") {
  const std::string example = crossfade::source_directory() / "experiments.yaml";
  const Outcome valid = Place{}.run("validate '" + example + "'");
  CHECK(valid.code == 0);
  CHECK_THAT(valid.text, Catch::StartsWith(example + ": ok: 2 experiments, 4 recommenders, 1 layer, 2 running\n"));
}

TEST_CASE("validate: every fault in a line, exit code 2", "[cli]") {
  const Place place("version: 1\nrecommenders: {random: {type: randm}}\nparameters: {recommender: rando}\n");
  const Outcome outcome = place.run("validate experiments.yaml");
  CHECK(outcome.code == 2);
  // The list of types grows.
  CHECK_THAT(outcome.text,
             Catch::Matchers::StartsWith(
                 "experiments.yaml:2:31: unknown type of recommender \"randm\", want one of random, top_pop, ") &&
                 Catch::Matchers::EndsWith("; did you mean \"random\"?\n"
                                           "experiments.yaml:3:27: unknown recommender \"rando\", want random\n"));
}

TEST_CASE("validate: a file that is not there", "[cli]") {
  CHECK(Place{}.run("validate none.yaml") == Outcome{2, "none.yaml: cannot be read: No such file or directory\n"});
}

// Listeners of the course's logs, and what its service gave them.
// It passed, and hung the reload of a server.
TEST_CASE("validate: files are below the world's directory unless a flag says otherwise", "[cli]") {
  const Place place(
      "version: 1\nrecommenders: {r: {type: user_lists, file: /dev/zero}}\nparameters: {recommender: r}\n");
  CHECK(place.run("validate") ==
        Outcome{2,
                "experiments.yaml:2:44: file is the text \"/dev/zero\", want a file below the world's directory, such "
                "as lists.jsonl (or --allow-outside)\n"});
  CHECK(place.run("validate --allow-outside").code == 0);
}

// 400 000 "or" in one metric ended it; 1 160 passed, and ended the server.
TEST_CASE("validate: an expression of any length is answered", "[cli]") {
  std::string where = "track = 1";
  for (int i = 0; i < 1160; ++i) where += " or track = 1";
  const Place place(
      "version: 1\nrecommenders: {r: {type: random}}\nparameters: {recommender: r}\nmetrics:\n"
      "  m: {type: mean, event: playback, where: " +
      where + "}\n");
  CHECK_THAT(place.run("validate").text,
             Catch::EndsWith(": operation 501, want at most 500; a list is one: x in (1, 2, 3)\n"));
}

// A device has no end.
TEST_CASE("validate: a configuration has a largest size", "[cli]") {
  CHECK(Place().run("validate /dev/zero") ==
        Outcome{2, "/dev/zero: the file has 1114112 bytes, want at most 1048576\n"});
}

TEST_CASE("assign: one unit and its variant a line, in the order asked for", "[cli]") {
  CHECK(Place{}.run("assign AA 3255 7229 1661") == Outcome{0, "3255\tC\n7229\tT1\n1661\tT1\n"});
}

// Computed with the functions of GrowthBook's util.ts under Node 18.20.
TEST_CASE("assign: a dash where a unit takes no part; a stopped experiment is shown too", "[cli]") {
  CHECK(Place{}.run("assign partial 0 1 2 3 4 5 6 7 8 9") ==
        Outcome{0, "0\t-\n1\t-\n2\tc\n3\t-\n4\t-\n5\t-\n6\tc\n7\tc\n8\t-\n9\t-\n"});
}

TEST_CASE("assign: reads units from standard input, whatever their line ends", "[cli]") {
  const Place place;
  place.write("units", "3255\r\n7229\n\n1661");
  CHECK(place.run("assign AA --stdin < units") == Outcome{0, "3255\tC\n7229\tT1\n\t-\n1661\tT1\n"});
  place.write("units", "");
  CHECK(place.run("assign AA --stdin < units") == Outcome{0, ""});
}

// Longer than the block that is read at once, so that lines are cut in the middle.
TEST_CASE("assign: a large input is split as the course's service split its listeners", "[cli]") {
  const Place place;
  std::string units;
  for (int unit = 0; unit < 10'000; ++unit) units += std::to_string(unit) + "\n";
  units += std::string(200'000, '7') + "\n";
  place.write("units", units);
  const Outcome outcome = place.run("assign AA --stdin < units");
  CHECK(outcome.code == 0);
  CHECK(std::ranges::count(outcome.text, '\n') == 10'001);
  // 4 982 listeners are in C: each line of theirs has the one letter C.
  CHECK(std::ranges::count(outcome.text.substr(0, outcome.text.find("77777777")), 'C') == 4'982);
}

TEST_CASE("assign: an unknown experiment is told with the nearest", "[cli]") {
  CHECK(
      Place{}.run("assign partal 1") ==
      Outcome{2,
              "experiments.yaml: unknown experiment \"partal\", want one of AA, partial; did you mean \"partial\"?\n"});
}

TEST_CASE("assign: no unit is a fault", "[cli]") {
  CHECK(Place{}.run("assign AA") == Outcome{2, "assign: no unit, want UNIT... or --stdin\n"});
}

TEST_CASE("assign: faults of the configuration come first", "[cli]") {
  const Place place;
  place.write("bad.yaml", "version: 2\n");
  const Outcome outcome = place.run("assign AA 1 --config bad.yaml");
  CHECK(outcome.code == 2);
  CHECK_THAT(outcome.text, Catch::Contains("bad.yaml:1:10: version is 2, want 1: the one version of this format\n"));
}
