// Units that are assigned on request, and who is exposed by that.
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "platform/core/error.h"
#include "platform/core/json_text.h"
#include "platform/service/service.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::service;

namespace {

constexpr Timestamp kNow{1'800'000'000'000};

Experiment halves(const std::string& key, const std::string& parameter) {
  Experiment one;
  one.key = one.salt = key;
  one.version = 3;
  one.status = Status::running;
  one.variants = {{.key = "control", .weight = 0.5, .control = true, .parameters = {{parameter, "a"}}},
                  {.key = "treatment", .weight = 0.5, .control = false, .parameters = {{parameter, "b"}}}};
  return one;
}

Experiment holdout(double share) {
  Experiment one = halves("held", "");
  one.holdout = Holdout{};
  one.variants[0].weight = share;
  one.variants[1].weight = 1 - share;
  for (Variant& variant : one.variants) variant.parameters.clear();
  return one;
}

// A service that recommends nothing, on a store in memory.
struct Fixture {
  explicit Fixture(const Configuration& configuration) : service(catalogue, store, writer, {}) {
    service.activate(configuration);
  }
  AssignmentAnswer assign(const AssignmentRequest& request) {
    begun.push_back(service.begin_assignments(std::span(&request, 1), kNow));
    if (begun.back().ticket) service.wait(*begun.back().ticket);
    return begun.back().answers.at(0);
  }
  std::vector<std::string> exposed() {
    service.flush();
    std::vector<std::string> rows;
    for (const Exposure& one : store.exposures()) {
      rows.push_back(one.experiment + "/" + std::to_string(one.version) + " " + one.unit.value + " " + one.variant);
    }
    return rows;
  }

  const recommenders::Catalogue catalogue{{}, {}};
  storage::MemoryStore store;
  storage::EventWriter writer{store, {}};
  Service service;
  std::vector<Service::BegunAssignments> begun;  // what answers point into
};

Configuration two() {
  Configuration all;
  all.parameters = {{"ranker", "none"}, {"size", "small"}};
  all.experiments = {halves("ranking", "ranker"), halves("layout", "size")};
  return all;
}

}  // namespace

TEST_CASE("assignments: nobody is exposed who is not about to meet it", "[service]") {
  Fixture fixture(two());
  const AssignmentAnswer asked = fixture.assign({.unit = {"9f1c"}, .id = {"9f1c"}, .attributes = {}});
  REQUIRE(asked.experiments.size() == 2);
  CHECK(asked.experiments[0].reason == assignment::Reason::split);
  CHECK_FALSE(asked.experiments[0].exposed);
  CHECK_FALSE(fixture.begun.back().ticket);
  CHECK(fixture.exposed().empty());
  const std::string variant = asked.experiments[0].variant->key;
  CHECK(asked.parameters.at("ranker") == Value{variant == "control" ? "a" : "b"});

  const AssignmentAnswer met =
      fixture.assign({.unit = {"9f1c"}, .id = {"9f1c"}, .attributes = {}, .experiments = {"ranking"}, .expose = true});
  CHECK(met.experiments.size() == 1);
  CHECK(met.experiments[0].exposed);
  CHECK(met.parameters == Values{{"ranker", variant == "control" ? "a" : "b"}, {"size", "small"}});
  CHECK(fixture.exposed() == std::vector<std::string>{"ranking/3 9f1c " + variant});
}

TEST_CASE("assignments: what was known of a unit stands with its first exposure", "[service]") {
  Fixture fixture(two());
  const auto expose = [&](const char* attributes) {
    fixture.assign({.unit = {"7"}, .id = {7.0}, .attributes = *parse_json(attributes), .expose = true});
  };
  expose(R"({"country":"SE"})");
  fixture.service.flush();
  CHECK(fixture.store.exposures().at(0).attributes == R"({"country":"SE"})");
}

TEST_CASE("assignments: overrides give a variant, and expose nobody", "[service]") {
  Configuration all = two();
  all.experiments[0].overrides = {{.unit = "9f1c", .variant = "treatment"}};
  Fixture fixture(all);
  const AssignmentAnswer answer =
      fixture.assign({.unit = {"9f1c"}, .id = {"9f1c"}, .attributes = {}, .experiments = {"ranking"}, .expose = true});
  CHECK(answer.experiments[0].reason == assignment::Reason::override_);
  CHECK(answer.experiments[0].variant->key == "treatment");
  CHECK_FALSE(answer.experiments[0].exposed);
  CHECK(answer.parameters.at("ranker") == Value{"b"});
  CHECK(fixture.exposed().empty());
}

TEST_CASE("assignments: a holdout knows who would have been in its experiments", "[service]") {
  Configuration all = two();
  all.experiments.push_back(holdout(0.5));
  all.experiments[0].coverage = 0.5;
  all.experiments[1].status = Status::draft;
  Fixture fixture(all);
  std::map<std::string, int> reasons;
  for (int i = 0; i < 400; ++i) {
    const std::string unit = std::to_string(i);
    const AssignmentAnswer answer = fixture.assign({.unit = {unit}, .id = {unit}, .attributes = {}, .expose = true});
    CHECK(answer.experiments.size() == 1);  // nobody is told of holdouts
    ++reasons[std::string(to_string(answer.experiments[0].reason))];
  }
  std::map<std::string, int> rows;
  for (const Exposure& one : fixture.store.exposures()) ++rows[one.experiment + " " + one.variant];
  CHECK(reasons["coverage"] > 150);
  CHECK(rows["held control"] == reasons["holdout"]);
  CHECK(rows["held treatment"] == reasons["split"]);
  CHECK(rows["ranking control"] + rows["ranking treatment"] == reasons["split"]);
}

TEST_CASE("assignments: an experiment that is not there refuses all", "[service]") {
  Configuration all = two();
  all.experiments.push_back(holdout(0.5));
  Fixture fixture(all);
  for (const char* const key : {"rankin", "held"}) {
    const std::vector<AssignmentRequest> requests{
        {.unit = {"1"}, .id = {"1"}, .attributes = {}, .expose = true},
        {.unit = {"2"}, .id = {"2"}, .attributes = {}, .experiments = {key}, .expose = true}};
    CHECK_THROWS_WITH(fixture.service.begin_assignments(requests, kNow),
                      std::string("unknown experiment \"") + key + "\"");
  }
  CHECK(fixture.exposed().empty());
}

TEST_CASE("assignments: experiments of other kinds of units are exposed by their own ids", "[service]") {
  Configuration all = two();
  all.experiments[1].unit = "device";
  Fixture fixture(all);
  fixture.assign({.unit = {"ann"}, .id = {"ann"}, .attributes = *parse_json(R"({"device":"d-1"})"), .expose = true});
  const std::vector<std::string> rows = fixture.exposed();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].starts_with("layout/3 d-1 "));
  CHECK(rows[1].starts_with("ranking/3 ann "));
}

TEST_CASE("assignments: a listener is exposed only where the recommender is at stake", "[service]") {
  Configuration all = two();
  all.recommenders = {{.name = "r", .type = "random", .fallback = "", .options = {}}};
  all.parameters["recommender"] = "r";
  all.experiments.push_back(halves("serving", "recommender"));
  for (Variant& variant : all.experiments.back().variants) variant.parameters["recommender"] = "r";
  Experiment same = halves("same", "");
  for (Variant& variant : same.variants) variant.parameters.clear();
  all.experiments.push_back(same);
  const recommenders::Catalogue tracks{{{.id = {0}, .artist = 0, .title = "t", .genres = {}, .recommendations = {}}},
                                       {"a"}};
  storage::MemoryStore store;
  storage::EventWriter writer(store, {});
  Service service(tracks, store, writer, {});
  service.activate(all);
  service.next({.unit = {"7"}, .track = {0}, .fraction = 1, .at = kNow});
  std::vector<std::string> keys;
  for (const Exposure& one : store.exposures()) keys.push_back(one.experiment);
  CHECK(keys == std::vector<std::string>{"same", "serving"});
}

TEST_CASE("assignments: without recommenders nothing plays next", "[service]") {
  Fixture fixture(two());
  CHECK_THROWS_WITH(fixture.service.next({.unit = {"7"}, .track = {0}, .fraction = 1, .at = kNow}),
                    "no recommender is configured: nothing plays next");
}
