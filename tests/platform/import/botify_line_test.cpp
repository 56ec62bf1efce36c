#include "platform/import/botify_line.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "platform/core/random.h"
#include "platform/import/json_members.h"

using namespace crossfade;
using imports::BotifyLine;
using imports::JsonMember;
using imports::JsonValue;

namespace {

// A member that owns its texts.
struct Member {
  std::string key;
  std::size_t at = 0;
  JsonValue value;
  std::string raw;
  std::string string;
};

std::vector<Member> members_of(const std::string& text, files::FileFaults& faults) {
  imports::LineFaults of_line{.faults = faults, .line = 1};
  std::vector<Member> members;
  imports::for_each_json_member(text, of_line, [&](const JsonMember& member) {
    members.push_back({.key = std::string(member.key),
                       .at = member.at,
                       .value = member.value,
                       .raw = std::string(member.value.raw),
                       .string = std::string(member.value.string)});
  });
  return members;
}

std::vector<Member> members_of(const std::string& text) {
  files::FileFaults faults{""};
  auto members = members_of(text, faults);
  CHECK(faults.empty());
  return members;
}

// "column: message"; several are joined by a space.
std::string text_of(const files::FileFaults& faults) {
  std::string text;
  for (const Fault& fault : faults.list()) {
    text += (text.empty() ? "" : " ") + std::to_string(fault.column) + ": " + fault.message;
  }
  return text;
}

std::string fault_of(const std::string& text) {
  files::FileFaults faults{""};
  members_of(text, faults);
  return text_of(faults);
}

// A line with that value of one field.
std::string line_with(const std::string& field, const std::string& value) {
  std::string text;
  for (const auto& [name, usual] : std::vector<std::pair<std::string, std::string>>{
           {"message", "\"next\""}, {"timestamp", "1700000000000"}, {"user", "7"}, {"track", "3"}, {"time", "0.5"}}) {
    if (name != field) text += "\"" + name + "\":" + usual + ",";
  }
  return "{" + text + "\"" + field + "\":" + value + "}";
}

// The line; nothing, and `fault`, when it is refused.
std::optional<BotifyLine> read(const std::string& text, std::string* fault = nullptr) {
  files::FileFaults faults{""};
  auto line = imports::read_botify_line(text, 1, faults);
  CHECK(line.has_value() == faults.empty());
  if (fault != nullptr) *fault = text_of(faults);
  return line;
}

std::string refusal_of(const std::string& field, const std::string& value) {
  std::string fault;
  read(line_with(field, value), &fault);
  const std::size_t message = fault.find(": ");
  return message == std::string::npos ? "" : fault.substr(message + 2);
}

}  // namespace

TEST_CASE("json members: they come in order with kind, text and place", "[import]") {
  const auto members = members_of(
      R"( {"a": 12,"b":-1.5e3 , "c\n":"x\u0079","d":null,"e":[1,{"f":[],"a":2}],"g":{},"h":true , "i":0 } )");
  REQUIRE(members.size() == 8);
  CHECK(members[0].key == "a");
  CHECK(members[0].at == 2);
  CHECK(members[0].value.at == 7);
  CHECK(members[0].value.kind == JsonValue::Kind::integer);
  CHECK(members[0].value.integer == 12);
  CHECK(members[0].value.number == 12.0);
  CHECK(members[1].value.kind == JsonValue::Kind::number);
  CHECK(members[1].value.number == -1500.0);
  CHECK(members[1].raw == "-1.5e3");
  CHECK(members[2].key == "c\n");
  CHECK(members[2].string == "xy");
  CHECK(members[2].raw == R"("x\u0079")");
  CHECK(members[3].value.kind == JsonValue::Kind::null);
  CHECK(members[4].value.kind == JsonValue::Kind::array);
  CHECK(members[4].raw == R"([1,{"f":[],"a":2}])");
  CHECK(members[5].value.kind == JsonValue::Kind::object);
  CHECK(members[5].raw == "{}");
  CHECK(members[6].value.kind == JsonValue::Kind::boolean);
  CHECK(members[7].at == 89);
  CHECK(members[7].raw == "0");
  CHECK(members_of("{}").empty());
}

TEST_CASE("json members: what is no JSON is named with its column", "[import]") {
  CHECK(fault_of("[1]") == "1: no JSON object, want one a line");
  CHECK(fault_of("  12") == "3: no JSON object, want one a line");
  CHECK(fault_of("oops") == "1: not JSON from here on");
  CHECK(fault_of(R"({"a":1)") == "7: the line ends in the middle of an object");
  CHECK(fault_of(R"({"a":"x)") == "8: the line ends in the middle of an object");
  CHECK(fault_of(R"({"a":"x\)") == "9: the line ends in the middle of an object");
  CHECK(fault_of(R"({a:1})") == "2: not JSON from here on");
  CHECK(fault_of(R"({"a" 1})") == "6: not JSON from here on");
  CHECK(fault_of(R"({"a":[1 2]})") == "9: not JSON from here on");
  CHECK(fault_of(R"({"a":1,})") == "8: not JSON from here on");
  CHECK(fault_of("{\"a\":\"\x01\"}") == "7: not JSON from here on");
  CHECK(fault_of("{\"a\":\"\xe9\"}") == "8: not JSON from here on");  // Latin-1
  CHECK(fault_of(R"({"a":1}{)") == "8: text behind the object, want one object a line");
  // The parser takes a NUL for the end of the text; a file that was cut by a crash may go on with NULs.
  CHECK(fault_of(R"({"a":1} )" + std::string(3, '\0')) == "9: text behind the object, want one object a line");
  CHECK(fault_of(std::string(3, '\0')) == "1: not JSON from here on");
  CHECK(fault_of(R"({"b":[{"a":1e400}]})") == "12: not JSON: a number is too large");
}

// What a fuzzer would find first: which text is an object, and where its members stand, by the tree of the same text.
TEST_CASE("json members: as the tree has them, and nothing else is taken", "[import]") {
  const std::string seed_line =
      R"({"m": "ne\u0041x\n", "t": -12.5e+3, "n": null, "l": [1, {"k": true}], "e\\": {"A": "b"}, "i":77 })";
  const std::string alphabet = R"({}[]",:\ 01.-+eEuntrfals)";
  Random random{7};
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string line = seed_line;
    for (std::uint64_t edits = random.below(4); edits > 0; --edits) {
      const std::size_t at = random.below(line.size());
      const char c = alphabet[random.below(alphabet.size())];
      switch (random.below(3)) {
        case 0:
          line[at] = c;
          break;
        case 1:
          line.insert(at, 1, c);
          break;
        default:
          line.erase(at, 1);
      }
    }
    INFO(line);
    files::FileFaults faults{""};
    const auto members = members_of(line, faults);
    const bool is_object = nlohmann::json::accept(line) && nlohmann::json::parse(line).is_object();
    CHECK(faults.empty() == is_object);
    if (!is_object) continue;
    ++accepted;
    const auto tree = nlohmann::json::parse(line);
    std::set<std::string> seen;
    for (auto member = members.rbegin(); member != members.rend(); ++member) {  // of two of a key the last one counts
      REQUIRE(line.substr(member->value.at, member->raw.size()) == member->raw);
      REQUIRE(nlohmann::json::parse(
                  line.begin() + static_cast<std::ptrdiff_t>(member->at),
                  line.begin() + static_cast<std::ptrdiff_t>(line.find_last_not_of(" :", member->value.at - 1) + 1)) ==
              member->key);
      if (seen.insert(member->key).second) REQUIRE(nlohmann::json::parse(member->raw) == tree.at(member->key));
    }
    CHECK(seen.size() == tree.size());
  }
  CHECK(accepted > 3000);
}

TEST_CASE("botify line: users are integers or strings", "[import]") {
  CHECK(read(line_with("user", "7"))->user == "7");
  CHECK(read(line_with("user", "\"7\""))->user == "7");
  CHECK(read(line_with("user", R"("\"\\\/\b\f\n\r\t")"))->user == "\"\\/\b\f\n\r\t");
  CHECK(read(line_with("user", R"("\u0041\u00e9\u20ac\ud83d\ude00")"))->user ==
        "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
  CHECK(read(line_with("user", "9223372036854775807"))->user == "9223372036854775807");
  CHECK(read(line_with("user", "-9223372036854775808"))->user == "-9223372036854775808");
  for (const std::string bad : {"9223372036854775808", "-9223372036854775809", "1.0", "1e3", "null", "[]", "false"}) {
    CHECK(refusal_of("user", bad) == "user is " + bad + ", want an integer of 64 bits or a string");
  }
  for (const char* const bad :
       {R"("\x")", R"("\u12")", R"("\u12g4")", R"("\ud83d")", R"("\ud83dx")", R"("\ud83d\u0041")", R"("\ude00")"}) {
    CHECK(refusal_of("user", bad) == "not JSON from here on");
  }
}

TEST_CASE("botify line: numbers that do not fit are refused", "[import]") {
  CHECK(read(line_with("track", "4294967295"))->track == 4294967295);
  CHECK(refusal_of("track", "4294967296") == "track is 4294967296, want an integer from 0 to 4294967295");
  CHECK(refusal_of("track", "18446744073709551616") ==
        "track is 18446744073709551616, want an integer from 0 to 4294967295");
  CHECK(refusal_of("track", "1.0") == "track is 1.0, want an integer from 0 to 4294967295");
  CHECK(refusal_of("recommendation", "\"1\"") == "recommendation is \"1\", want an integer from 0 to 4294967295");
  CHECK(read(line_with("recommendation", "null"))->recommendation == std::nullopt);
  CHECK(refusal_of("timestamp", "9223372036854775808") ==
        "timestamp is 9223372036854775808, want milliseconds since 1970, an integer");
  CHECK(refusal_of("timestamp", "1700000000000000") ==
        "timestamp 1700000000000000 is in the year 55840: microseconds? want a time between 1990 and 2100");
  CHECK(refusal_of("timestamp", "1700000000") ==
        "timestamp 1700000000 is in the year 1970: seconds? want a time between 1990 and 2100");
  CHECK(refusal_of("timestamp", "9223372036854775807") ==
        "timestamp 9223372036854775807 is in the year 292278994, want a time between 1990 and 2100");
  CHECK(refusal_of("latency", "1e307") == "latency is 1e307, want seconds up to 86400, or null");
  CHECK(read(line_with("time", "1"))->time == 1);
  CHECK(read(line_with("time", "2.5e-1"))->time == 0.25);
  CHECK(refusal_of("time", "-1e-3") == "time is -1e-3, want a number from 0 to 1");
  CHECK(refusal_of("time", "1e400") == "not JSON: a number is too large");
  CHECK(read(line_with("latency", "3"))->latency_s == 3.0);
  CHECK(refusal_of("latency", "true") == "latency is true, want seconds up to 86400, or null");
}

TEST_CASE("botify line: a latency below 0 is 0, and said", "[import]") {
  for (const std::string odd : {"-0.0007236003875732422", "-1", "-1e300"}) {
    const auto line = read(line_with("latency", odd));
    REQUIRE(line);
    CHECK(line->latency_s == 0.0);
    CHECK(line->latency_was_negative);
  }
  CHECK_FALSE(read(line_with("latency", "0"))->latency_was_negative);
  CHECK_FALSE(read(line_with("latency", "null"))->latency_was_negative);
}

TEST_CASE("botify line: a long value is cut between characters", "[import]") {
  std::string value = "\"";
  for (int i = 0; i < 30; ++i) value += "\xc3\xa9";
  CHECK(refusal_of("time", value + "\"") == "time is " + value.substr(0, 39) + "..., want a number from 0 to 1");
}

TEST_CASE("botify line: experiments are read from their own text", "[import]") {
  files::FileFaults faults{"f"};
  const std::string text = line_with("experiments", R"({ "A\u0042" : "x", "C":"y" })");
  const auto line = imports::read_botify_line(text, 1, faults);
  REQUIRE(line);
  CHECK(line->experiments == R"({ "A\u0042" : "x", "C":"y" })");
  CHECK(imports::read_botify_experiments(*line, faults) ==
        std::vector<imports::BotifyVariant>{{"AB", "x"}, {"C", "y"}});
  CHECK(read(line_with("experiments", "null"))->experiments.empty());
  const std::string bad = line_with("experiments", R"({"A": {"B": "x"}, "A": null})");
  const auto refused = imports::read_botify_line(bad, 4, faults);
  REQUIRE(refused);
  CHECK(imports::read_botify_experiments(*refused, faults) == std::nullopt);
  CHECK(text_of(faults) ==
        "95: the variant of A is {\"B\": \"x\"}, want a string 107: a second variant of A, want one "
        "112: the variant of A is null, want a string");
  CHECK(faults.list().front().line == 4);
}
