#include <httplib.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "platform/analysis/render/render.h"
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
  auto& metric = report.metrics.emplace_back();
  metric.metric = "time";
  metric.role = analysis::Role::primary;
  auto& comparison = metric.comparisons.emplace_back();
  comparison.variant = "sticky";
  comparison.lift = 0.25;
  comparison.lift_interval = analysis::Interval{.lower = 0.125, .upper = 0.375};
  comparison.significant = true;
  comparison.always_valid.emplace().lift_interval = analysis::Interval{.lower = -0.5, .upper = 1};
  comparison.deciding = {.effect = std::nullopt,
                         .lift = 0.25,
                         .by = analysis::DecidingInterval::always_valid,
                         .lift_interval = analysis::Interval{.lower = -0.5, .upper = 1},
                         .label = "always-valid"};
  metric.variants.emplace_back().variant = "random";
  metric.variants.emplace_back().variant = "sticky";
  report.decision.verdict = analysis::Verdict::inconclusive;
  report.decision.reasons = {"the interval holds 0"};
  report.decision.summary = "No difference seen.";
  return report;
}

TEST_CASE("api: a look is recorded by the page's own POST, never by a GET") {
  // A GET recorded one, which any site's page could make a browser send: six spent most of an experiment's alpha.
  TestServer server;
  server.reports = {report()};
  httplib::Client client("127.0.0.1", server.port());
  const std::string address = "/api/v1/experiments/sticky%20vs%20random/";
  CHECK(client.Get(address + "results")->status == 200);
  CHECK(server.looks().empty());
  const auto post = [&](const httplib::Headers& headers) {
    return client.Post(address + "looks", headers, "", "text/plain")->status;
  };
  CHECK(post({{"Origin", "http://evil.example"}}) == 403);
  CHECK(post({{"Sec-Fetch-Site", "cross-site"}}) == 403);
  CHECK(server.looks().empty());
  CHECK(post({{"Origin", server.url()}, {"Sec-Fetch-Site", "same-origin"}}) == 204);
  CHECK(post({}) == 204);
  CHECK(server.looks() == std::vector<std::string>{"sticky vs random", "sticky vs random"});
}

TEST_CASE("api: the list is made of the reports") {
  TestServer server;
  server.reports = {report()};
  httplib::Client client("127.0.0.1", server.port());
  const auto answer = client.Get("/api/v1/experiments");
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->get_header_value("Content-Type") == "application/json");
  CHECK(answer->get_header_value("Cache-Control") == "no-cache");
  CHECK_FALSE(server.asked.at(0).interactions);  // every pair of experiments, for nothing
  CHECK(server.asked.at(0).deciding_only);
  const auto json = nlohmann::json::parse(answer->body)["experiments"].at(0);
  CHECK(json["experiment"] == "sticky vs random");
  CHECK(json["hypothesis"] == "Staying \xef\xbf\xbd helps.");
  CHECK(json["first_exposure"].is_null());
  CHECK(json["data_through"] == "2026-01-05T00:00:00.000Z");
  CHECK(json["units"] == nlohmann::json{{"random", 10}, {"sticky", 12}});
  CHECK(json["srm_mismatch"] == true);
  CHECK(json["plan"].is_null());
  CHECK(json["primary"]["metric"] == "time");
  // The numbers that decide stand beside those of a single look.
  CHECK(json["primary"]["comparisons"] ==
        nlohmann::json::parse(R"([{"variant":"sticky","lift":0.25,"lift_interval":[0.125,0.375],"significant":true,
                                   "deciding":{"by":"always_valid","label":"always-valid","effect":null,"interval":null,
                                               "lift":0.25,"lift_interval":[-0.5,1.0],"significant":false}}])"));
  CHECK(json["decision"]["verdict"] == "INCONCLUSIVE");
  CHECK(json["decision"]["reasons"] == nlohmann::json{"the interval holds 0"});
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

TEST_CASE("api: a query is analyze's flags, and gives a file where that is asked for") {
  TestServer server;
  server.reports = {report()};
  httplib::Client client("127.0.0.1", server.port());
  const std::string results = "/api/v1/experiments/sticky%20vs%20random/results";
  CHECK(client.Get((results + "?confidence_level=0.9&by=weekday&by=hour&cuped=false&at=2026-01-04").c_str())->status ==
        200);
  REQUIRE(server.asked.size() == 1);
  CHECK(*server.asked[0].confidence_level == 0.9);
  CHECK(server.asked[0].by == std::vector<std::string>{"weekday", "hour"});
  CHECK_FALSE(server.asked[0].cuped);
  CHECK(to_string(*server.asked[0].until) == "2026-01-04T00:00:00.000Z");
  const auto csv = client.Get((results + "?format=csv").c_str());
  CHECK(csv->get_header_value("Content-Type") == "text/csv; charset=utf-8");
  CHECK(csv->get_header_value("Content-Disposition") == "attachment; filename=\"sticky_vs_random.csv\"");
  CHECK(csv->body == analysis::render_csv(server.reports));
  CHECK(client.Get((results + "?format=markdown").c_str())->body == analysis::render_markdown(server.reports));
  const auto bad = client.Get((results + "?confidence_level=95").c_str());
  CHECK(bad->status == 400);
  CHECK(nlohmann::json::parse(bad->body)["detail"] == "confidence_level is 95, want a number above 0 and below 1");
}

TEST_CASE("api: what has not changed is not computed again, and not sent again") {
  TestServer server;
  server.reports = {report()};
  httplib::Client client("127.0.0.1", server.port());
  const char* const path = "/api/v1/experiments/sticky%20vs%20random/results";
  const auto first = client.Get(path);
  const std::string etag = first->get_header_value("ETag");
  CHECK(etag.size() > 10);
  const auto second = client.Get(path, {{"If-None-Match", etag}});
  CHECK(second->status == 304);
  CHECK(second->body.empty());
  CHECK(server.asked.size() == 1);
  server.reports[0].decision.summary = "Something new.";
  ++server.revision;
  const auto third = client.Get(path, {{"If-None-Match", etag}});
  CHECK(third->status == 200);
  CHECK(third->body.find("Something new.") != std::string::npos);
  CHECK(server.asked.size() == 2);
}

TEST_CASE("api: an INVALID experiment's effects are withheld, unless they are asked for") {
  TestServer server;
  server.reports = {report()};
  server.reports[0].decision.verdict = analysis::Verdict::invalid;
  httplib::Client client("127.0.0.1", server.port());
  const auto lift = [&](const char* query) {
    const std::string path = "/api/v1/experiments/sticky%20vs%20random/results" + std::string(query);
    return nlohmann::json::parse(client.Get(path.c_str())->body)["metrics"][0]["comparisons"][0]["lift"];
  };
  CHECK(lift("").is_null());
  CHECK(lift("?force=true") == 0.25);
}

TEST_CASE("api: a timeline is that of analysis") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  const auto line = client.Get("/api/v1/experiments/a%20b/timeline?force=true&confidence_level=0.9");
  CHECK(line->status == 200);
  CHECK(nlohmann::json::parse(line->body)["experiment"] == "a b");
  CHECK(nlohmann::json::parse(line->body)["metric"] == "forced");
  CHECK(client.Get("/api/v1/experiments/a/timeline?by=history")->status == 400);
}

TEST_CASE("api: configurations, and what each changed in the experiment") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  CHECK(client.Get("/api/v1/experiments/e/configurations")->body == "{\"experiment\":\"e\",\"configurations\":[]}\n");
  server.configurations = {
      .configurations = {{{0}, "aa", "version: 1\n"},
                         {{1}, "bb", "none \xff"},
                         {{2}, "aa", "version: 1\n", {{"lists", "l.jsonl", "0a-1"}}}},
      .changes = {
          {"f", {0}, "aa", {"added"}}, {"e", {0}, "aa", {"added"}}, {"e", {2}, "aa", {"coverage is 1, was 0"}}}};
  ++server.revision;
  const char* const path = "/api/v1/experiments/e/configurations?confidence_level=0.9";
  const auto answer = client.Get(path);
  CHECK(answer->status == 200);
  CHECK(nlohmann::json::parse(answer->body) == nlohmann::json::parse(R"({"experiment": "e", "configurations": [
    {"since": "1970-01-01T00:00:00.000Z", "checksum": "aa", "current": false, "text": "version: 1\n",
     "files": [], "changes": ["added"]},
    {"since": "1970-01-01T00:00:00.001Z", "checksum": "bb", "current": false, "text": "none \ufffd",
     "files": [], "changes": []},
    {"since": "1970-01-01T00:00:00.002Z", "checksum": "aa", "current": true, "text": "version: 1\n",
     "files": [{"recommender": "lists", "file": "l.jsonl", "checksum": "0a-1"}], "changes": ["coverage is 1, was 0"]}]})"));
  CHECK(client.Get(path, {{"If-None-Match", answer->get_header_value("ETag")}})->status == 304);
  CHECK(client.Get("/api/v1/experiments/e/configurations?lft=delta")->status == 400);
}

TEST_CASE("api: errors are problems of RFC 9457") {
  TestServer server;
  server.reports = {report()};
  httplib::Client client("127.0.0.1", server.port());
  const auto near = client.Get("/api/v1/experiments/sticky-vs-random/results");
  CHECK(near->status == 404);
  CHECK(near->get_header_value("Content-Type") == "application/problem+json");
  CHECK(near->body ==
        "{\"type\":\"/problems/not-found\",\"title\":\"Not Found\",\"status\":404,"
        "\"detail\":\"no experiment \\\"sticky-vs-random\\\"\"}\n");
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
