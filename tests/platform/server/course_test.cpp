#include <httplib.h>

#include <catch2/catch.hpp>
#include <stdexcept>

#include "platform/core/error.h"
#include "tests/platform/server/test_server.h"

namespace crossfade::server {
namespace {

constexpr const char* kJson = "application/json";
const httplib::Headers kNone;

TEST_CASE("server: GET / is alive for a program and leads a browser to the page") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  const auto alive = client.Get("/");
  REQUIRE(alive);
  CHECK(alive->status == 200);
  CHECK(alive->get_header_value("Content-Type") == kJson);
  CHECK(alive->body == "{\"status\":\"alive\",\"message\":\"Crossfade recommends tracks; see /report\"}\n");
  const auto browser = client.Get("/", httplib::Headers{{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}});
  REQUIRE(browser);
  CHECK(browser->status == 302);
  CHECK(browser->get_header_value("Location") == "/report");
}

TEST_CASE("server: GET /track/N shows a track, also one whose title is not UTF-8") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  CHECK(client.Get("/track/0")->body ==
        "{\"track\":0,\"artist\":\"Ann\",\"title\":\"caf\xef\xbf\xbd\",\"recommendations\":[2,1]}\n");
  CHECK(client.Get("/track/001")->body ==
        "{\"track\":1,\"artist\":\"Bob\",\"title\":\"Say \\\"hi\\\"\",\"recommendations\":[]}\n");
  for (const char* path : {"/track/3", "/track/18446744073709551616"}) {
    const auto missing = client.Get(path);
    CHECK(missing->status == 404);
    CHECK(missing->body == "{\"message\":\"Track not found\"}\n");
  }
}

TEST_CASE("server: POST /next and /last log the playback and answer") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  const auto next = client.Post("/next/7", R"({"track":10,"time":0.3})", kJson);
  REQUIRE(next);
  CHECK(next->status == 200);
  CHECK(next->get_header_value("Content-Type") == kJson);
  CHECK(next->body == "{\"user\":7,\"track\":11}\n");
  CHECK(client.Post("/last/7", R"({"track":11,"time":"1"})", kJson)->body == "{\"user\":7}\n");
  CHECK(server.logged() == std::vector<TestServer::Logged>{{"7", 10, 0.3, false}, {"7", 11, 1, true}});
}

TEST_CASE("server: users are whole numbers of 64 bits, and 007 is 7") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  const std::string body = R"({"track":1,"time":1})";
  CHECK(client.Post("/next/18446744073709551615", body, kJson)->body ==
        "{\"user\":18446744073709551615,\"track\":2}\n");
  CHECK(client.Post("/next/007", body, kJson)->body == "{\"user\":7,\"track\":2}\n");
  const auto large = client.Post("/next/18446744073709551616", body, kJson);
  CHECK(large->status == 400);
  CHECK(large->body ==
        "{\"message\":\"user is 18446744073709551616, want a whole number from 0 to 18446744073709551615\"}\n");
  CHECK(client.Post("/next/-1", body, kJson)->status == 404);
  const auto logged = server.logged();
  REQUIRE(logged.size() == 2);
  CHECK(logged[0].unit == "18446744073709551615");
  CHECK(logged[1].unit == "7");
}

TEST_CASE("server: a bad request says why, and nothing is logged") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  const auto missing = client.Post("/next/7", R"({"track":10})", kJson);
  CHECK(missing->status == 400);
  CHECK(missing->body == "{\"message\":{\"time\":\"Missing required parameter in the JSON body\"}}\n");
  const auto outside = client.Post("/last/7", R"({"track":10,"time":1.01})", kJson);
  CHECK(outside->status == 400);
  CHECK(outside->body == "{\"message\":{\"time\":\"1.01 is no fraction of a track, want a number from 0 to 1\"}}\n");
  CHECK(client.Post("/next/7", "{", kJson)->body == "{\"message\":\"request body is not JSON\"}\n");
  CHECK(client.Post("/next/7", R"({"track":10,"time":0.3})", "text/plain")->body ==
        "{\"message\":\"Content-Type is text/plain, want application/json\"}\n");
  CHECK(client.Post("/next/7")->status == 400);
  CHECK(server.logged().empty());
}

TEST_CASE("server: bytes that are not UTF-8 in a refused value do not break the answer") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  const auto answer = client.Post("/next/7", std::string(R"({"track":1,"time":0.5})"), "text/\xff");
  CHECK(answer->status == 400);
  CHECK(answer->body == "{\"message\":\"Content-Type is text/\xef\xbf\xbd, want application/json\"}\n");
}

TEST_CASE("server: wrong methods and unknown paths") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  const auto get = client.Get("/next/7");
  CHECK(get->status == 405);
  CHECK(get->get_header_value("Allow") == "POST");
  CHECK(get->body == "{\"message\":\"method is GET, want POST\"}\n");
  const auto put = client.Put("/", "x", "text/plain");
  CHECK(put->status == 405);
  CHECK(put->get_header_value("Allow") == "GET, HEAD");
  CHECK(client.Options("/next/7")->status == 405);
  CHECK(client.Delete("/track/1")->status == 405);
  const auto unknown = client.Get("/nowhere");
  CHECK(unknown->status == 404);
  CHECK(unknown->body == "{\"message\":\"Not found\"}\n");
  CHECK(client.Post("/nowhere", "{}", kJson)->status == 404);
  CHECK(client.Head("/")->status == 200);
}

TEST_CASE("server: what cannot be logged is a 503 that says when to come again") {
  TestServer server;
  bool broken = true;
  server.before = [&](const service::Event&) {
    if (broken) throw Error::internal("/secret/crossfade.db: disk full");
  };
  httplib::Client client("127.0.0.1", server.port());
  const std::string body = R"({"track":1,"time":1})";
  const auto failed = client.Post("/next/7", body, kJson);
  CHECK(failed->status == 503);
  CHECK(failed->get_header_value("Retry-After") == "1");
  CHECK(failed->body == "{\"message\":\"cannot be logged now\"}\n");  // no path of the machine
  CHECK(server.log() == std::vector<std::string>{"POST /next/7: /secret/crossfade.db: disk full"});
  broken = false;
  CHECK(client.Post("/next/7", body, kJson)->status == 200);
}

TEST_CASE("server: what is refused for now is a 503, and no line of the log each time") {
  TestServer server;
  server.before = [](const service::Event&) { throw Error::unavailable("/secret/crossfade.db: database is locked"); };
  httplib::Client client("127.0.0.1", server.port());
  const auto refused = client.Post("/next/7", R"({"track":1,"time":1})", kJson);
  CHECK(refused->status == 503);
  CHECK(refused->get_header_value("Retry-After") == "1");
  CHECK(refused->body == "{\"message\":\"cannot be logged now\"}\n");
  CHECK(server.log().empty());
}

// Readiness used to follow the latest request: without one it stayed as it was, and a balancer that had taken the
// server out of its rotation sent none.
TEST_CASE("server: readiness says whether something could be logged, without anybody logging") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  CHECK(client.Get("/readyz")->status == 200);
  server.can_log = false;
  const auto not_ready = client.Get("/readyz");
  CHECK(not_ready->status == 503);
  CHECK(not_ready->body == "{\"status\":\"cannot log\"}\n");
  CHECK(client.Get("/healthz")->status == 200);
  server.can_log = true;
  CHECK(client.Get("/readyz")->status == 200);
}

TEST_CASE("server: other exceptions are a 500, and the user's fault a 400") {
  TestServer server;
  server.before = [](const service::Event& event) {
    if (event.unit.value == "1") throw std::runtime_error("unexpected");
    throw Error::user("no such thing");
  };
  httplib::Client client("127.0.0.1", server.port());
  const std::string body = R"({"track":1,"time":1})";
  CHECK(client.Post("/next/1", body, kJson)->status == 500);
  CHECK(client.Post("/next/1", body, kJson)->body == "{\"message\":\"internal error\"}\n");
  CHECK(client.Post("/next/2", body, kJson)->status == 400);
  CHECK(client.Post("/next/2", body, kJson)->body == "{\"message\":\"no such thing\"}\n");
}

}  // namespace
}  // namespace crossfade::server
