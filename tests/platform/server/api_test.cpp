#include <httplib.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "platform/analysis/render.h"
#include "tests/platform/server/test_server.h"

namespace crossfade::server {
namespace {

analysis::Report report() {
  analysis::Report report;
  report.experiment = "sticky vs random";
  report.status = "running";
  report.owner = "recommendations";
  report.hypothesis = "Staying \xff helps.";
  report.control = "random";
  report.data_through = Timestamp{1'767'571'200'000};
  report.units = {{"random", 10}, {"sticky", 12}};
  report.srm.mismatch = true;
  report.decision.verdict = analysis::Verdict::inconclusive;
  report.decision.reasons = {"the interval holds 0"};
  report.decision.summary = "No difference seen.";
  return report;
}

TEST_CASE("api: the list is made of the reports") {
  TestServer server;
  server.reports = {report()};
  httplib::Client client("127.0.0.1", server.port());
  const auto answer = client.Get("/api/v1/experiments");
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->get_header_value("Content-Type") == "application/json");
  CHECK(answer->get_header_value("Cache-Control") == "no-store");
  CHECK(answer->body ==
        "{\"experiments\":[{\"experiment\":\"sticky vs random\",\"status\":\"running\",\"owner\":\"recommendations\","
        "\"hypothesis\":\"Staying \xef\xbf\xbd "
        "helps.\",\"first_exposure\":null,\"data_through\":\"2026-01-05T00:00:00.000Z\","
        "\"units\":{\"random\":10,\"sticky\":12},\"srm_mismatch\":true,"
        "\"decision\":{\"verdict\":\"INCONCLUSIVE\",\"summary\":\"No difference seen.\",\"reasons\":[\"the interval "
        "holds 0\"]}}]}\n");
}

TEST_CASE("api: no experiments are an empty list") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  CHECK(client.Get("/api/v1/experiments")->body == "{\"experiments\":[]}\n");
}

TEST_CASE("api: results are what analyze prints") {
  TestServer server;
  server.reports = {report()};
  httplib::Client client("127.0.0.1", server.port());
  const auto answer = client.Get("/api/v1/experiments/sticky%20vs%20random/results");
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->body == analysis::render_json(report()));
  client.set_decompress(false);
  const auto packed =
      client.Get("/api/v1/experiments/sticky%20vs%20random/results", {{"Accept-Encoding", "gzip, deflate, br"}});
  CHECK(packed->get_header_value("Content-Encoding") == "gzip");
}

TEST_CASE("api: errors are problems of RFC 9457") {
  TestServer server;
  server.reports = {report()};
  httplib::Client client("127.0.0.1", server.port());
  const auto near = client.Get("/api/v1/experiments/sticky-vs-random/results");
  CHECK(near->status == 404);
  CHECK(near->get_header_value("Content-Type") == "application/problem+json");
  CHECK(near->body ==
        "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
        "\"detail\":\"no experiment sticky-vs-random; do you mean sticky vs random?\"}\n");
  const auto unknown = client.Get("/api/v2");
  CHECK(unknown->status == 404);
  CHECK(unknown->get_header_value("Content-Type") == "application/problem+json");
  const auto method = client.Post("/api/v1/experiments", "{}", "application/json");
  CHECK(method->status == 405);
  CHECK(method->get_header_value("Allow") == "GET, HEAD");
  CHECK(nlohmann::json::parse(method->body)["title"] == "Method Not Allowed");
}

}  // namespace
}  // namespace crossfade::server
