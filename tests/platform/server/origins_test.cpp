#include "platform/server/http/origins.h"

#include <httplib.h>

#include <catch2/catch.hpp>
#include <initializer_list>
#include <string>
#include <utility>

#include "tests/platform/server/test_server.h"

namespace crossfade::server {
namespace {

using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

std::string why_foreign(const std::string& method, std::initializer_list<std::pair<const char*, const char*>> headers,
                        bool is_page = false) {
  httplib::Request request;
  request.method = method;
  request.set_header("Host", "localhost:8080");
  for (const auto& [name, value] : headers) request.set_header(name, value);
  return Origins({"tests.example"}).foreign(request, is_page);
}

TEST_CASE("origins: a server answers to localhost, to addresses and to the names that it was given") {
  const Origins origins({"Tests.example"});
  for (const char* host : {"localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:8080", "10.1.2.3", "[::1]", "[::1]:80",
                           "[fe80::1]", "tests.example", "tests.EXAMPLE:8080", ""}) {
    INFO(host);
    CHECK(origins.answers_to(host));
  }
  for (const char* host : {"evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example",
                           "tests.example.evil.example", "localhost.", "::1", "[::1", "[]", "[127.0.0.1]", "1"}) {
    INFO(host);
    CHECK_FALSE(origins.answers_to(host));
  }
}

TEST_CASE("origins: what another site's page sends is foreign, but for a link to the page") {
  const std::string other = "the request comes from another site's page, want this server's own";
  CHECK(why_foreign("GET", {{"Sec-Fetch-Site", "cross-site"}}) == other);
  CHECK(why_foreign("POST", {{"Sec-Fetch-Site", "cross-site"}}) == other);
  CHECK(why_foreign("GET", {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "no-cors"}}, true) == other);
  CHECK(why_foreign("GET",
                    {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "iframe"}},
                    true) == other);
  const auto link = {
      std::pair{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}};
  CHECK(why_foreign("GET", link, true).empty());
  CHECK(why_foreign("GET", link) == other);
  CHECK(why_foreign("GET", {{"Sec-Fetch-Site", "same-origin"}}).empty());
  CHECK(why_foreign("GET", {{"Sec-Fetch-Site", "none"}}).empty());
  CHECK(why_foreign("POST", {}).empty());
}

TEST_CASE("origins: what changes something comes from the server's own page, or from none") {
  CHECK(why_foreign("POST", {{"Origin", "http://localhost:8080"}}).empty());
  CHECK(why_foreign("POST", {{"Origin", "https://tests.example"}}).empty());
  CHECK(why_foreign("GET", {{"Origin", "http://evil.example"}}).empty());
  for (const char* origin : {"http://localhost:3000", "http://evil.example", "null", "localhost:8080", "http://"}) {
    INFO(origin);
    CHECK(why_foreign("POST", {{"Origin", origin}}) == "Origin is " + std::string(origin) + ", want this server's own");
    CHECK_FALSE(why_foreign("DELETE", {{"Origin", origin}}).empty());
  }
}

TEST_CASE("origins: a name that leads here by the other site's will is a 421, and nothing is logged") {
  // DNS rebinding: the other site's own name leads to this machine, and its page reads and logs what it likes.
  TestServer server({.names = {"tests.example"}});
  const auto ask = [&](const std::string& host) {
    RawConnection raw(server.port());
    std::string request = post("/next/1", R"({"track":1,"time":0.5})");
    raw.send(request.replace(request.find("localhost"), 9, host));
    return raw.answer();
  };
  const std::string refused = ask("evil.example");
  CHECK_THAT(refused, StartsWith("HTTP/1.1 421 Misdirected Request\r\nConnection: close\r\n"));
  CHECK_THAT(refused, EndsWith("{\"message\":\"Host is evil.example, want localhost, an address, or a name that "
                               "--allow-host gives\"}\n"));
  CHECK(server.logged().empty());
  CHECK_THAT(ask("tests.example:80"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_CASE("origins: a request of another site's page is a 403, and nothing is logged") {
  TestServer server;
  RawConnection raw(server.port());
  raw.send(post("/next/1", R"({"track":1,"time":0.5})", "Sec-Fetch-Site: cross-site\r\n"));
  CHECK_THAT(raw.answer(), StartsWith("HTTP/1.1 403 Forbidden\r\n"));
  CHECK(server.logged().empty());
  raw.send(post("/next/1", R"({"track":1,"time":0.5})", "Sec-Fetch-Site: same-origin\r\n"));
  CHECK_THAT(raw.answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

}  // namespace
}  // namespace crossfade::server
