// `crossfade experiments`, and what `validate` says besides faults, as a program.
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "tests/platform/cli/program.h"
#include "tests/support/source_directory.h"
#include "tests/support/temporary_directory.h"

using crossfade::test::Outcome;
using crossfade::test::run_program;

namespace {

constexpr const char* kShop = R"(version: 1
defaults: {unit: customer}
parameters: {ranker: popular}
layers: {ranking: {salt: r1}}
experiments:
  - key: ranker
    name: Which ranker sells
    hypothesis: Similar products are clicked more often.
    owner: shop
    tags: [q4]
    links: {design: "https://example.org/design"}
    status: running
    layer: {name: ranking, range: [0, 0.5]}
    coverage: 0.5
    overrides: {boss: als}
    variants: [{key: popular, control: true}, {key: als, parameters: {ranker: als}}]
    plan: {mde: 0.05, duration: 14d}
  - key: layout
    status: stopped
    variants: [{key: a, control: true}, {key: b}]
holdouts:
  - {key: winter, share: 0.05, owner: shop}
)";

class Place {
 public:
  explicit Place(const std::string& configuration = kShop) { write("experiments.yaml", configuration); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(directory_ / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(directory_ / name).rdbuf();
    return text.str();
  }
  Outcome run(const std::string& arguments) const { return run_program(directory_.path(), arguments); }

 private:
  crossfade::TemporaryDirectory directory_;
};

}  // namespace

TEST_CASE("experiments list: a line each, without a store too", "[cli]") {
  const Place place;
  CHECK(place.run("experiments list") ==
        Outcome{0,
                "KEY     STATUS   VERSION  UNITS  LAYER             COVERAGE  PRIMARY                OWNER\n"
                "ranker  running  1        0      ranking [0, 0.5]  0.5       mean_time_per_session  shop\n"
                "layout  stopped  1        0      -                 1         mean_time_per_session  -\n"
                "winter  running  1        0      holds out of all  1         mean_time_per_session  shop\n"});
  CHECK_THAT(place.run("experiments list --tag q4").text, !Catch::Contains("layout"));
  CHECK(place.run("experiments list --status draft") == Outcome{0, "no experiment like that\n"});
  const auto json = nlohmann::json::parse(place.run("experiments list --format json").text);
  CHECK(json["experiments"].size() == 3);
  CHECK(json["experiments"][0]["links"]["design"] == "https://example.org/design");
}

TEST_CASE("experiments show: all that the file says of one", "[cli]") {
  const Place place;
  const Outcome shown = place.run("experiments show ranker");
  CHECK(shown.code == 0);
  CHECK_THAT(shown.text, Catch::StartsWith("ranker: running, version 1, Which ranker sells\n") &&
                             Catch::Contains("  unit       customer\n") &&
                             Catch::Contains("  override   boss in als\n") &&
                             Catch::Contains("  variant    als 0.5 ranker=als\n"));
  CHECK(place.run("experiments show rankr") ==
        Outcome{2, "experiments.yaml: unknown experiment \"rankr\", did you mean \"ranker\"?\n"});
}

TEST_CASE("experiments diff: two files", "[cli]") {
  const Place place;
  std::string wider = kShop;
  wider.replace(wider.find("coverage: 0.5"), 13, "coverage: 0.8");
  place.write("wider.yaml", wider);
  CHECK(place.run("experiments diff experiments.yaml wider.yaml") ==
        Outcome{0, "ranker\n  coverage is 0.8, was 0.5\n"});
  CHECK(place.run("experiments diff wider.yaml wider.yaml") == Outcome{0, "no experiment changes\n"});
  CHECK(place.run("experiments diff 12ab") == Outcome{2, "12ab: no such file, and there is no store crossfade.db\n"});
}

TEST_CASE("experiments init: a file that validate passes, never over another one", "[cli]") {
  for (const std::string flag : {"", " --service"}) {
    const Place place;
    CHECK(place.run("experiments init first.yaml" + flag) ==
          Outcome{0, "first.yaml: written, with one experiment, a draft; next: crossfade validate first.yaml\n"});
    const Outcome valid = place.run("validate first.yaml");
    CHECK(valid.code == 0);
    CHECK_THAT(valid.text, Catch::StartsWith("first.yaml: ok: 1 experiment, ") && !Catch::Contains("not ready"));
    CHECK(place.run("experiments init" + flag) ==
          Outcome{2, "experiments.yaml: is there already, and stays as it is\n"});
    CHECK(place.read("experiments.yaml") == kShop);
  }
}

TEST_CASE("validate: what is not ready is said, and no fault", "[cli]") {
  const Place place(R"(version: 1
experiments:
  - key: a
    variants: [{key: x, control: true}, {key: y}]
  - {key: b, status: stopped, variants: [{key: x, control: true}, {key: y}]}
)");
  CHECK(
      place.run("validate") ==
      Outcome{0,
              "experiments.yaml: ok: 2 experiments, 0 recommenders, 0 layers, 0 running\n"
              "not ready: experiments.yaml:3:10: a has no owner: nobody to ask\n"
              "not ready: experiments.yaml:3:10: a has no hypothesis: nothing that the result could say yes or no to\n"
              "not ready: experiments.yaml:3:10: a has no plan: when to decide is not said, and looking until it is "
              "significant deceives\n"});
}

TEST_CASE("validate --schema: a JSON Schema that needs no file", "[cli]") {
  const Place place;
  const auto schema = nlohmann::json::parse(place.run("validate --schema none.yaml").text);
  CHECK(schema["$schema"] == "http://json-schema.org/draft-07/schema#");
  CHECK(schema["properties"].contains("holdouts"));
  CHECK(schema["definitions"]["in_an_experiment"]["properties"]["status"]["enum"].size() == 3);
}
