#include "platform/server/api/event_request.h"

#include <httplib.h>

#include <catch2/catch.hpp>

#include "tests/platform/server/test_server.h"

namespace crossfade::server {
namespace {

constexpr Timestamp kNow{5};

std::vector<CustomEvent> good(std::string_view body) {
  const auto parsed = parse_events("application/json", body, kNow);
  if (const auto* bad = std::get_if<BadEvents>(&parsed)) FAIL(bad->message);
  return std::get<std::vector<CustomEvent>>(parsed);
}

std::string bad(std::string_view body, std::string_view type = "application/json") {
  const auto parsed = parse_events(type, body, kNow);
  REQUIRE(std::holds_alternative<BadEvents>(parsed));
  return std::get<BadEvents>(parsed).message;
}

TEST_CASE("event request: one event, or a list of them") {
  CHECK(good(R"({"unit":"ann","event":"purchase","value":9.5})") ==
        std::vector<CustomEvent>{{.unit = {"ann"}, .name = "purchase", .value = 9.5, .at = kNow}});
  CHECK(good(R"({"unit":7,"event":"like"})") ==
        std::vector<CustomEvent>{{.unit = {"7"}, .name = "like", .value = 1, .at = kNow}});
  const auto two = good(R"([{"unit":7,"event":"a","value":-1},{"unit":"8","event":"b"}])");
  REQUIRE(two.size() == 2);
  CHECK(two[0].value == -1);
  CHECK(two[1].unit.value == "8");
}

TEST_CASE("event request: what is wrong is named, and where") {
  CHECK(bad("{}", "text/plain") == "Content-Type is text/plain, want application/json");
  CHECK(bad("{") == "request body is not JSON");
  CHECK(bad("") == "request body is not JSON");
  CHECK(bad(R"({"unit":"1","event":"a"})" + std::string(1, '\0')) == "request body has a NUL byte, want JSON");
  CHECK(bad("7") == "an event is number, want an object");
  CHECK(bad(R"({"event":"a"})") == "\"unit\" is missing");
  CHECK(bad(R"({"unit":1.5,"event":"a"})") == "\"unit\" is number, want a text or a whole number");
  CHECK(bad(R"({"unit":"","event":"a"})") == "\"unit\" is empty");
  CHECK(bad(R"({"unit":"1","event":7})") == "\"event\" is number, want a text");
  CHECK(bad(R"({"unit":"1","event":"a\nb"})") == "\"event\" has a control character");
  CHECK(bad(R"({"unit":"1","event":"a","value":"9"})") == "\"value\" is string, want a number");
  CHECK(bad(R"({"unit":"1","event":"a","value":-1.7e308})") == "\"value\" is -1.7e+308, want a number within 1e+15");
  CHECK(bad(R"({"unit":"1","event":"a","value":1e999})") == "request body is not JSON");
  CHECK(bad(R"({"unit":"1","event":"a","valeu":1})") == "\"valeu\" is unknown, want unit, event or value");
  CHECK(bad(R"([{"unit":"1","event":"a"},{"unit":"1"}])") == "[1]: \"event\" is missing");
  CHECK(bad("[]") == "the list has 0 events, want 1 to 500");
  CHECK(bad(R"({"unit":")" + std::string(201, 'x') + R"(","event":"a"})") ==
        "\"unit\" has 201 bytes, want at most 200");
  CHECK(bad(std::string(100'000, '[')) == "request body is not JSON");
}

TEST_CASE("events: logged, or a problem") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  const auto answer =
      client.Post("/api/v1/events", R"([{"unit":7,"event":"a"},{"unit":8,"event":"a"}])", "application/json");
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->body == "{\"logged\":2}\n");
  CHECK(server.events().size() == 2);
  const auto bad = client.Post("/api/v1/events", R"({"unit":7})", "application/json");
  CHECK(bad->status == 400);
  CHECK(bad->get_header_value("Content-Type") == "application/problem+json");
  CHECK(bad->body.find("is missing") != std::string::npos);
  CHECK(server.events().size() == 2);
  CHECK(client.Get("/api/v1/events")->get_header_value("Allow") == "POST");
}

}  // namespace
}  // namespace crossfade::server
