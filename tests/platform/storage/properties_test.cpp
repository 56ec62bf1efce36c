// Members of JSON objects that expressions and dimensions read, and ids that count once, in every store.
#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "platform/storage/scan/attribute_levels.h"
#include "platform/storage/scan/property_reader.h"
#include "tests/platform/storage/events.h"
#include "tests/platform/storage/stores.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

using Type = Property::Type;

// "number/text" of each; "-" where it is not known.
std::string read(PropertyReader& reader, std::string_view object) {
  std::string all;
  for (const FieldValue& value : reader.read(object)) {
    all += all.empty() ? "" : " ";
    all += std::isnan(value.number) ? "-" : std::to_string(static_cast<int>(value.number * 10));
    all += "/";
    all += value.text.data() == nullptr ? "-" : "'" + std::string(value.text) + "'";
  }
  return all;
}

Dimension country() {
  return {.name = "country", .attribute = "country"};
}

// "SE:3 other:2", of a single variant.
std::string levels_of(const EventStore& store, const Dimension& dimension) {
  AggregateQuery query = query_of({"e"});
  query.dimensions = {dimension};
  const ExperimentAggregate answer = store.aggregate(query).at(0);
  std::string all;
  for (const LevelAggregate& level : answer.dimensions.at(0).levels) {
    all += level.level + ":" + std::to_string(level.variants.at(0).units) + " ";
  }
  return all + "without:" + std::to_string(answer.dimensions.at(0).without_value);
}

Exposure seen(int unit, std::string attributes, std::int64_t at = 100) {
  Exposure one = exposure(std::to_string(unit), "e", "a", at);
  one.attributes = std::move(attributes);
  return one;
}

}  // namespace

TEST_CASE("properties: a member is read as what it is wanted as", "[storage]") {
  PropertyReader reader(std::vector<Property>{
      {.name = "a", .type = Type::number}, {.name = "a", .type = Type::text}, {.name = "a", .type = Type::any}});
  CHECK(read(reader, R"({"a":1.5})") == "15/- -/- 15/-");
  CHECK(read(reader, R"({ "b" : [{"a":7},"a"] , "a" : "x" })") == "-/- -/'x' -/'x'");
  CHECK(read(reader, R"({"a":true})") == "10/- -/- 10/'true'");
  CHECK(read(reader, R"({"a":""})") == "-/- -/'' -/''");
  CHECK(read(reader, R"({"a":"\u00e9\n"})") == "-/- -/'\xc3\xa9\n' -/'\xc3\xa9\n'");
  CHECK(read(reader, R"({"\u0061":2})") == "20/- -/- 20/-");
  CHECK(read(reader, R"({"a":1,"a":"x"})") == "10/- -/- 10/-");  // the first counts, as for SQLite
  for (const char* none : {"", "{}", R"({"a":null})", R"({"a":[1]})", R"({"a":{"b":1}})", R"({"b":1})", "[1]", "7", "{",
                           R"({"a")", R"({"a":)", R"({"a" 1})", R"({"b":1 "a":1})", R"({"a":1e999})", R"({"a":01})"}) {
    INFO(none);
    CHECK(read(reader, none) == "-/- -/- -/-");
  }
}

TEST_CASE("properties: a path leads through objects, a name with a dot is another one", "[storage]") {
  PropertyReader reader(std::vector<Property>{{.name = "cart.size"}, {.name = "cart.box.size"}, {.name = "b"}});
  CHECK(read(reader, R"({"cart":{"size":2,"box":{"size":3}},"b":1})") == "20/- 30/- 10/-");
  CHECK(read(reader, R"({"b":1,"cart":{"box":{"size":3,"x":{}},"size":2}})") == "20/- 30/- 10/-");
  CHECK(read(reader, R"({"cart.size":2,"cart":7,"b":1})") == "-/- -/- 10/-");
  CHECK(read(reader, R"({"cart":{"size":[2]},"cart":{"size":1}})") == "-/- -/- -/-");
}

TEMPLATE_TEST_CASE("aggregate: units are in the level of the attribute that they had when first seen", "[storage]",
                   STORES) {
  TestType at;
  at.store.append(
      {.exposures = {seen(1, R"({"country":"SE"})"), seen(2, R"({"country":"SE"})"), seen(3, ""),
                     seen(4, R"({"country":46})"), seen(5, R"({"country":46.0})"), seen(6, R"({"country":true})"),
                     seen(7, R"({"country":["SE"]})"), seen(8, R"({"country":""})"), seen(9, R"({"country":46})")}});
  CHECK(levels_of(at.store, country()) == "46:3 SE:2 true:1 without:3");
  // Seen again elsewhere: it stays where it was; so does one that was first seen without attributes.
  at.store.append({.exposures = {seen(1, R"({"country":"NO"})", 200), seen(3, R"({"country":"NO"})", 200)}});
  CHECK(levels_of(at.store, country()) == "46:3 SE:2 true:1 without:3");
  CHECK(at.store.exposures().front().attributes == R"({"country":"SE"})");
  Dimension ages{.name = "age", .attribute = "country", .breaks = {40, 46}, .labels = {"a", "b", "c"}};
  CHECK(levels_of(at.store, ages) == "a:0 b:0 c:3 without:6");  // true is no number
}

TEMPLATE_TEST_CASE("aggregate: the largest levels of an attribute stand, the rest is other", "[storage]", STORES) {
  TestType at;
  EventBatch batch;
  int unit = 0;
  // Level 0 has 25 units, level 24 one; "other" by itself has the most.
  for (int level = 0; level < 25; ++level) {
    for (int i = level; i < 25; ++i) {
      batch.exposures.push_back(seen(++unit, R"({"country":")" + std::to_string(level) + "x\"}"));
    }
  }
  for (int i = 0; i < 30; ++i) batch.exposures.push_back(seen(++unit, R"({"country":"other"})"));
  at.store.append(batch);
  const std::string levels = levels_of(at.store, country());
  CHECK(levels.starts_with("0x:25 1x:24 2x:23 "));
  CHECK(levels.ends_with(" 19x:6 other:45 without:0"));  // 30 + 5 + 4 + 3 + 2 + 1
}

TEST_CASE("attribute levels: an id has no levels, and no endless memory", "[storage]") {
  const Dimension dimension = country();
  AttributeLevels levels(dimension);
  const std::size_t many = kMostValues + 5;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < many; ++i) texts.push_back("user-" + std::to_string(i));
  for (const std::string& text : texts) levels.add({.number = 0, .text = text});
  levels.add({.number = 0, .text = texts.front()});
  for (std::size_t i = 0; i <= many; ++i) levels.count(i);
  levels.rank();
  CHECK(levels.levels().size() == kMostLevels + 1);
  CHECK(levels.levels().front() == "user-0");
  CHECK(levels.level(many) == 0);
  CHECK(levels.level(many - 1) == static_cast<std::int32_t>(kMostLevels));
  const std::string text(kLongestLevel + 1, 'x');
  levels.add({.number = 0, .text = text});
  CHECK(levels.level(many + 1) == Grouping::kNone);
}

TEMPLATE_TEST_CASE("store: ids are kept with their rows, and told by when they came", "[storage]", STORES) {
  TestType at;
  const LoggedId first = logged_id(Logged::event, "1", {kIdsKeptMs});
  const LoggedId second = logged_id(Logged::session, "1", {kIdsKeptMs + 5});
  at.store.append({.events = {{.unit = {"7"}, .name = "e", .at = {1}}}, .ids = {first, second}});
  const auto since = [&](std::int64_t ms) {
    std::vector<LoggedId> ids;
    at.store.visit_ids({ms}, [&](const LoggedId& id) { ids.push_back(id); });
    return ids;
  };
  CHECK(since(0) == std::vector{first, second});
  CHECK(since(kIdsKeptMs + 1) == std::vector{second});
}

TEST_CASE("sqlite store: ids that are too old go, twice as many as come", "[storage]") {
  InSqlite at;
  const auto append = [&](int count, std::int64_t day) {
    EventBatch batch;
    for (int i = 0; i < count; ++i) {
      batch.ids.push_back(logged_id(Logged::event, std::to_string(day) + "-" + std::to_string(i), {day * kMsPerDay}));
    }
    at.store.append(batch);
  };
  const auto left = [&] {
    int count = 0;
    at.store.visit_ids({}, [&](const LoggedId&) { ++count; });
    return count;
  };
  append(10, 1);
  append(10, 5);
  append(2, 8);  // of the first day: just seven days ago
  CHECK(left() == 22);
  append(2, 9);
  CHECK(left() == 20);
  append(20, 9);
  CHECK(left() == 34);  // all of day 1, none of day 5
}

TEMPLATE_TEST_CASE("store: custom events by name, the new ones too", "[storage]", STORES) {
  TestType at;
  CHECK(at.store.event_names().empty());
  at.store.append({.events = {{.unit = {"7"}, .name = "b", .at = {1}}, {.unit = {"7"}, .name = "a", .at = {1}}}});
  CHECK(at.store.event_names() == std::vector<EventName>{{"a", 1}, {"b", 1}});
  at.store.append({.events = {{.unit = {"8"}, .name = "b", .at = {1}}}});
  CHECK(at.store.event_names() == std::vector<EventName>{{"a", 1}, {"b", 2}});
}
