#include "platform/server/api/assignments/assignment_request.h"

#include <httplib.h>

#include <catch2/catch.hpp>
#include <string>

#include "platform/core/json_text.h"
#include "tests/platform/server/test_server.h"

namespace crossfade::server {
namespace {

AssignmentRequests good(std::string_view body) {
  const auto parsed = parse_assignments("application/json", body);
  if (const auto* bad = std::get_if<BadAssignments>(&parsed)) FAIL(bad->message);
  return std::get<AssignmentRequests>(parsed);
}

std::string bad(std::string_view body, std::string_view type = "application/json") {
  const auto parsed = parse_assignments(type, body);
  REQUIRE(std::holds_alternative<BadAssignments>(parsed));
  return std::get<BadAssignments>(parsed).message;
}

std::string many_units(std::size_t count) {
  std::string body = R"({"units":[)";
  for (std::size_t i = 0; i < count; ++i) body += (i == 0 ? "" : ",") + (R"({"unit":)" + std::to_string(i) + "}");
  return body + "]}";
}

TEST_CASE("assignment request: one unit, or many") {
  const AssignmentRequests one =
      good(R"({"unit":"9f1c","attributes":{"country":"SE"},"experiments":["k"],"expose":true})");
  CHECK_FALSE(one.many);
  REQUIRE(one.requests.size() == 1);
  CHECK(one.requests[0].unit.value == "9f1c");
  CHECK(one.requests[0].id == JsonValue{"9f1c"});
  CHECK(one.requests[0].attributes == parse_json(R"({"country":"SE"})"));
  CHECK(one.requests[0].experiments == std::vector<std::string>{"k"});
  CHECK(one.requests[0].expose);
  const AssignmentRequests least = good(R"({"unit":9007199254740993})");
  CHECK(least.requests[0].unit.value == "9007199254740993");
  CHECK(least.requests[0].attributes == JsonValue{});
  CHECK_FALSE(least.requests[0].expose);
  const AssignmentRequests two = good(R"({"units":[{"unit":1},{"unit":"2","expose":true}]})");
  CHECK(two.many);
  CHECK(two.requests.size() == 2);
  CHECK(good(many_units(kMostAssignments)).requests.size() == kMostAssignments);
}

TEST_CASE("assignment request: what is wrong is named, and where") {
  CHECK(bad("{}", "text/plain") == "Content-Type is text/plain, want application/json");
  CHECK(bad("{") == "request body is not JSON");
  CHECK(bad("[]") == "array, want an object");
  CHECK(bad("{}") == "\"unit\" is missing");
  CHECK(bad(R"({"unit":1.5})") == "\"unit\" is number, want a text or a whole number");
  CHECK(bad(R"({"unit":""})") == "\"unit\" is empty");
  CHECK(bad(R"({"unit":"a\u0000b"})") == "\"unit\" has a control character");
  CHECK(bad(R"({"unit":")" + std::string(201, 'u') + "\"}") == "\"unit\" has 201 bytes, want at most 200");
  CHECK(bad(R"({"unit":1,"attributes":[]})") == "\"attributes\" is array, want an object");
  CHECK(bad(R"({"unit":1,"attributes":{"a":")" + std::string(20000, 'a') + "\"}}") ==
        "\"attributes\" has 20008 bytes, want at most 16384");
  CHECK(bad(R"({"unit":1,"experiments":"k"})") == "\"experiments\" is string, want a list of keys");
  CHECK(bad(R"({"unit":1,"experiments":[]})") ==
        "\"experiments\" has 0 keys, want 1 to 1000, or none of it for all that run");
  CHECK(bad(R"({"unit":1,"experiments":["k","k"]})") == "\"experiments\" has \"k\" twice");
  CHECK(bad(R"({"unit":1,"experiments":[1]})") == "\"experiments\" has number, want keys");
  CHECK(bad(R"({"unit":1,"expose":1})") == "\"expose\" is number, want true or false");
  CHECK(bad(R"({"unit":1,"exposed":true})") == "\"exposed\" is unknown, want unit, attributes, experiments or expose");
  CHECK(bad(R"({"units":[{"unit":1},{"unit":2,"x":1}]})") ==
        "units[1]: \"x\" is unknown, want unit, attributes, experiments or expose");
  CHECK(bad(R"({"units":[],"unit":1})") ==
        "\"units\" stands beside others, want it alone: each of its objects has its own");
  CHECK(bad(R"({"units":[]})") == "\"units\" has 0 objects, want 1 to 1000");
  CHECK(bad(many_units(kMostAssignments + 1)) == "\"units\" has 1001 objects, want 1 to 1000");
  std::string deep = "0";
  for (int i = 0; i < 17; ++i) deep = "[" + deep + "]";
  CHECK(bad(R"({"unit":1,"attributes":{"a":)" + deep + "}}") ==
        "\"attributes\" has more than 16 levels, or an object of more than 1000 members");
  for (int i = 0; i < 10; ++i) deep = "[" + deep + "]";
  CHECK(bad(R"({"unit":1,"attributes":{"a":)" + deep + "}}") == "request body is nested deeper than 19 levels");
}

TEST_CASE("assignments: the answer has the form of the request") {
  TestServer server;
  httplib::Client client(server.url());
  const auto post = [&](const char* body) { return client.Post("/api/v1/assignments", body, "application/json"); };
  const auto one = post(R"({"unit":"9f1c"})");
  REQUIRE(one);
  CHECK(one->status == 200);
  CHECK(one->body == "{\"unit\":\"9f1c\",\"parameters\":{},\"experiments\":{}}\n");
  CHECK(server.assigned().size() == 1);
  const auto many = post(R"({"units":[{"unit":"9f1c"},{"unit":7}]})");
  REQUIRE(many);
  CHECK(many->body ==
        "{\"assignments\":[{\"unit\":\"9f1c\",\"parameters\":{},\"experiments\":{}},"
        "{\"unit\":\"7\",\"parameters\":{},\"experiments\":{}}]}\n");
  CHECK(server.assigned().size() == 2);
  const auto wrong = post(R"({"unit":true})");
  REQUIRE(wrong);
  CHECK(wrong->status == 400);
  CHECK(wrong->get_header_value("Content-Type") == "application/problem+json");
}

}  // namespace
}  // namespace crossfade::server
