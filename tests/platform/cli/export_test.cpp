// `crossfade export`, `validate --world` and `world publish`, as a program.

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/platform/cli/program.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using Catch::EndsWith;
using Catch::StartsWith;
using crossfade::test::Outcome;
using crossfade::test::run_program;

namespace {

constexpr const char* kExperiments = R"(version: 1
recommenders:
  random: {type: random}
  lists: {type: user_lists, file: lists.jsonl, fallback: random}
  similar: {type: item_to_item, file: similar.jsonl, fallback: random}
  top: {type: top_pop, file: top.json}
parameters: {recommender: random, other: a}
layers: {one: {salt: one}, two: {salt: two}}
experiments:
  - key: lists
    status: running
    layer: {name: one, range: [0.0, 1.0]}
    variants:
      - {key: control, control: true, parameters: {recommender: random}}
      - {key: treatment, parameters: {recommender: lists}}
  - key: other
    status: running
    layer: {name: two, range: [0.0, 0.6]}
    variants:
      - {key: a, control: true, parameters: {other: a}}
      - {key: b, parameters: {other: b}}
)";

// A directory with a configuration, a world and lists for some of its users.
struct Place {
  Place() {
    write_file(directory / "experiments.yaml", kExperiments);
    REQUIRE(run("world generate --preset course-2026 --out world").code == 0);
    write_file(directory / "world/lists.jsonl", "{\"user\": 7, \"tracks\": [5, 1]}\n{\"user\": 8, \"tracks\": [2]}\n");
    write_file(directory / "world/similar.jsonl", "{\"item_id\": 3, \"recommendations\": [5, 1]}\n");
    write_file(directory / "world/top.json", "[4, 2]\n");
  }
  Outcome run(const std::string& arguments) const { return run_program(directory.path(), arguments); }
  // What stands on stdout.
  nlohmann::json report(const std::string& store) const {
    const Outcome outcome = run("analyze --format json --config experiments.yaml --store " + store + " > report.json");
    INFO(outcome.text);
    REQUIRE((outcome.code == 0 || outcome.code == 3));
    return nlohmann::json::parse(read_file(directory / "report.json"));
  }

  TemporaryDirectory directory;
};

// Of simulated listeners it is known that no days of the week will come, and that sessions after midnight belong to the
// day before; a log's listeners are real ones.
void without_origin(nlohmann::json& report) {
  for (nlohmann::json& experiment : report["experiments"]) {
    experiment.erase("provenance");
    experiment["health"].erase("days");
    experiment["health"].erase("waits_for_days");
    nlohmann::json& reasons = experiment["decision"]["reasons"];
    const auto of_days = [](const nlohmann::json& reason) {
      return reason.get<std::string>().find("of real listeners") != std::string::npos;
    };
    reasons.erase(std::remove_if(reasons.begin(), reasons.end(), of_days), reasons.end());
  }
}

}  // namespace

TEST_CASE("export: a simulation, exported and imported again, is the same Report", "[cli]") {
  const Place at;
  const Outcome simulated = at.run("simulate --sessions 4000 --days 3 --store a.db");
  INFO(simulated.text);
  REQUIRE(simulated.code == 0);
  const Outcome exported = at.run("export botify-log --store a.db --out log.json");
  INFO(exported.text);
  REQUIRE(exported.code == 0);
  CHECK(exported.text.find(" in 4000 sessions\n") != std::string::npos);
  const Outcome imported = at.run("import botify-log log.json --store b.db");
  INFO(imported.text);
  REQUIRE(imported.code == 0);
  nlohmann::json before = at.report("a.db");
  nlohmann::json after = at.report("b.db");
  REQUIRE(before["experiments"].size() == 2);
  without_origin(before);
  without_origin(after);
  CHECK(nlohmann::json::diff(before, after).dump(1) == "[]");
  // To stdout it is the same.
  REQUIRE(at.run("export botify-log --store a.db 2> told.txt | cat > other.json").code == 0);
  CHECK(read_file(at.directory / "told.txt").starts_with("standard output: "));
  CHECK(read_file(at.directory / "other.json") == read_file(at.directory / "log.json"));
}

TEST_CASE("export: what cannot be exported is said, and no file is left", "[cli]") {
  const Place at;
  CHECK(at.run("export botify-log --store none.db --out log.json").code == 2);
  REQUIRE(at.run("simulate --sessions 5 --store a.db").code == 0);
  CHECK(at.run("export botify-log --store a.db --out a.db") ==
        Outcome{2, "a.db: is the store itself, want another file\n"});
  CHECK(at.run("export botify-log --store a.db --out none/log.json").text ==
        "none/log.json: cannot be written: No such file or directory\n");
  CHECK_FALSE(std::filesystem::exists(at.directory / "log.json"));
  CHECK_FALSE(std::filesystem::exists(at.directory / "log.json.part"));
}

TEST_CASE("validate: with a world it opens the files that recommenders name, and tells every fault", "[cli]") {
  const Place at;
  const std::string sound = "experiments.yaml: ok: 2 experiments, 4 recommenders, 2 layers, 2 running\n";
  const Outcome opened = at.run("validate --world world");
  CHECK_THAT(opened.text, StartsWith(sound) && EndsWith("world: ok: 16200 tracks, 3 files of recommenders\n"));
  write_file(at.directory / "world/lists.jsonl", "{\"user\": 7, \"tracks\": [5, 16200]}\n{\"user\": 8}\n");
  write_file(at.directory / "world/top.json", "[4, 4]\n");
  std::filesystem::remove(at.directory / "world/similar.jsonl");
  const Outcome outcome = at.run("validate --world world");
  CHECK(outcome.code == 2);
  // Results go to stdout, which a pipe has last.
  CHECK_THAT(outcome.text,
             StartsWith("recommender \"similar\": world/similar.jsonl: cannot be opened: No such file or directory\n"
                        "world/lists.jsonl:1: 1 of 2 tracks of \"tracks\" is not in the catalogue of 16200 tracks, the "
                        "first is 16200\n"
                        "world/lists.jsonl:2: \"tracks\" is missing\n"
                        "world/top.json: the file holds track 4 twice, want each track once\n" +
                        sound));
  CHECK(at.run("validate").code == 0);  // nothing is opened
  CHECK(at.run("validate --world none").code == 2);
}

TEST_CASE("world publish: train and validate take what was published, simulate does not", "[cli]") {
  const Place at;
  const Outcome published = at.run("world publish world --out public --sessions 1000 --seed 3");
  INFO(published.text);
  REQUIRE(published.code == 0);
  CHECK(published.text.find("public: 16200 tracks, 3 files of lists, a log of 1000 random sessions (") !=
        std::string::npos);
  CHECK(published.text.find("warning: the world's seed is one that can be guessed") != std::string::npos);
  CHECK(at.run("validate --world public").code == 0);
  REQUIRE(at.run("import botify-log public/random_sessions.jsonl --store random.db").code == 0);
  const Outcome trained =
      at.run("train item_knn --store random.db --world public --by session --out public/mine.jsonl");
  INFO(trained.text);
  REQUIRE(trained.code == 0);
  // In the world, nothing is said of another catalogue.
  std::filesystem::copy(at.directory / "public/mine.jsonl", at.directory / "world/similar.jsonl",
                        std::filesystem::copy_options::overwrite_existing);
  std::filesystem::copy(at.directory / "public/mine.jsonl.manifest.json",
                        at.directory / "world/similar.jsonl.manifest.json");
  CHECK(at.run("validate --world world").text.find("another catalogue") == std::string::npos);
  for (const char* const how : {"", " --dummy", " --remote http://127.0.0.1:1"}) {
    const Outcome refused = at.run(std::string("simulate --world public --store c.db") + how);
    CHECK(refused.code == 2);
    CHECK(refused.text.find("public: a catalogue without listeners") == 0);
  }
  CHECK_FALSE(std::filesystem::exists(at.directory / "c.db"));
}
