// A unit's history over HTTP.
#include <httplib.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/platform/server/test_server.h"

namespace crossfade::server {
namespace {

using nlohmann::json;

Playback playback(std::int32_t position, std::uint32_t track, std::int64_t at_ms) {
  return {.unit = {"7"},
          .session = {12},
          .position = position,
          .track = {track},
          .fraction = 0.25,
          .recommended = {},
          .latency_ms = {},
          .at = {at_ms}};
}

UnitHistory history() {
  UnitHistory history;
  history.exposures = {
      {.unit = {"7"}, .experiment = "aa", .version = 2, .variant = "control", .first_seen = {0}, .last_seen = {}}};
  history.sessions_total = 25;
  SessionHistory& session = history.sessions.emplace_back();
  session.id = {12};
  session.tracks = 2;
  session.time = 0.5;
  session.started = {1000};
  session.ended = Timestamp{2000};
  session.end = SessionEnd::timeout;
  session.playbacks_total = 1200;
  session.playbacks = {playback(0, 1, 1000), playback(1, 99, 2000)};
  session.playbacks[0].recommended = Recommended{.track = {2}, .recommender = "random", .propensity = 0.5};
  session.playbacks[0].latency_ms = 0.75;
  session.playbacks[1].recommended = Recommended{.track = {0}, .recommender = "", .propensity = 0};
  history.events_total = 3;
  history.events = {{.unit = {"7"}, .name = "purchase", .value = 9.5, .at = {3000}}};
  return history;
}

TEST_CASE("units: assignments, exposures, sessions playback by playback, events") {
  TestServer server;
  server.history = history();
  server.assignments = {{"aa", Status::running, "control"}, {"later", Status::draft, std::nullopt}};
  httplib::Client client("127.0.0.1", server.port());
  const auto answer = client.Get("/api/v1/units/7");
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->get_header_value("Content-Type") == "application/json");
  // Track 0's title is not UTF-8; track 99 is in no catalogue.
  CHECK(json::parse(answer->body) == json::parse(R"({
    "unit": "7",
    "assignments": [{"experiment": "aa", "status": "running", "variant": "control"},
                    {"experiment": "later", "status": "draft", "variant": null}],
    "exposures": [{"experiment": "aa", "version": 2, "variant": "control", "first_seen": "1970-01-01T00:00:00.000Z",
                   "last_seen": null}],
    "sessions_total": 25,
    "sessions": [{"session": 12, "started": "1970-01-01T00:00:01.000Z", "ended": "1970-01-01T00:00:02.000Z",
      "end": "timeout", "tracks": 2, "time": 0.5, "playbacks_total": 1200, "playbacks": [
        {"position": 0, "at": "1970-01-01T00:00:01.000Z", "track": 1, "artist": "Bob", "title": "Say \"hi\"",
         "fraction": 0.25, "latency_ms": 0.75,
         "recommended": {"track": 2, "artist": "Ann", "title": "Two", "recommender": "random", "propensity": 0.5}},
        {"position": 1, "at": "1970-01-01T00:00:02.000Z", "track": 99, "artist": null, "title": null,
         "fraction": 0.25, "latency_ms": null,
         "recommended": {"track": 0, "artist": "Ann", "title": "caf�", "recommender": null, "propensity": null}}]}],
    "events_total": 3,
    "events": [{"name": "purchase", "value": 9.5, "at": "1970-01-01T00:00:03.000Z"}]})"));
}

TEST_CASE("units: one that nobody has seen is an empty one, also under a name that is no number") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  const auto answer = client.Get("/api/v1/units/a%2Fb%20c");
  CHECK(answer->status == 200);
  CHECK(answer->body ==
        "{\"unit\":\"a/b c\",\"assignments\":[],\"exposures\":[],\"sessions_total\":0,\"sessions\":[],"
        "\"events_total\":0,\"events\":[]}\n");
  CHECK(server.asked_units.at(0) == std::pair<std::string, std::size_t>{"a/b c", 50});
}

TEST_CASE("units: an open session has no end") {
  TestServer server;
  server.history = history();
  server.history.sessions[0].ended.reset();
  server.history.sessions[0].end.reset();
  httplib::Client client("127.0.0.1", server.port());
  const json session = json::parse(client.Get("/api/v1/units/7")->body)["sessions"][0];
  CHECK(session["ended"].is_null());
  CHECK(session["end"].is_null());
}

TEST_CASE("units: how many sessions are wanted is a query, and nothing else is") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  CHECK(client.Get("/api/v1/units/7?sessions=500")->status == 200);
  CHECK(server.asked_units.at(0) == std::pair<std::string, std::size_t>{"7", 500});
  for (const auto& [query, detail] : {std::pair{"sessions=0", "sessions is 0, want a whole number from 1 to 500"},
                                      {"sessions=501", "sessions is 501, want a whole number from 1 to 500"},
                                      {"sessions=-1", "sessions is -1, want a whole number from 1 to 500"},
                                      {"sessions=3x", "sessions is 3x, want a whole number from 1 to 500"},
                                      {"sessions=1&sessions=2", "sessions is given twice"},
                                      {"by=day", "the query has by, want sessions"}}) {
    const auto bad = client.Get(("/api/v1/units/7?" + std::string(query)).c_str());
    CHECK(bad->status == 400);
    CHECK(json::parse(bad->body)["detail"] == detail);
  }
  CHECK(client.Post("/api/v1/units/7", "{}", "application/json")->status == 405);
}

TEST_CASE("units: what has not changed is not read again, and not sent again") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  const std::string etag = client.Get("/api/v1/units/7")->get_header_value("ETag");
  CHECK(client.Get("/api/v1/units/7", {{"If-None-Match", etag}})->status == 304);
  CHECK(server.asked_units.size() == 1);
  server.history = history();
  ++server.revision;
  CHECK(client.Get("/api/v1/units/7", {{"If-None-Match", etag}})->status == 200);
  CHECK(server.asked_units.size() == 2);
}

}  // namespace
}  // namespace crossfade::server
