#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "platform/assignment/conditions/condition.h"
#include "platform/core/json_text.h"
#include "tests/support/source_directory.h"

using namespace crossfade;
using namespace crossfade::assignment;

namespace {

JsonValue json(const std::string& text, int deepest = 100) {
  const auto value = parse_json(text, deepest);
  INFO(text);
  REQUIRE(value);
  return *value;
}

bool holds(const std::string& condition, const std::string& attributes, const Groups& groups = {}) {
  return Condition(json(condition), groups).holds(json(attributes));
}

JsonValue attribute(const std::string& name, JsonValue value) {
  return {JsonValue::Object{{.name = name, .value = std::move(value)}}};
}

std::vector<std::string> faults_of(const JsonValue& condition) {
  std::vector<std::string> told;
  const Condition compiled{condition, Groups{}};
  for (const ConditionFault& fault : compiled.faults()) {
    std::string where;
    for (const std::string& name : fault.path) where += name + "/";
    told.push_back(where + (fault.at_name ? " name: " : " ") + fault.message);
  }
  return told;
}

using Faults = std::vector<std::string>;

}  // namespace

// answers.mjs asked GrowthBook's SDK 1.8.0 under Node 20.20 for answers.json.
TEST_CASE("conditions: hold where GrowthBook's SDK says so, JavaScript's conversions included", "[assignment]") {
  std::ifstream stream(source_directory() / "tests/platform/assignment/growthbook/answers.json");
  const JsonValue file = json({std::istreambuf_iterator<char>(stream), {}});
  Groups groups;
  for (const JsonMember& group : *file.find("groups")->object()) groups[group.name] = *group.value.array();
  const JsonValue::Array& values = *file.find("values")->array();
  std::size_t answers = 0;
  std::size_t wrong = 0;
  for (const JsonValue& one : *file.find("conditions")->array()) {
    const JsonValue& written = (*one.array())[0];
    const std::string& wanted = *(*one.array())[1].text();
    const Condition condition{written, groups};
    REQUIRE(wanted.size() == values.size() + 1);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const bool none = i == values.size();
      const JsonValue attributes = none ? JsonValue{JsonValue::Object{}} : attribute("a", values[i]);
      ++answers;
      if (condition.holds(attributes) == (wanted[i] == '1')) continue;
      ++wrong;
      UNSCOPED_INFO(to_json(written) << " of " << to_json(attributes) << ", want " << wanted[i]);
    }
  }
  std::cout << "conditions: " << answers - wrong << " of " << answers << " answers are those of GrowthBook's SDK\n";
  CHECK(wrong == 0);
  CHECK(answers > 40'000);
}

TEST_CASE("conditions: what asks nothing holds for everybody, and looks at no attributes", "[assignment]") {
  CHECK(Condition().is_empty());
  CHECK(Condition().holds({}));
  CHECK(Condition(json("{}"), Groups{}).is_empty());
  CHECK(Condition(json(R"({"$and": []})"), Groups{}).is_empty());
  CHECK_FALSE(Condition(json(R"({"a": null})"), Groups{}).is_empty());
}

TEST_CASE("conditions: a name with a dot is a path, even where it stands as it is", "[assignment]") {
  CHECK_FALSE(holds(R"({"a.b": 1})", R"({"a.b": 1})"));
  CHECK(holds(R"({"a.b": 1})", R"({"a.b": 2, "a": {"b": 1}})"));
  CHECK(holds(R"({"a.b": null})", R"({"a.b": 1})"));
  CHECK(holds(R"({"": 1})", R"({"": 1})"));
  CHECK(holds(R"({"a..b": 1})", R"({"a": {"": {"b": 1}}})"));
}

TEST_CASE("conditions: attributes that are no object have nothing", "[assignment]") {
  for (const std::string attributes : {"null", "5", "\"a\"", "true"}) {
    CHECK(holds(R"({"a": null})", attributes));
    CHECK_FALSE(holds(R"({"a": {"$exists": true}})", attributes));
  }
}

TEST_CASE("conditions: -0 is 0", "[assignment]") {
  CHECK(holds(R"({"a": {"$in": [0]}})", R"({"a": -0.0})"));
  CHECK(holds(R"({"a": {"$in": [-0.0]}})", R"({"a": 0})"));
  CHECK(holds(R"({"a": {"$eq": -0.0}})", R"({"a": 0})"));
  CHECK(holds(R"({"a": "0"})", R"({"a": -0.0})"));
  CHECK(holds(R"({"a": [0]})", R"({"a": [-0.0]})"));
}

TEST_CASE("conditions: ten thousand values are looked up, not walked through", "[assignment]") {
  JsonValue::Array values;
  for (int i = 0; i < 10'000; ++i) {
    values.emplace_back().value = static_cast<double>(i);
    values.emplace_back().value = "unit-" + std::to_string(i);
  }
  const Condition condition{attribute("a", attribute("$in", {values})), Groups{}};
  CHECK(condition.faults().empty());
  int found = 0;
  for (int i = -10'000; i < 20'000; ++i) {
    if (condition.holds(attribute("a", {static_cast<double>(i)}))) ++found;
    if (condition.holds(attribute("a", {"unit-" + std::to_string(i)}))) ++found;
  }
  CHECK(found == 20'000);
  CHECK(condition.holds(attribute("a", {JsonValue::Array(values.rbegin(), values.rend())})));
}

TEST_CASE("conditions: groups are shared by the conditions that name them", "[assignment]") {
  const Groups groups = {{"beta", *json(R"(["u1", 7])").array()}, {"empty", {}}};
  const GroupSets sets{groups};
  const Condition in{json(R"({"id": {"$inGroup": "beta"}})"), sets};
  const Condition out{json(R"({"id": {"$notInGroup": "beta"}})"), sets};
  for (const auto& [attributes, member] : std::vector<std::pair<std::string, bool>>{{R"({"id": "u1"})", true},
                                                                                    {R"({"id": 7})", true},
                                                                                    {R"({"id": "7"})", false},
                                                                                    {R"({"id": ["x", 7]})", true},
                                                                                    {"{}", false}}) {
    INFO(attributes);
    CHECK(in.holds(json(attributes)) == member);
    CHECK(out.holds(json(attributes)) != member);
  }
}

TEST_CASE("conditions: expressions that would take others forever take their time", "[assignment]") {
  std::string text(1 << 20, 'a');
  const JsonValue attributes = attribute("a", {text + "!"});
  for (const std::string pattern :
       {"^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", "(.*a){20}b", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$"}) {
    INFO(pattern);
    const Condition condition{attribute("a", attribute("$regex", {pattern})), Groups{}};
    CHECK(condition.faults().empty());
    CHECK_FALSE(condition.holds(attributes));
  }
}

TEST_CASE("conditions: a text of a megabyte is one like others", "[assignment]") {
  const std::string text(1 << 20, 'A');
  const JsonValue attributes = json(R"({"a": ")" + text + R"("})");
  const std::string lower(1 << 20, 'a');
  CHECK(Condition(attribute("a", {text}), Groups{}).holds(attributes));
  CHECK(Condition(attribute("a", attribute("$ini", {JsonValue::Array{{lower}}})), Groups{}).holds(attributes));
  CHECK(Condition(attribute("a", attribute("$regexi", {std::string("^a{3}.*a$")})), Groups{}).holds(attributes));
  CHECK(Condition(attribute("a", attribute("$vgt", {std::string("1.0.0")})), Groups{}).holds(attributes));
  CHECK_FALSE(Condition(attribute("a", attribute("$gt", {5.0})), Groups{}).holds(attributes));
  const JsonValue digits = attribute("a", {std::string(1 << 20, '9')});
  CHECK(Condition(attribute("a", attribute("$gt", {1e300})), Groups{}).holds(digits));
}

TEST_CASE("conditions: what is nested deeper than 32 levels is refused, not followed", "[assignment]") {
  const auto nested = [](int levels) {
    JsonValue condition = attribute("a", {1.0});
    for (int i = 0; i < levels; ++i) condition = attribute("$not", std::move(condition));
    return condition;
  };
  CHECK(faults_of(nested(31)).empty());
  REQUIRE(faults_of(nested(32)).size() == 1);
  CHECK_THAT(faults_of(nested(32))[0], Catch::EndsWith("a condition deeper than 32 levels, which is the most"));
  CHECK(faults_of(nested(50)).size() == 1);
}

TEST_CASE("conditions: a condition has at most a thousand tests", "[assignment]") {
  const auto alternatives = [](int count) {
    JsonValue::Array items;
    for (int i = 0; i < count; ++i) items.push_back(attribute("a", {static_cast<double>(i)}));
    return attribute("$or", {std::move(items)});
  };
  CHECK(faults_of(alternatives(300)).empty());
  REQUIRE(faults_of(alternatives(400)).size() == 1);
  CHECK_THAT(faults_of(alternatives(400))[0],
             Catch::EndsWith("a condition of more than 1000 tests, which is the most"));
  CHECK(Condition(alternatives(400), Groups{}).holds(attribute("a", {1.0})));
  CHECK_FALSE(Condition(alternatives(400), Groups{}).holds(attribute("a", {399.0})));
}

TEST_CASE("conditions: faults say where they are", "[assignment]") {
  CHECK(faults_of(json(R"({"$or": [{"a": 1}, {"b": {"$regx": "x", "$in": "SE"}}]})")) ==
        Faults{R"($or/1/b/$regx/ name: unknown operator "$regx"; did you mean $regex?)",
               R"($or/1/b/$in/ $in is the text "SE", want a list of values)"});
  CHECK(faults_of(json(R"({"a": {"$all": [1, {"$gt": null}]}})")) ==
        Faults{"a/$all/1/$gt/ $gt is null, want a number or a text"});
  CHECK(faults_of(json("[1]")) == Faults{" the condition is a list, want a map of attributes, such as {country: SE}"});
}

TEST_CASE("conditions: whose groups can move units out when they grow", "[assignment]") {
  using Uses = std::vector<GroupUse>;
  CHECK(groups_used(json(R"({"a": 1, "b": {"$in": ["g"]}})")).empty());
  CHECK(groups_used(json(R"({"id": {"$inGroup": "g"}})")) == Uses{{.group = "g", .negated = false}});
  CHECK(groups_used(json(R"({"id": {"$notInGroup": "g"}})")) == Uses{{.group = "g", .negated = true}});
  CHECK(groups_used(json(R"({"$not": {"id": {"$not": {"$inGroup": "g"}}}})")) ==
        Uses{{.group = "g", .negated = false}});
  CHECK(groups_used(json(R"({"$nor": [{"id": {"$inGroup": "g"}}], "x": {"$elemMatch": {"$inGroup": "h"}}})")) ==
        Uses{{.group = "g", .negated = true}, {.group = "h", .negated = false}});
  CHECK(groups_used(json(R"({"$or": [{"id": {"$inGroup": "g"}}, {"id": {"$notInGroup": "g"}}]})")) ==
        Uses{{.group = "g", .negated = false}, {.group = "g", .negated = true}});
}

TEST_CASE("conditions: threads share one", "[assignment]") {
  const Condition condition{
      json(R"json({"a": {"$regexi": "^(mobile|tablet)"}, "b": {"$ini": ["SE"]}, "v": {"$vgte": "1.2.0"}})json"),
      Groups{}};
  const JsonValue attributes = json(R"({"a": "Mobile Safari", "b": "se", "v": "1.10.0"})");
  std::vector<std::thread> threads;
  std::vector<int> held(4);
  for (std::size_t i = 0; i < held.size(); ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 1000; ++n) held[i] += condition.holds(attributes) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(held == std::vector<int>(4, 1000));
}
