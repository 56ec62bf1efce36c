// The lab's interface, on a lab that simulates nothing.
#include <httplib.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/core/error.h"
#include "tests/platform/server/test_server.h"

namespace crossfade::server {
namespace {

using nlohmann::json;

// Runs nothing; what it was asked is read while no request is under way.
struct FakeLab {
  LabState now{.listeners = 100, .experiments = {"aa", "later"}, .simulation = std::nullopt};
  std::vector<LabRequest> asked;
  int cancelled = 0;
  bool busy = false;

  LabActions callbacks() {
    return {.state = [this] { return now; },
            .start =
                [this](const LabRequest& request) {
                  if (busy) return false;
                  if (request.seed == 13) throw Error::user("experiment is \"aa\", which is gone");
                  asked.push_back(request);
                  return true;
                },
            .cancel = [this] { ++cancelled; }};
  }
};

std::string detail_of(const httplib::Result& answer) {
  return json::parse(answer->body)["detail"];
}

constexpr const char* kSimulation = "/api/v1/lab/simulation";

TEST_CASE("lab: a server of listeners has none") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  const auto answer = client.Get("/api/v1/lab");
  CHECK(answer->status == 200);
  CHECK(answer->body == "{\"enabled\":false}\n");
  CHECK(answer->get_header_value("Cache-Control") == "no-store");
  for (const auto& refused :
       {client.Post(kSimulation, R"({"experiment":"aa"})", "application/json"), client.Delete(kSimulation)}) {
    CHECK(refused->status == 404);
    CHECK(refused->get_header_value("Content-Type") == "application/problem+json");
    CHECK(json::parse(refused->body)["detail"] ==
          "this server is no lab: it serves listeners (see crossfade serve --lab)");
  }
}

TEST_CASE("lab: what may be simulated, and the latest simulation") {
  FakeLab lab;
  TestServer server({}, lab.callbacks());
  httplib::Client client("127.0.0.1", server.port());
  CHECK(client.Get("/api/v1/lab")->body ==
        "{\"enabled\":true,\"listeners\":100,\"experiments\":[\"aa\",\"later\"],\"simulation\":null}\n");
  lab.now.simulation = LabSimulation{
      .id = 3,
      .state = LabSimulation::State::cancelled,
      .experiment = "aa",
      .listeners = 10,
      .sessions = 20,
      .days = 2,
      .seed = 1,
      .start = {86'400'000},
      .complete = 5,
      .error = "",
      .summary = LabSummary{
          .sessions = 5, .tracks = 40, .mean_time = 3.5, .mean_time_error = 0.25, .mean_tracks = 8, .seconds = 0.5}};
  CHECK(json::parse(client.Get("/api/v1/lab")->body)["simulation"] ==
        json::parse(R"({"id": 3, "state": "cancelled", "experiment": "aa", "listeners": 10, "sessions": 20, "days": 2,
          "seed": 1, "start": "1970-01-02T00:00:00.000Z", "complete": 5, "summary": {"sessions": 5, "tracks": 40,
          "mean_time": 3.5, "mean_time_error": 0.25, "mean_tracks": 8.0, "seconds": 0.5}})"));
  lab.now.simulation->state = LabSimulation::State::failed;
  lab.now.simulation->error = "disk full";
  lab.now.simulation->summary.reset();
  const json failed = json::parse(client.Get("/api/v1/lab")->body)["simulation"];
  CHECK(failed["state"] == "failed");
  CHECK(failed["error"] == "disk full");
  CHECK(failed["summary"].is_null());
}

TEST_CASE("lab: a simulation is started with what is asked for, the rest as usual") {
  FakeLab lab;
  TestServer server({}, lab.callbacks());
  httplib::Client client("127.0.0.1", server.port());
  const auto started = client.Post(kSimulation, R"({"experiment":"later"})", "application/json");
  CHECK(started->status == 202);
  CHECK(started->body == client.Get("/api/v1/lab")->body);
  CHECK(client
            .Post(kSimulation, R"({"experiment":"aa","listeners":7,"sessions":10000000,"days":3650,"seed":0})",
                  "application/json")
            ->status == 202);
  CHECK(lab.asked ==
        std::vector<LabRequest>{{.experiment = "later", .listeners = std::nullopt},
                                {.experiment = "aa", .listeners = 7, .sessions = 10'000'000, .days = 3650, .seed = 0}});
}

TEST_CASE("lab: one simulation at a time, and its end") {
  FakeLab lab;
  lab.busy = true;
  TestServer server({}, lab.callbacks());
  httplib::Client client("127.0.0.1", server.port());
  const auto second = client.Post(kSimulation, R"({"experiment":"aa"})", "application/json");
  CHECK(second->status == 409);
  CHECK(json::parse(second->body) == json::parse(R"({"type": "/problems/conflict", "title": "Conflict", "status": 409,
    "detail": "a simulation runs, want its end or a DELETE first"})"));
  const auto cancelled = client.Delete(kSimulation);
  CHECK(cancelled->status == 200);
  CHECK(cancelled->body == client.Get("/api/v1/lab")->body);
  CHECK(lab.cancelled == 1);
}

TEST_CASE("lab: a bad field is named with the rule, and starts nothing") {
  FakeLab lab;
  TestServer server({}, lab.callbacks());
  httplib::Client client("127.0.0.1", server.port());
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "request body is no JSON object of numbers and a text"},
      {"[]", "request body is no JSON object of numbers and a text"},
      {R"({"experiment":["aa"]})", "request body is no JSON object of numbers and a text"},
      {"{}", "experiment is missing"},
      {R"({"experiment":"a"})", "experiment is \"a\", want one of aa, later"},
      {R"({"experiment":7})", "experiment is 7, want one of aa, later"},
      {R"({"experiment":"aa","listeners":0})", "listeners is 0, want a whole number from 1 to 100"},
      {R"({"experiment":"aa","listeners":101})", "listeners is 101, want a whole number from 1 to 100"},
      {R"({"experiment":"aa","sessions":10000001})", "sessions is 10000001, want a whole number from 1 to 10000000"},
      {R"({"experiment":"aa","sessions":"9"})", "sessions is \"9\", want a whole number from 1 to 10000000"},
      {R"({"experiment":"aa","days":1.5})", "days is 1.5, want a whole number from 1 to 3650"},
      {R"({"experiment":"aa","seed":-1})", "seed is -1, want a whole number from 0 to 9007199254740991"},
      {R"({"experiment":"aa","seed":18446744073709551615})",
       "seed is 18446744073709551615, want a whole number from 0 to 9007199254740991"},
      {R"({"experiment":"aa","session":9})", "session is unknown, want days, experiment, listeners, seed, sessions"},
      {R"({"experiment":"aa","seed":13})", "experiment is \"aa\", which is gone"}};
  for (const auto& [body, detail] : cases) {
    INFO(body);
    const auto refused = client.Post(kSimulation, body, "application/json");
    CHECK(refused->status == 400);
    CHECK(detail_of(refused) == detail);
  }
  CHECK(client.Post(kSimulation, R"({"experiment":"aa"})", "text/plain")->status == 400);
  CHECK(lab.asked.empty());
}

TEST_CASE("lab: other methods are refused with those that there are") {
  FakeLab lab;
  TestServer server({}, lab.callbacks());
  httplib::Client client("127.0.0.1", server.port());
  const auto got = client.Get(kSimulation);
  CHECK(got->status == 405);
  CHECK(got->get_header_value("Allow") == "DELETE, POST");
  const auto posted = client.Post("/api/v1/lab", "{}", "application/json");
  CHECK(posted->status == 405);
  CHECK(posted->get_header_value("Allow") == "GET, HEAD");
}

TEST_CASE("lab: listeners are refused, and nothing of theirs is logged") {
  FakeLab lab;
  TestServer server({}, lab.callbacks());
  httplib::Client client("127.0.0.1", server.port());
  const std::string why = "this server is a lab: it serves no listeners, and logs nobody's events";
  for (const char* path : {"/next/7", "/last/7"}) {
    const auto refused = client.Post(path, R"({"track":1,"time":0.5})", "application/json");
    CHECK(refused->status == 409);
    CHECK(refused->body == "{\"message\":\"" + why + "\"}\n");
  }
  const auto refused = client.Post("/api/v1/events", R"({"unit":"7","event":"purchase"})", "application/json");
  CHECK(refused->status == 409);
  CHECK(detail_of(refused) == why);
  CHECK(server.logged().empty());
  CHECK(server.events().empty());
  CHECK(client.Get("/track/1")->status == 200);
  CHECK(client.Get("/next/7")->status == 405);
}

}  // namespace
}  // namespace crossfade::server
