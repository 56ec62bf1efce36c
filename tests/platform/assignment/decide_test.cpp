// Why a unit is in a variant, or in none.
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "platform/assignment/assigner.h"
#include "platform/core/json_text.h"

using namespace crossfade;
using namespace crossfade::assignment;

namespace {

Experiment halves(const std::string& key) {
  Experiment experiment;
  experiment.key = experiment.salt = key;
  experiment.status = Status::running;
  experiment.variants = {{.key = "control", .weight = 0.5, .control = true, .parameters = {}},
                         {.key = "treatment", .weight = 0.5, .control = false, .parameters = {{"ranker", key}}}};
  return experiment;
}

Experiment holdout(const std::string& key, double share, const std::string& layer = "") {
  Experiment experiment = halves(key);
  experiment.holdout = Holdout{layer};
  experiment.variants[0].weight = share;
  experiment.variants[1].weight = 1 - share;
  experiment.variants[1].parameters.clear();
  return experiment;
}

// How often each reason is given to the units 0 .. 9999.
std::map<std::string, int> reasons(const Configuration& configuration, std::size_t experiment) {
  const Assigner assigner(configuration);
  std::map<std::string, int> counts;
  for (int unit = 0; unit < 10'000; ++unit) {
    ++counts[std::string(to_string(assigner.decide(experiment, std::to_string(unit)).reason))];
  }
  return counts;
}

}  // namespace

TEST_CASE("decide: the reason follows what keeps a unit out first", "[assignment]") {
  Configuration configuration;
  configuration.layers = {{.name = "l", .salt = "layer"}};
  configuration.experiments = {halves("a")};
  Experiment& experiment = configuration.experiments[0];
  CHECK(reasons(configuration, 0) == std::map<std::string, int>{{"split", 10'000}});
  experiment.status = Status::draft;
  CHECK(reasons(configuration, 0) == std::map<std::string, int>{{"not_running", 10'000}});
  experiment.status = Status::running;
  experiment.coverage = 0.5;
  const auto covered = reasons(configuration, 0);
  CHECK(covered.at("split") == Approx(5000).margin(200));
  CHECK(covered.at("split") + covered.at("coverage") == 10'000);
  experiment.layer = LayerRange{.layer = "l", .begin = 0, .end = 0.25};
  const auto in_layer = reasons(configuration, 0);
  CHECK(in_layer.at("layer") == Approx(7500).margin(200));
  CHECK(in_layer.at("coverage") == Approx(1250).margin(150));
}

TEST_CASE("decide: an override needs nothing but a running experiment", "[assignment]") {
  Configuration configuration;
  configuration.experiments = {halves("a")};
  Experiment& experiment = configuration.experiments[0];
  experiment.coverage = 0;
  experiment.targeting = *parse_json(R"({"country":"SE"})");
  experiment.overrides = {{.unit = "7", .variant = "treatment"}};
  const Assigner assigner(configuration);
  const Decision decision = assigner.decide(0, "7");
  CHECK(decision.reason == Reason::override_);
  CHECK(decision.variant == &experiment.variants[1]);
  const std::vector<Assignment> assignments = assigner.assignments("7");
  REQUIRE(assignments.size() == 1);
  CHECK(assignments[0].overridden);
  CHECK(assigner.parameters_of("7") == Values{{"ranker", "a"}});
  CHECK(assigner.assignments("8").empty());
  experiment.status = Status::stopped;
  CHECK(Assigner(configuration).decide(0, "7").reason == Reason::not_running);
}

TEST_CASE("decide: units of other kinds are attributes", "[assignment]") {
  Configuration configuration;
  configuration.experiments = {halves("a")};
  configuration.experiments[0].unit = "device";
  const Assigner assigner(configuration);
  CHECK(assigner.decide(0, "7").reason == Reason::no_unit);
  const JsonValue known = *parse_json(R"({"device":"d-1","user":"8"})");
  const Decision decision = assigner.decide(0, {"7", &known});
  CHECK(decision.reason == Reason::split);
  CHECK(decision.unit == "d-1");
  CHECK(decision.variant == &configuration.experiments[0].variants[*assigner.variant_of(0, "d-1")]);
  const JsonValue number = *parse_json(R"({"device":12})");
  CHECK(assigner.decide(0, {"7", &number}).unit == "12");
  const JsonValue none = *parse_json(R"({"device":null})");
  CHECK(assigner.decide(0, {"7", &none}).reason == Reason::no_unit);
  const JsonValue list = *parse_json(R"({"device":["d-1"]})");
  CHECK(assigner.decide(0, {"7", &list}).reason == Reason::no_unit);
}

TEST_CASE("decide: prerequisites are variants of other experiments", "[assignment]") {
  Configuration configuration;
  configuration.experiments = {halves("a"), halves("b")};
  configuration.experiments[1].prerequisites = {{.experiment = "a", .variants = {"treatment"}}};
  {
    const Assigner assigner(configuration);
    for (int i = 0; i < 1000; ++i) {
      const std::string unit = std::to_string(i);
      const bool treated = assigner.decide(0, unit).variant->key == "treatment";
      CHECK(assigner.decide(1, unit).reason == (treated ? Reason::split : Reason::prerequisite));
    }
  }
  configuration.experiments[0].status = Status::stopped;
  CHECK(Assigner(configuration).decide(1, "7").reason == Reason::prerequisite);
  // Once it has been decided, everybody gets what it decided.
  configuration.experiments[0].decided = Decided{.variant = "treatment", .on = {}, .why = "", .learned = ""};
  CHECK(Assigner(configuration).decide(1, "7").reason == Reason::split);
  configuration.experiments[0].decided->variant = "control";
  CHECK(Assigner(configuration).decide(1, "7").reason == Reason::prerequisite);
}

TEST_CASE("decide: a holdout takes the same units out of all its experiments", "[assignment]") {
  Configuration configuration;
  configuration.layers = {{.name = "l", .salt = "layer"}};
  configuration.experiments = {halves("a"), halves("b"), holdout("h", 0.1)};
  const Assigner assigner(configuration);
  const auto held = reasons(configuration, 0);
  CHECK(held.at("holdout") == Approx(1000).margin(120));
  CHECK(held.at("holdout") + held.at("split") == 10'000);
  for (int i = 0; i < 2000; ++i) {
    const std::string unit = std::to_string(i);
    const Decision decision = assigner.decide(0, unit);
    CHECK((decision.reason == Reason::holdout) == (assigner.decide(1, unit).reason == Reason::holdout));
    const std::vector<Assignment> assignments = assigner.assignments(unit);
    REQUIRE_FALSE(assignments.empty());
    CHECK(assignments.back().experiment == &configuration.experiments[2]);
    if (decision.reason == Reason::holdout) {
      CHECK(decision.holdout == &configuration.experiments[2]);
      CHECK(assignments.size() == 1);
      CHECK(assignments[0].variant->key == "control");
      CHECK(assigner.parameters_of(unit).empty());
    } else {
      CHECK(assignments.size() == 3);
      CHECK(assignments[2].variant->key == "treatment");
    }
  }
}

TEST_CASE("decide: who would be in no experiment does not count for a holdout", "[assignment]") {
  Configuration configuration;
  configuration.layers = {{.name = "l", .salt = "layer"}};
  configuration.experiments = {halves("a"), halves("b"), holdout("h", 0.2, "l")};
  configuration.experiments[0].layer = LayerRange{.layer = "l", .begin = 0, .end = 0.5};
  const Assigner assigner(configuration);
  int counted = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::string unit = std::to_string(i);
    const bool eligible = assigner.decide(0, unit).reason != Reason::layer;
    const std::vector<Assignment> assignments = assigner.assignments(unit);
    const bool counts = !assignments.empty() && assignments.back().experiment == &configuration.experiments[2];
    CHECK(counts == eligible);
    counted += counts ? 1 : 0;
    CHECK(assigner.decide(1, unit).reason == Reason::split);  // of another layer, or of none
  }
  CHECK(counted == Approx(1000).margin(100));
}
