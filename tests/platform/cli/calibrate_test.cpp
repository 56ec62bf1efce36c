// `crossfade calibrate`, as a program.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "platform/core/random.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/cli/program.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using crossfade::test::run_program;
using Json = nlohmann::json;

namespace {

constexpr int kUnits = 300;

// A store in which everybody listens a little differently, and a configuration that splits them 40 : 60.
class Place {
 public:
  Place() {
    storage::SqliteStore store(directory_ / "crossfade.db", {.access = storage::SqliteStore::Access::write});
    const Timestamp start = *parse_timestamp("2026-01-05");
    Random random({1});
    EventBatch batch;
    for (int unit = 0; unit < kUnits; ++unit) {
      const UnitId name{std::to_string(unit)};
      batch.exposures.push_back(
          {.unit = name, .experiment = "e", .variant = unit % 5 < 2 ? "old" : "new", .first_seen = start});
      batch.sessions.push_back({.id = {unit + 1},
                                .unit = name,
                                .tracks = 9,
                                .time = 3 + random.uniform(),
                                .latency_ms = {},
                                .started = start,
                                .ended = start});
    }
    store.append(batch);
    std::ofstream(directory_ / "experiments.yaml")
        << "version: 1\nrecommenders: {random: {type: random}}\nparameters: {recommender: random}\n"
           "experiments:\n"
           "  - key: e\n    status: running\n    metrics:\n      primary: mean_time_per_session\n"
           "      guardrails: [{metric: time, margin: 0.05}]\n"
           "    plan: {mode: always_valid, sample_size: 1000, alpha: 0.1}\n    variants:\n"
           "      - {key: old, weight: 0.4, control: true}\n      - {key: new, weight: 0.6}\n";
  }

  void forget_configuration() const { std::filesystem::remove(directory_ / "experiments.yaml"); }

  test::Outcome run(const std::string& arguments) const {
    return run_program(directory_.path(), "calibrate " + arguments);
  }

 private:
  crossfade::TemporaryDirectory directory_;
};

}  // namespace

TEST_CASE("calibrate: the units of an experiment, as large as its variants", "[cli]") {
  const Place place;
  const auto outcome = place.run("e --replications 400 --replays 200 --lifts 0.1 --format json");
  INFO(outcome.text);
  REQUIRE(outcome.code == 0);
  const Json experiment = Json::parse(outcome.text)["experiments"].at(0);
  CHECK(experiment["experiment"] == "e");
  CHECK(experiment["control_share"] == 0.4);
  CHECK(experiment["treatment_share"] == 0.6);
  CHECK(experiment["looks"] == 7);  // its store has one day
  CHECK(experiment["replays"] == 200);
  CHECK(experiment["deciding_alpha"] == 0.1);  // the plan's
  bool seen = false;
  for (const Json& metric : experiment["metrics"]) {
    if (metric["metric"] == "time") {
      CHECK(metric["replay"]["guardrail"]["margin"] == 0.05);
      CHECK(metric["replay"]["guardrail"]["passed_at_margin"]["of"] == 200);
    }
    if (metric["metric"] != "mean_time_per_session") continue;
    seen = true;
    CHECK(metric["units"] == kUnits);
    CHECK(metric["trust"] == "yes");
    CHECK(metric["false_positives"]["of"] == 400);
    CHECK(metric["injected"].at(0)["lift"] == 0.1);
    CHECK(metric["replay"]["better"]["of"] == 200);
    CHECK(metric["replay"]["better"]["at_most"] == 0.1);
    CHECK_FALSE(metric["replay"].contains("guardrail"));
  }
  CHECK(seen);
  CHECK(place.run("e --replications 400 --replays 200 --lifts 0.1 --format json --threads 3").text == outcome.text);
  place.forget_configuration();
  const auto imported = place.run("e --replications 50");  // of halves, where nobody says more
  CHECK(imported.code == 0);
  CHECK(imported.text.find("50 % against 50 %") != std::string::npos);
}

TEST_CASE("calibrate: prints a table of all experiments", "[cli]") {
  const Place place;
  const auto table = place.run("--replications 50");
  CHECK(table.code == 0);
  CHECK(table.text.find("e: 50 random splits of its units, 40 % against 60 %, tests at 5 %") != std::string::npos);
  CHECK(table.text.find("50 of them are looked at 7 times, and decided at 10 %") != std::string::npos);
  CHECK(place.run("--replications 50 --looks 3").text.find("looked at 3 times") != std::string::npos);
  CHECK(place.run("--replications 50 --replays 0").text.find("looked at") == std::string::npos);
}

TEST_CASE("calibrate: what cannot be calibrated is said", "[cli]") {
  const Place place;
  const auto fails = [&](const std::string& arguments, const std::string& with) {
    const auto outcome = place.run(arguments);
    INFO(outcome.text);
    CHECK(outcome.code == 2);
    CHECK(outcome.text.find(with) != std::string::npos);
  };
  fails("other", "nobody was exposed to experiment other");
  fails("--store missing.db", "missing.db");
  fails("--config missing.yaml", "missing.yaml");
  fails("e --synthetic", "--synthetic");
  fails("--replications 1", "--replications");
  fails("--lifts=-1", "--lifts");
  fails("--looks 0", "--looks");
}

TEST_CASE("calibrate: the battery, on simulated truth", "[cli]") {
  const crossfade::TemporaryDirectory directory;
  const auto outcome = run_program(directory.path(), "calibrate --synthetic --format json");
  REQUIRE(outcome.code == 0);
  const Json figures = Json::parse(outcome.text)["figures"];
  CHECK(figures.size() > 30);
  for (const Json& figure : figures) CHECK(figure["kept"] == true);
}
