// What is said of a configuration before it is reloaded is what a reload then does.
#include "platform/runtime/following.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "platform/core/error.h"
#include "platform/runtime/load.h"
#include "platform/service/active_configuration.h"
#include "tests/platform/runtime/served.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::runtime;
using namespace crossfade::runtime::testing;

namespace {

constexpr int kUnits = 400;

// Two experiments of one layer; each line is what an edit replaces.
const std::string kText =
    "version: 1\n"
    "recommenders:\n"
    "  top: {type: top_pop, top: 1}\n"
    "  lists: {type: user_lists, file: lists.jsonl, fallback: top}\n"
    "parameters: {recommender: top, depth: 10}\n"
    "layers:\n"
    "  ranking: {salt: ranking-1}\n"
    "experiments:\n"
    "  - key: ee\n"
    "    status: running\n"
    "    version: 1\n"
    "    salt: ee-salt\n"
    "    layer: {name: ranking, range: [0.0, 0.5]}\n"
    "    coverage: 0.5\n"
    "    variants:\n"
    "      - {key: control, weight: 0.5, control: true}\n"
    "      - {key: treatment, weight: 0.5, parameters: {recommender: lists}}\n"
    "  - key: bb\n"
    "    status: draft\n"
    "    layer: {name: ranking, range: [0.6, 1.0]}\n"
    "    variants:\n"
    "      - {key: control, weight: 0.5, control: true}\n"
    "      - {key: treatment, weight: 0.5, parameters: {recommender: lists}}\n";

std::string edited(std::string text, const std::vector<std::pair<std::string, std::string>>& edits) {
  for (const auto& [from, to] : edits) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  }
  return text;
}

// Units 0 to n - 1.
std::string forced(int n) {
  std::string map;
  for (int unit = 0; unit < n; ++unit) map += (unit == 0 ? "{\"" : ", \"") + std::to_string(unit) + "\": treatment";
  return map + "}";
}

// By experiment: from which variant to which, how many units.
using Moves = std::map<std::string, std::vector<UnitMove>>;
// Of each unit and experiment the variant that it was last exposed to.
using Seen = std::map<std::pair<std::string, std::string>, std::string>;

struct Edit {
  std::string name;
  std::vector<std::pair<std::string, std::string>> edits;
  bool refused = false;
  bool moves = false;  // at least one unit, of those that would be refused too
};

// A server, all of whose units have played.
class Home {
 public:
  Home() {
    write_lists("[6]");
    write_file(served_.file, kText);
    served_.configuration.reload();
    before_ = play();
  }

  void write(const std::string& text) const { write_file(served_.file, text); }
  void write_lists(const std::string& tracks) const {
    write_file(served_.directory / "lists.jsonl", "{\"user\": 1, \"tracks\": " + tracks + "}\n");
  }

  Following following() {
    Configuration next = read_configuration(served_.file);
    next.files = served_.service.prepare(next)->recommenders().files();
    return runtime::following(RecordedHistory(served_.store), served_.store, next, served_.file);
  }

  // The message of the reload that is refused; "" where it is done.
  std::string reload() {
    served_.clock.ms += 1000;
    try {
      served_.configuration.reload();
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  }

  // What units that play again are exposed to, against what they were.
  Moves moved() {
    const Seen after = play();
    std::map<std::pair<std::string, std::pair<std::string, std::string>>, std::int64_t> counts;
    for (const std::string experiment : {"ee", "bb"}) {
      for (int unit = 0; unit < kUnits; ++unit) {
        const auto in = [&](const Seen& seen) {
          const auto found = seen.find({std::to_string(unit), experiment});
          return found == seen.end() ? std::string() : found->second;
        };
        if (in(before_) != in(after)) ++counts[{experiment, {in(before_), in(after)}}];
      }
    }
    Moves moves;
    for (const auto& [of, units] : counts) {
      moves[of.first].push_back({.from = of.second.first, .to = of.second.second, .units = units});
    }
    return moves;
  }

 private:
  // A new service knows nobody, so it exposes whoever is in an experiment now.
  Seen play() {
    storage::MemoryStore log;
    storage::EventWriter writer(log, {});
    service::Service service(served_.tracks, log, writer, {.data = served_.directory.path()});
    service.activate(*served_.configuration.current());
    for (int unit = 0; unit < kUnits; ++unit) {
      const service::Event event{
          .unit = {std::to_string(unit)}, .track = {5}, .fraction = 1, .at = served_.clock.now()};
      service.last(event);
      if (before_.empty()) served_.service.last(event);
    }
    Seen seen;
    for (const Exposure& exposure : log.exposures())
      seen[{exposure.unit.value, exposure.experiment}] = exposure.variant;
    return seen;
  }

  Served<storage::MemoryStore> served_;
  Seen before_;
};

const std::vector<Edit> kEdits = {
    {"a comment", {{"version: 1\n", "version: 1  # of the format\n"}}},
    {"hypothesis", {{"    coverage", "    hypothesis: It helps.\n    coverage"}}},
    {"weights", {{"weight: 0.5, control", "weight: 0.25, control"}, {"weight: 0.5, p", "weight: 0.75, p"}}, true, true},
    {"weights, higher version",
     {{"weight: 0.5, control", "weight: 0.25, control"},
      {"weight: 0.5, p", "weight: 0.75, p"},
      {"version: 1\n    salt", "version: 2\n    salt"}},
     false,
     true},
    {"higher version", {{"version: 1\n    salt", "version: 2\n    salt"}}},
    {"salt", {{"ee-salt", "ee-salt-2"}}, true, true},
    {"salt, higher version", {{"ee-salt", "ee-salt-2"}, {"version: 1\n    salt", "version: 2\n    salt"}}, false, true},
    {"hash", {{"    coverage: 0.5\n", "    hash: murmur3-mod\n"}}, true, true},
    {"layer salt", {{"ranking-1", "ranking-2"}}, true, true},
    {"narrower range", {{"[0.0, 0.5]", "[0.0, 0.4]"}}, true, true},
    {"wider range", {{"[0.0, 0.5]", "[0.0, 0.6]"}}, false, true},
    {"another range", {{"[0.0, 0.5]", "[0.1, 0.6]"}}, true, true},
    {"less coverage", {{"coverage: 0.5", "coverage: 0.3"}}, true, true},
    {"more coverage", {{"coverage: 0.5", "coverage: 0.9"}}, false, true},
    {"variant keys", {{"key: treatment", "key: candidate"}}, true, true},
    {"order of variants",
     {{"- {key: control, weight: 0.5, control: true}",
       "- {key: treatment, weight: 0.5, parameters: {recommender: lists}}"},
      {"- {key: treatment, weight: 0.5, parameters: {recommender: lists}}\n  - key",
       "- {key: control, weight: 0.5, control: true}\n  - key"}},
     true,
     true},
    {"parameters", {{"{recommender: lists}", "{recommender: top}"}}, true},
    {"shared parameter that a variant sets", {{"recommender: top, depth", "recommender: lists, depth"}}, true},
    {"shared parameter that none sets", {{"depth: 10", "depth: 11"}}},
    {"targeting", {{"    coverage", "    targeting: {country: SE}\n    coverage"}}, true, true},
    {"targeting, higher version",
     {{"    coverage", "    targeting: {country: SE}\n    coverage"}, {"version: 1\n    salt", "version: 2\n    salt"}},
     false,
     true},
    {"overrides", {{"    coverage", "    overrides: " + forced(20) + "\n    coverage"}}, false, true},
    {"definition", {{"type: top_pop, top: 1", "type: top_pop, top: 2"}}, true},
    {"fallback", {{", fallback: top", ""}}, true},
    {"stopped", {{"status: running", "status: stopped"}}, false, true},
    {"decided",
     {{"status: running", "status: stopped\n    decided: {variant: treatment, on: 2026-12-15}"}},
     false,
     true},
    {"draft", {{"status: running", "status: draft"}}, false, true},
    {"another begins", {{"status: draft", "status: running"}}, false, true},
    {"a range is handed on",
     {{"status: running", "status: stopped"}, {"[0.6, 1.0]", "[0.0, 1.0]"}, {"status: draft", "status: running"}},
     false,
     true},
};

// Whether the two said the same.
void check(Home& home, const Edit& edit) {
  const Following said = home.following();
  CHECK(said.units == kUnits);
  CHECK(said.refused.empty() == !edit.refused);
  bool moves = false;
  for (const ExperimentFollowing& one : said.experiments) moves = moves || !one.moves.empty();
  CHECK(moves == edit.moves);

  const std::string refused = home.reload();
  CHECK(refused == (said.refused.empty() ? "" : Error::faults(said.refused).what()));
  Moves expected;
  for (const ExperimentFollowing& one : said.experiments) {
    if (said.refused.empty() && !one.moves.empty()) expected[one.experiment] = one.moves;
  }
  CHECK(home.moved() == expected);
}

}  // namespace

TEST_CASE("following: what is said of each kind of edit is what a reload then does") {
  for (const Edit& edit : kEdits) {
    INFO(edit.name);
    Home home;
    home.write(edited(kText, edit.edits));
    check(home, edit);
  }
}

TEST_CASE("following: a shared parameter is told of with the units that would get another value") {
  Home home;
  home.write(edited(kText, {{"depth: 10", "depth: 11"}}));
  Following said = home.following();
  CHECK(said.parameters == std::vector<ParameterFollowing>{{.change = "depth is 11, was 10", .units = kUnits}});
  CHECK_FALSE(said.without_attributes);
  home.write(edited(kText, {{"recommender: top, depth", "recommender: lists, depth"}}));
  said = home.following();
  REQUIRE(said.parameters.size() == 1);
  CHECK(said.parameters[0].change == "recommender is lists, was top");
  CHECK(said.parameters[0].units > kUnits * 7 / 10);  // all but the treatment's
  CHECK(said.parameters[0].units < kUnits);
}

TEST_CASE("following: units whose attributes nobody recorded are outside of a targeting, and are counted") {
  Home home;
  home.write(edited(kText, {{"    coverage", "    targeting: {country: SE}\n    coverage"}}));
  CHECK(home.following().without_attributes == kUnits);
}

TEST_CASE("following: a list that was replaced, under the same text") {
  Home home;
  home.write_lists("[7]");
  check(home, {.name = "list", .edits = {}, .refused = true});
  home.write(edited(kText, {{"file: lists.jsonl", "file: lists.jsonl, updates: true"}}));
  check(home, {.name = "list that updates", .edits = {}});
}

TEST_CASE("following: an experiment that was stopped does not come back, nor one that was taken out") {
  for (const auto& gone : {edited(kText, {{"status: running", "status: stopped"}}),
                           kText.substr(0, kText.find("  - key: ee")) + kText.substr(kText.find("  - key: bb"))}) {
    Home home;
    home.write(gone);
    const Following said = home.following();
    REQUIRE(said.experiments.size() == 1);
    CHECK(said.experiments.front().ends);
    CHECK(home.reload().empty());
    home.write(kText);
    CHECK(home.following().refused.size() == 1);
    CHECK(home.reload() == Error::faults(home.following().refused).what());
  }
}

TEST_CASE("following: a higher version splits the same units alike, unless its salt is another") {
  Home home;
  home.write(edited(kText, {{"version: 1\n    salt", "version: 2\n    salt"}}));
  CHECK(home.following().experiments.front().same_split);
  CHECK(home.following().experiments.front().ends);
  home.write(edited(kText, {{"version: 1\n    salt: ee-salt", "version: 2\n    salt: another"}}));
  CHECK_FALSE(home.following().experiments.front().same_split);
}
