#include "platform/server/api/playback_request.h"

#include <catch2/catch.hpp>
#include <string>

namespace crossfade::server {

std::ostream& operator<<(std::ostream& out, const std::variant<PlaybackRequest, BadRequest>& result) {
  if (const auto* bad = std::get_if<BadRequest>(&result)) return out << bad->field << ": " << bad->message;
  const auto& good = std::get<PlaybackRequest>(result);
  return out << good.track.value << ' ' << good.fraction;
}

namespace {

using Result = std::variant<PlaybackRequest, BadRequest>;
constexpr const char* kMissing = "Missing required parameter in the JSON body";

Result parse(std::string_view body) {
  return parse_playback("application/json", body);
}
Result good(std::uint32_t track, double fraction) {
  return PlaybackRequest{TrackId{track}, fraction};
}
Result bad(const std::string& field, const std::string& message) {
  return BadRequest{field, message};
}

TEST_CASE("playback request: numbers, as numbers or as texts, are read") {
  CHECK(parse(R"({"track":10,"time":0.3})") == good(10, 0.3));
  CHECK(parse(R"( { "time" : 1 , "track" : 0 } )") == good(0, 1));
  CHECK(parse(R"({"track":"10","time":"0.3"})") == good(10, 0.3));
  CHECK(parse(R"({"track":10.0,"time":1e-1})") == good(10, 0.1));
  CHECK(parse(R"({"track":4294967295,"time":0})") == good(4294967295, 0));
  CHECK(parse("\xef\xbb\xbf{\"track\":1,\"time\":0.5}") == good(1, 0.5));
}

TEST_CASE("playback request: other fields are ignored, however deep within reason") {
  CHECK(parse(R"({"track":1,"context":{"track":[{"time":9}]},"time":0.5})") == good(1, 0.5));
}

TEST_CASE("playback request: negative zero is zero") {
  const auto result = parse(R"({"track":1,"time":-0.0})");
  REQUIRE(result == good(1, 0));
  CHECK_FALSE(std::signbit(std::get<PlaybackRequest>(result).fraction));
  CHECK(parse(R"({"track":1,"time":-0})") == good(1, 0));
}

TEST_CASE("playback request: a missing field is named, track first") {
  CHECK(parse(R"({"track":10})") == bad("time", kMissing));
  CHECK(parse(R"({"time":0.3})") == bad("track", kMissing));
  CHECK(parse("{}") == bad("track", kMissing));
}

TEST_CASE("playback request: a fraction outside 0..1, or no number, is refused") {
  const std::string rule = " is no fraction of a track, want a number from 0 to 1";
  CHECK(parse(R"({"track":1,"time":1.5})") == bad("time", "1.5" + rule));
  CHECK(parse(R"({"track":1,"time":-1})") == bad("time", "-1" + rule));
  CHECK(parse(R"({"track":1,"time":2})") == bad("time", "2" + rule));
  CHECK(parse(R"({"track":1,"time":"nan"})") == bad("time", "\"nan\"" + rule));
  CHECK(parse(R"({"track":1,"time":"inf"})") == bad("time", "\"inf\"" + rule));
  CHECK(parse(R"({"track":1,"time":"0.3x"})") == bad("time", "\"0.3x\"" + rule));
  CHECK(parse(R"({"track":1,"time":""})") == bad("time", "\"\"" + rule));
  CHECK(parse(R"({"track":1,"time":true})") == bad("time", "true" + rule));
  CHECK(parse(R"({"track":1,"time":null})") == bad("time", "null" + rule));
  CHECK(parse(R"({"track":1,"time":[0.3]})") == bad("time", "an array" + rule));
  CHECK(parse(R"({"track":1,"time":{"a":0.3}})") == bad("time", "an object" + rule));
}

TEST_CASE("playback request: what is no track id is refused") {
  const std::string rule = " is no track, want a whole number from 0 to 4294967295";
  CHECK(parse(R"({"track":-1,"time":0})") == bad("track", "-1" + rule));
  CHECK(parse(R"({"track":1.5,"time":0})") == bad("track", "1.5" + rule));
  CHECK(parse(R"({"track":4294967296,"time":0})") == bad("track", "4294967296" + rule));
  CHECK(parse(R"({"track":18446744073709551616,"time":0})") == bad("track", "1.8446744073709552e+19" + rule));
  CHECK(parse(R"({"track":"1 0","time":0})") == bad("track", "\"1 0\"" + rule));
  CHECK(parse(R"({"track":false,"time":0})") == bad("track", "false" + rule));
  CHECK(parse(R"({"track":")" + std::string(100, '9') + R"(","time":0})") ==
        bad("track", '"' + std::string(40, '9') + "...\"" + rule));
}

TEST_CASE("playback request: a field given twice is refused") {
  CHECK(parse(R"({"track":1,"time":0.3,"track":2})") == bad("track", "given twice"));
  CHECK(parse(R"({"track":1,"time":0.3,"time":0.3})") == bad("time", "given twice"));
}

TEST_CASE("playback request: what is no JSON object is refused") {
  for (const std::string body :
       {"", "{", "{\"track\":1,\"time\":0.3", "{\"track\":1,\"time\":0.3}}", "track=1&time=0.3",
        "{\"track\":1,\"time\":NaN}", "{\"track\":1,\"time\":1e999}", "{\"track\":01,\"time\":0}",
        "{\"track\":1,\"time\":0,\"x\":\"\xff\xfe\"}", "{'track':1,'time':0}"}) {
    INFO(body);
    CHECK(parse(body) == bad("", "request body is not JSON"));
  }
  const std::string nul(1, '\0');
  for (const std::string& behind : {nul, nul + "}", nul + R"({"track":2,"time":1})"}) {
    CHECK(parse(R"({"track":1,"time":0.5})" + behind) == bad("", "request body has a NUL byte, want JSON"));
  }
  CHECK(parse("[]") == bad("", "request body is not a JSON object"));
  CHECK(parse("7") == bad("", "request body is not a JSON object"));
  CHECK(parse("null") == bad("", "request body is not a JSON object"));
}

TEST_CASE("playback request: a bomb of brackets is refused") {
  const std::string bomb = R"({"track":1,"time":0.3,"x":)" + std::string(60'000, '[');
  CHECK(parse(bomb) == bad("", "request body is nested deeper than 32"));
}

TEST_CASE("playback request: the content type must be JSON") {
  const std::string body = R"({"track":1,"time":0.3})";
  CHECK(parse_playback("application/json; charset=utf-8", body) == good(1, 0.3));
  CHECK(parse_playback("Application/JSON", body) == good(1, 0.3));
  CHECK(parse_playback("application/vnd.api+json", body) == good(1, 0.3));
  CHECK(parse_playback("", body) == bad("", "Content-Type is missing, want application/json"));
  CHECK(parse_playback("text/plain", body) == bad("", "Content-Type is text/plain, want application/json"));
}

}  // namespace
}  // namespace crossfade::server
