#include "platform/server/api/rows/row_request.h"

#include <fmt/format.h>
#include <httplib.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "platform/core/metric.h"
#include "tests/platform/server/test_server.h"

namespace crossfade::server {
namespace {

const Timestamp kNow = *parse_timestamp("2026-12-01T10:00:00Z");
const Timestamp kEarlier = *parse_timestamp("2026-12-01T09:00:00Z");
const std::string kJson = "application/json";
const std::string kLines = "application/x-ndjson";
const KnownVariants kKnown{{"k", {{1, {"control", "treatment"}}, {3, {"control", "b"}}}}, {"old", {{1, {"a"}}}}};

service::ClientRows good(ParsedRows&& parsed) {
  if (const auto* bad = std::get_if<BadRows>(&parsed)) FAIL(bad->message);
  return std::get<service::ClientRows>(std::move(parsed));
}
std::string bad(ParsedRows&& parsed) {
  REQUIRE(std::holds_alternative<BadRows>(parsed));
  return std::get<BadRows>(parsed).message;
}

ParsedRows events(std::string_view body, std::string_view type = kJson) {
  return parse_events({.content_type = type, .text = body, .now = kNow});
}
ParsedRows exposures(std::string_view body) {
  return parse_exposures({.content_type = kJson, .text = body, .now = kNow}, kKnown);
}
ParsedRows sessions(std::string_view body) {
  return parse_sessions({.content_type = kJson, .text = body, .now = kNow});
}
std::string bad_event(std::string_view body, std::string_view type = kJson) {
  return bad(events(body, type));
}
// Of an event with this member.
std::string bad_member(const std::string& member) {
  return bad_event(R"({"unit":"1","event":"a",)" + member + "}");
}

TEST_CASE("row request: one event, a list of them, or lines") {
  const auto full = good(events(
      R"({"unit":"ann","event":"purchase","value":9.5,"at":"2026-12-01T10:00:00+01:00","id":"x","properties":{ "a" : [1] }})"));
  CHECK(full.events ==
        std::vector<CustomEvent>{
            {.unit = {"ann"}, .name = "purchase", .value = 9.5, .at = kEarlier, .properties = R"({"a":[1]})"}});
  REQUIRE(full.ids.at(0));
  CHECK(*full.ids[0] == logged_id(Logged::event, "x", kNow));
  CHECK(full.at == kNow);
  const auto least = good(events(R"({"unit":7,"event":"like"})"));
  CHECK(least.events == std::vector<CustomEvent>{{.unit = {"7"}, .name = "like", .value = 1, .at = kNow}});
  CHECK_FALSE(least.ids.at(0));
  const auto two = good(events(R"( [{"unit":7,"event":"a","value":-1} , {"unit":"8","event":"\u0062"}] )"));
  REQUIRE(two.events.size() == 2);
  CHECK(two.events[0].value == -1);
  CHECK(two.events[1].name == "b");
  const std::string line = R"({"unit":7,"event":"a"})";
  CHECK(good(events(line + "\r\n\r\n  \n" + line, kLines + "; charset=utf-8")).events.size() == 2);
  CHECK(good(events("\xef\xbb\xbf" + line + "\n", kLines)).events.size() == 1);
  CHECK(good(events("\xef\xbb\xbf" + line)).events.size() == 1);
  CHECK(good(events(R"({"unit":"1","event":"a","properties":{}})")).events[0].properties.empty());
  CHECK(good(events(R"({"unit":"1","event":"a","properties":null})")).events[0].properties.empty());
}

TEST_CASE("row request: what is wrong with a body is named, and where") {
  CHECK(bad_event("{}", "text/plain") == "Content-Type is text/plain, want application/json");
  for (const char* none : {"{", "", "[", "[{}", "{}}", "{},", "{\"unit\":}", "{unit:1}", "[{}{}]", "nul"}) {
    INFO(none);
    CHECK((bad_event(none) == "request body is not JSON" || bad_event(none) == "\"unit\" is missing" ||
           bad_event(none) == "[0]: \"unit\" is missing"));
  }
  CHECK(bad_event("{") == "request body is not JSON");
  CHECK(bad_event("") == "request body is not JSON");
  CHECK(bad_event(R"({"unit":"1","event":"a"})" + std::string(1, '\0')) == "request body has a NUL byte, want JSON");
  CHECK(bad_event(R"({"unit":"1","event":"a"}])") == "request body is not JSON");
  CHECK(bad_event("7") == "an event is number, want an object");
  CHECK(bad(sessions("[7]")) == "[0]: a session is number, want an object");
  CHECK(bad_event(R"([{"unit":"1","event":"a"},{"unit":"1"}])") == "[1]: \"event\" is missing");
  CHECK(bad_event("{\"unit\":\"1\",\"event\":\"a\"}\n\n{\"unit\":\"1\"}", kLines) == "line 3: \"event\" is missing");
  CHECK(bad_event("{\"unit\":\"1\",\"event\":\"a\"}\n{\"unit\":", kLines) == "line 2: not JSON");
  CHECK(bad_event("{\"unit\":\"1\",\"event\":\"a\"}{}", kLines) == "line 1: not JSON");
  CHECK(bad_event("[]") == "the list has 0 events, want 1 to 10000");
  CHECK(bad_event("\n \r\n", kLines) == "the body has 0 events, want 1 to 10000");
  CHECK(bad_event("{\"unit\":\"\xff\"}") == "request body is no UTF-8 from its byte 9 on");
  CHECK(bad_event(std::string(100'000, '[')) == "request body is not JSON");
  CHECK(bad_event(R"({"unit":)" + std::string(100'000, '[')) == "request body is not JSON");
  std::string many;
  for (std::size_t i = 0; i < kMostRows; ++i) many += "{\"unit\":1,\"event\":\"a\"}\n";
  CHECK(good(events(many, kLines)).events.size() == kMostRows);
  CHECK(bad_event(many + "{\"unit\":1,\"event\":\"a\"}", kLines) ==
        "line 10001: more than 10000 events, want at most so many");
}

TEST_CASE("row request: what is wrong with a row is named") {
  CHECK(bad_event(R"({"event":"a"})") == "\"unit\" is missing");
  CHECK(bad_event(R"({"unit":1.5,"event":"a"})") == "\"unit\" is number, want a text or a whole number");
  CHECK(bad_event(R"({"unit":1e2,"event":"a"})") == "\"unit\" is number, want a text or a whole number");
  CHECK(bad_event(R"({"unit":99999999999999999999,"event":"a"})") ==
        "\"unit\" is number, want a text or a whole number");
  CHECK(bad_event(R"({"unit":"","event":"a"})") == "\"unit\" is empty");
  CHECK(bad_event(R"({"unit":"1","event":7})") == "\"event\" is number, want a text");
  CHECK(bad_event(R"({"unit":"1","event":"a\nb"})") == "\"event\" has a control character");
  CHECK(bad_event(R"({"unit":"1","event":"\ud800"})") == "\"event\" has half of a surrogate pair, want characters");
  CHECK(bad_event(R"({"unit":")" + std::string(201, 'x') + R"(","event":"a"})") ==
        "\"unit\" has 201 bytes, want at most 200");
  CHECK(bad_member(R"("value":"9")") == "\"value\" is string, want a number");
  CHECK(bad_member(R"("value":-1.7e308)") == "\"value\" is -1.7e+308, want a number within 1e+15");
  CHECK(bad_member(R"("value":1e999)") == "\"value\" is 1e999, want a number within 1e+15");
  CHECK(bad_member(R"("value":NaN)") == "request body is not JSON");
  CHECK(bad_member(R"("valeu":1)") == "\"valeu\" is unknown, want one of unit, event, value, at, id, properties");
  CHECK(bad_member(R"("unit":"2")") == "\"unit\" stands twice, want it once");
  CHECK(bad_member(R"("id":")" + std::string(10'240, 'x') + "\"") == "\"id\" has 10240 bytes, want at most 200");
  CHECK(bad_member(R"("id":[])") == "\"id\" is array, want a text or a whole number");
  CHECK(bad_member(R"("properties":[1])") == "\"properties\" is array, want an object");
  CHECK(bad_member(R"("properties":{"a":1,"a":2})").starts_with("\"properties\" names a member twice"));
  CHECK(bad_member(R"("properties":{"a":1e999})").starts_with("\"properties\" names a member twice"));
  CHECK(bad_member(R"("properties":)" + std::string(17, '[') + std::string(17, ']')) ==
        "\"properties\" is nested too deeply, want at most 16 levels");
  CHECK(bad_member(R"("properties":{"a":")" + std::string(kLongestObject, 'x') + "\"}") ==
        "\"properties\" has 16392 bytes, want at most 16384");
}

TEST_CASE("row request: times have limits, and a little ahead is now") {
  const auto at = [](const std::string& time) { return R"("at":")" + time + "\""; };
  CHECK(bad_member(R"("at":5)") == "\"at\" is number, want a time such as 2026-12-01T10:00:00Z");
  CHECK(bad_member(at("yesterday")) == "\"at\" is \"yesterday\", want a time such as 2026-12-01T10:00:00Z");
  CHECK(bad_member(at("1970-01-01")) == "\"at\" is 1970-01-01T00:00:00.000Z, want at most 400 days ago");
  CHECK(bad_member(at("9999-12-31T23:59:59Z")) ==
        "\"at\" is 9999-12-31T23:59:59.000Z, it is 2026-12-01T10:00:00.000Z here: want at most 10 minutes ahead");
  CHECK(bad_member(at("2026-12-01T10:10:00.001Z")).ends_with("want at most 10 minutes ahead"));
  const auto of = [&](const std::string& time) {
    return good(events(R"({"unit":"1","event":"a",)" + at(time) + "}")).events.at(0).at;
  };
  CHECK(of("2026-12-01T10:10:00Z") == kNow);
  CHECK(of("2026-12-01T09:59:59.999") == Timestamp{kNow.ms - 1});
  CHECK(of("2026-12-01T12:00:00+03:00") == kEarlier);
  CHECK(of(to_string(Timestamp{kNow.ms - 400 * kMsPerDay})) == Timestamp{kNow.ms - 400 * kMsPerDay});
}

TEST_CASE("row request: an exposure names a variant that there is") {
  const auto one = [](const std::string& more) {
    return exposures(R"({"unit":"1","experiment":"k","variant":"b")" + more + "}");
  };
  CHECK(good(one(R"(,"attributes":{"country":"SE"},"at":"2026-12-01T09:00:00Z")")).exposures ==
        std::vector<Exposure>{{.unit = {"1"},
                               .experiment = "k",
                               .version = 3,
                               .variant = "b",
                               .first_seen = kEarlier,
                               .attributes = R"({"country":"SE"})"}});
  CHECK(
      good(exposures(R"([{"unit":"1","experiment":"k","variant":"treatment","version":1}])")).exposures.at(0).version ==
      1);
  CHECK(good(exposures(R"({"unit":"1","experiment":"old","variant":"a"})")).exposures.at(0).version == 1);
  CHECK(bad(one(R"(,"version":1)")) == "\"variant\" is \"b\", want one of version 1 of k: control, treatment");
  CHECK(bad(one(R"(,"version":2)")) == "\"version\" is 2, want one that k has had: 1, 3");
  CHECK(bad(one(R"(,"version":0)")) == "\"version\" is 0, want a whole number from 1 to 2147483647");
  CHECK(bad(one(R"(,"version":1.5)")) == "\"version\" is 1.5, want a whole number from 1 to 2147483647");
  CHECK(bad(exposures(
            R"([{"unit":"1","experiment":"k","variant":"b"},{"unit":"1","experiment":"odl","variant":"b"}])")) ==
        "[1]: \"experiment\" is \"odl\", which no configuration has had; did you mean \"old\"?");
}

TEST_CASE("row request: a session ends after it started") {
  const std::string start = R"({"unit":"1","started":"2026-12-01T09:00:00Z")";
  const auto full =
      good(sessions(start + R"(,"ended":"2026-12-01T09:30:00Z","items":7,"time":3.25,"id":9,"properties":{"a":"b"}})"));
  CHECK(full.sessions == std::vector<Session>{{.id = {},
                                               .unit = {"1"},
                                               .tracks = 7,
                                               .time = 3.25,
                                               .latency_ms = {},
                                               .end = SessionEnd::last,
                                               .started = kEarlier,
                                               .ended = *parse_timestamp("2026-12-01T09:30:00Z"),
                                               .properties = R"({"a":"b"})"}});
  REQUIRE(full.ids.at(0));
  CHECK(*full.ids[0] == logged_id(Logged::session, "9", kNow));
  CHECK(good(sessions(start + "}")).sessions.at(0).ended == kNow);
  CHECK(bad(sessions(R"({"unit":"1"})")) == "\"started\" is missing");
  CHECK(bad(sessions(start + R"(,"ended":"2026-12-01T08:59:59Z"})")) ==
        "\"ended\" is before \"started\", want it later");
  CHECK(bad(sessions(start + R"(,"items":-1})")) == "\"items\" is -1, want a whole number from 0 to 1000000000");
  CHECK(bad(sessions(start + R"(,"time":-0.5})")) == "\"time\" is -0.5, want a number from 0 to 1e+15");
}

TEST_CASE("rows: logged, or a problem") {
  TestServer server;
  server.configurations.variants = {{"k", {{1, {"a"}}}}};
  httplib::Client client("127.0.0.1", server.port());
  const auto answer =
      client.Post("/api/v1/events", R"([{"unit":7,"event":"a"},{"unit":8,"event":"a"}])", kJson.c_str());
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->body == "{\"accepted\":2,\"repeated\":0}\n");
  CHECK(server.events().size() == 2);
  CHECK(client.Post("/api/v1/exposures", R"({"unit":7,"experiment":"k","variant":"a"})", kJson.c_str())->status == 200);
  CHECK(server.exposures().size() == 1);
  const std::string session = R"({"unit":7,"started":")" + to_string(FixedClock().now()) + "\"}\n";
  CHECK(client.Post("/api/v1/sessions", session + session, kLines.c_str())->body ==
        "{\"accepted\":2,\"repeated\":0}\n");
  CHECK(server.sessions().size() == 2);
  const auto bad = client.Post("/api/v1/events", R"({"unit":7})", kJson.c_str());
  CHECK(bad->status == 400);
  CHECK(bad->get_header_value("Content-Type") == "application/problem+json");
  CHECK(bad->body ==
        "{\"type\":\"/problems/invalid-rows\",\"title\":\"Bad Request\",\"status\":400,\"detail\":\"\\\"event\\\" "
        "is missing\"}\n");
  CHECK(server.events().size() == 2);
  CHECK(client.Get("/api/v1/events")->get_header_value("Allow") == "POST");
  server.takes_ids = false;
  const auto full = client.Post("/api/v1/events", R"({"unit":7,"event":"a","id":"x"})", kJson.c_str());
  CHECK(full->status == 503);
  CHECK(full->get_header_value("Retry-After") == "60");
  CHECK(full->body.find("/problems/too-many-ids") != std::string::npos);
}

// An event of so many bytes.
std::string body_of(std::size_t bytes) {
  const std::string begin = "{\"unit\":7,\"event\":\"a\"";
  return begin + std::string(bytes - begin.size() - 1, ' ') + "}";
}

TEST_CASE("rows: 16 MiB at most, 64 KB elsewhere") {
  TestServer server;
  constexpr std::size_t kMost = std::size_t{16} * 1024 * 1024;
  httplib::Client client("127.0.0.1", server.port());
  CHECK(client.Post("/api/v1/events", body_of(kMost), kJson.c_str())->status == 200);
  CHECK(client.Post("/api/v1/events?a=b", body_of(100'000), kJson.c_str())->status == 200);
  RawConnection too_long(server.port());
  too_long.send(
      fmt::format("POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", kMost + 1));
  CHECK(too_long.answer().find("request body has 16777217 bytes, want at most 16777216") != std::string::npos);
  RawConnection elsewhere(server.port());
  elsewhere.send("POST /next/7 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\n");
  CHECK(elsewhere.answer().find("request body has 65537 bytes, want at most 65536") != std::string::npos);
  CHECK(server.events().size() == 2);
}

TEST_CASE("rows: few long bodies at a time, and their places come back") {
  TestServer server;
  const std::string head =
      "POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
      "100000\r\n\r\n";
  const std::string chunked =
      "POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: "
      "chunked\r\n\r\n186a0\r\n";
  std::vector<std::unique_ptr<RawConnection>> slow;
  for (int i = 0; i < 4; ++i) {
    slow.push_back(std::make_unique<RawConnection>(server.port()));
    slow.back()->send((i % 2 == 0 ? head : chunked) + "{\"unit\"");
  }
  // Until all four have a place: a fifth is refused.
  std::string answer;
  while (!answer.starts_with("HTTP/1.1 503")) {
    RawConnection fifth(server.port());
    fifth.send(head + body_of(100'000));
    answer = fifth.answer();
    REQUIRE((answer.starts_with("HTTP/1.1 503") || answer.starts_with("HTTP/1.1 200")));
  }
  CHECK(answer.find("4 bodies of more than 65536 bytes are under way, want no more at a time") != std::string::npos);
  CHECK(answer.find("Retry-After: 1") != std::string::npos);
  RawConnection small(server.port());
  small.send(post("/api/v1/events", R"({"unit":7,"event":"a"})"));
  CHECK(small.answer().starts_with("HTTP/1.1 200"));
  slow.at(0)->send(body_of(100'000).substr(7));
  CHECK(slow.at(0)->answer().starts_with("HTTP/1.1 200"));
  slow.at(0)->send(head + body_of(100'000));  // its place is free again
  CHECK(slow.at(0)->answer().starts_with("HTTP/1.1 200"));
  slow.clear();
}

}  // namespace
}  // namespace crossfade::server
