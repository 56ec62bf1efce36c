#include <httplib.h>

#include <catch2/catch.hpp>

#include "tests/platform/server/test_server.h"

namespace crossfade::server {
namespace {

constexpr const char* kPage = "<!doctype html><title>Report</title>";

TEST_CASE("page: is compressed for those who take it, and plain for the others") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  client.set_decompress(false);
  const auto packed = client.Get("/report", {{"Accept-Encoding", "br;q=1.0, gzip;q=0.8"}});
  REQUIRE(packed);
  CHECK(packed->status == 200);
  CHECK(packed->get_header_value("Content-Encoding") == "gzip");
  CHECK(packed->get_header_value("Vary") == "Accept-Encoding");
  CHECK(packed->get_header_value("Content-Type") == "text/html; charset=utf-8");
  CHECK(packed->body.substr(0, 2) == "\x1f\x8b");
  for (const char* accepted : {"*", "*;q=0, x-gzip", "identity;q=0.5,GZIP;q=1.000"}) {
    CHECK(client.Get("/report", {{"Accept-Encoding", accepted}})->has_header("Content-Encoding"));
  }
  for (const char* accepted : {"br", "gzip;q=0.0", "*, gzip;q=0", "gzipped", ""}) {
    CHECK_FALSE(client.Get("/report", {{"Accept-Encoding", accepted}})->has_header("Content-Encoding"));
  }
  const auto plain = client.Get("/report", {{"Accept-Encoding", "gzip;q=0, br"}});
  CHECK_FALSE(plain->has_header("Content-Encoding"));
  CHECK(plain->body == kPage);
  client.set_decompress(true);
  CHECK(client.Get("/assets/report.js", {{"Accept-Encoding", "gzip"}})->body.size() == 50'015);
  CHECK(client.Get("/assets/report.js")->body.size() == 50'015);
}

TEST_CASE("page: deep links show the page") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  CHECK(client.Get("/report/sticky-vs-random?metric=time")->body == kPage);
  CHECK(client.Get("/assets/other.js")->status == 404);
  CHECK(client.Post("/report", "{}", "application/json")->status == 405);
}

TEST_CASE("page: who has it gets a 304") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  const auto first = client.Get("/report", {{"Accept-Encoding", "gzip"}});
  CHECK(first->get_header_value("ETag") == "\"p1\"");
  CHECK(first->get_header_value("Cache-Control") == "no-cache");
  CHECK(client.Get("/assets/report.js")->get_header_value("Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(client.Get("/openapi.yaml")->get_header_value("Cache-Control") == "no-cache");
  for (const char* known : {"\"p1\"", "W/\"p1\"", "\"a\", \"p1\"", "*"}) {
    const auto again = client.Get("/report", {{"Accept-Encoding", "gzip"}, {"If-None-Match", known}});
    CHECK(again->status == 304);
    CHECK(again->body.empty());
    CHECK_FALSE(again->has_header("Content-Length"));
    CHECK(again->get_header_value("ETag") == "\"p1\"");
  }
  CHECK(client.Get("/report", {{"Accept-Encoding", "gzip"}, {"If-None-Match", "\"p2\""}})->status == 200);
  // The plain one is another representation.
  CHECK(client.Get("/report")->get_header_value("ETag") == "\"p1-plain\"");
  CHECK(client.Get("/report", {{"If-None-Match", "\"p1\""}})->status == 200);
}

TEST_CASE("page: nothing but its own files may run or load") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  const auto page = client.Get("/report");
  CHECK(page->get_header_value("Content-Security-Policy") ==
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  CHECK(page->get_header_value("X-Content-Type-Options") == "nosniff");
}

TEST_CASE("page: a range is ignored, as RFC 9110 allows") {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  const auto page = client.Get("/report", {{"Range", "bytes=0-3"}});
  CHECK(page->status == 200);
  CHECK(page->body == kPage);
}

}  // namespace
}  // namespace crossfade::server
