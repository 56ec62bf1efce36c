// What is asked of other processes, and what is taken from them.
#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "recommenders/external/answer.h"
#include "recommenders/external/question.h"

using namespace crossfade;
using namespace crossfade::recommenders::external;

namespace {

constexpr std::size_t kTracks = 100;

// The one answer of a message; what is wrong with it, or else what it says.
std::string read(const std::string& message) {
  const Answers answers = read_answers(message, kTracks);
  if (!answers.fault.empty()) return "fault: " + answers.fault;
  REQUIRE(answers.all.size() == 1);
  const Answer& answer = answers.all[0];
  CHECK(answer.id == 1);
  if (!answer.fault.empty()) {
    CHECK_FALSE(answer.track);
    return answer.fault;
  }
  if (!answer.track) return "no answer";
  return std::to_string(answer.track->value) +
         (answer.propensity ? " with " + std::to_string(*answer.propensity).substr(0, 4) : "");
}

}  // namespace

TEST_CASE("external: a question has the published form", "[recommenders]") {
  const UnitId unit{"7"};
  const std::vector<Listen> heard = {{{5}, 1.0, {}}, {{10}, 0.3, {}}};
  const std::vector<Listen> history = {{{10}, 0.3, {1'767'571'200'000}}, {{3}, 0.8, {1'767'484'800'000}}};
  const std::vector<Candidate> candidates = {{{42}, 0.9, ""}, {{17}, 1e-7, R"({"track":17,"year":1999})"}};
  CHECK(json_of({.unit = unit,
                 .previous = {10},
                 .fraction = 0.3,
                 .heard = heard,
                 .history = history,
                 .candidates = candidates},
                1) ==
        R"({"id":1,"unit":"7","previous":10,"fraction":0.3,)"
        R"("heard":[{"track":5,"fraction":1.0},{"track":10,"fraction":0.3}],)"
        R"("history":[{"track":10,"fraction":0.3,"at":"2026-01-05T00:00:00.000Z"},)"
        R"({"track":3,"fraction":0.8,"at":"2026-01-04T00:00:00.000Z"}],"attributes":{},)"
        R"("candidates":[{"track":42,"score":0.9},{"track":17,"score":1e-07,"row":{"track":17,"year":1999}}]})");
}

TEST_CASE("external: a question is one line of JSON whatever the unit is called", "[recommenders]") {
  for (const std::string name : {"a\"b\\c", "line\nend", "caf\xc3\xa9", "\xff\xfe", ""}) {
    const UnitId unit{name};
    const std::string json = json_of({.unit = unit, .previous = {0}, .heard = {}}, 12);
    CHECK(json.find('\n') == std::string::npos);
    const auto parsed = nlohmann::json::parse(json, nullptr, false);
    REQUIRE(parsed.is_object());
    if (name != "\xff\xfe") CHECK(parsed["unit"] == name);
  }
}

TEST_CASE("external: several questions are one message", "[recommenders]") {
  const std::vector<std::string> two = {R"({"id":1})", R"({"id":2})"};
  CHECK(batch_of(two) == R"({"requests":[{"id":1},{"id":2}]})");
}

TEST_CASE("external: answers of both forms are read", "[recommenders]") {
  CHECK(read(R"({"id":1,"track":42})") == "42");
  CHECK(read(R"({"id":1,"tracks":[42,17],"scores":[0.9,0.1]})") == "42");
  CHECK(read(R"({"id":1,"tracks":[42]})") == "42");
  CHECK(read(R"({"id":1,"track":42,"propensity":0.25})") == "42 with 0.25");
  CHECK(read(R"({"id":1,"track":42,"propensity":1})") == "42 with 1.00");
  CHECK(read(R"({"id":1,"track":42,"why":"other members are passed over"})") == "42");
  CHECK(read(R"({"id":1})") == "no answer");
  CHECK(read(R"({"id":1,"track":null})") == "no answer");
  CHECK(read(R"({"id":1,"tracks":[]})") == "no answer");
  CHECK(read(R"({"answers":[{"id":1,"track":99}]})") == "99");
}

TEST_CASE("external: what must not be served is told with what is wanted", "[recommenders]") {
  CHECK(read(R"({"id":1,"track":100})") == "track is 100, which the catalogue lacks (0..99)");
  CHECK(read(R"({"id":1,"track":4294967338})") == "track is 4294967338, which the catalogue lacks (0..99)");
  CHECK(read(R"({"id":1,"track":-1})") == "track is -1, want a whole number from 0 on");
  CHECK(read(R"({"id":1,"track":4.5})") == "track is 4.5, want a whole number from 0 on");
  CHECK(read(R"({"id":1,"track":"42"})") == "track is \"42\", want a whole number from 0 on");
  CHECK(read(R"({"id":1,"track":1,"tracks":[1]})") == "both \"track\" and \"tracks\", want one of them");
  CHECK(read(R"({"id":1,"tracks":7})") == "\"tracks\" is 7, want a list");
  CHECK(read(R"({"id":1,"tracks":[1,100]})") == "track is 100, which the catalogue lacks (0..99)");
  CHECK(read(R"({"id":1,"tracks":[1,2],"scores":[1]})") == "\"scores\" is [1], want one for each of the 2 tracks");
  CHECK(read(R"({"id":1,"tracks":[1],"scores":["a"]})") == "a score is \"a\", want a finite number");
  CHECK(read(R"({"id":1,"track":1,"propensity":0})") == "propensity is 0, want a number above 0 and up to 1");
  CHECK(read(R"({"id":1,"track":1,"propensity":1.5})") == "propensity is 1.5, want a number above 0 and up to 1");
  CHECK(read(R"({"id":1,"track":1,"propensity":"x"})") == "propensity is \"x\", want a number above 0 and up to 1");
}

TEST_CASE("external: what is no answer is a fault", "[recommenders]") {
  CHECK(read("garbage") == "fault: \"garbage\" is no JSON");
  CHECK(read(R"({"id":1,"tracks":[1],"scores":[NaN]})") ==
        "fault: \"{\"id\":1,\"tracks\":[1],\"scores\":[NaN]}\" is no JSON");
  CHECK(read(R"({"track":1})") == "fault: answer is {\"track\":1}, want the \"id\" of a request");
  CHECK(read("[1,2]") == "fault: answer is [1,2], want the \"id\" of a request");
  CHECK(read(R"({"answers":5})") == "fault: \"answers\" is 5, want a list");
  CHECK(read(std::string(R"({"id":1,"track":5})") + '\0') == "fault: \"{\"id\":1,\"track\":5}\\x00\" is no JSON");
  CHECK(read(std::string(R"({"id":1,"track":5})") + '\0' + R"({"id":1,"track":6})").starts_with("fault: "));
  CHECK(read("\x1b[31mred") == "fault: \"\\x1b[31mred\" is no JSON");
}

// It was quoted by what calls itself for each list, which took the program with it.
TEST_CASE("external: what is nested as deeply as a line is long is a fault", "[recommenders]") {
  const std::string lists = std::string(2'000'000, '[') + std::string(2'000'000, ']');
  CHECK(read(lists) == "fault: \"" + std::string(60, '[') + "...\" is nested too deeply");
  CHECK(read(R"({"id":1,"track":)" + lists + "}").ends_with("...\" is nested too deeply"));
  CHECK(read(R"({"id":1,"track":5,"why":[[[{}]]]})") == "5");
}

TEST_CASE("external: a batch with a bad answer still has the others", "[recommenders]") {
  const Answers answers = read_answers(R"({"answers":[{"id":1,"track":5},7,{"id":2}]})", kTracks);
  CHECK(answers.all.size() == 2);
  CHECK(answers.fault == "answer is 7, want the \"id\" of a request");
}
