#include "platform/runtime/http_client.h"

#include <catch2/catch.hpp>

#include "platform/core/error.h"
#include "tests/platform/server/test_server.h"

namespace crossfade::server {
namespace {

TEST_CASE("http client: plays against a server") {
  TestServer server;
  runtime::HttpClient client(server.url() + "/");
  client.ping();
  CHECK(client.next(UnitId{"7"}, TrackId{10}, 0.1 + 0.2) == TrackId{11});
  client.last(UnitId{"7"}, TrackId{11}, 0);
  CHECK(server.logged() == std::vector<TestServer::Logged>{{"7", 10, 0.1 + 0.2, false}, {"7", 11, 0, true}});
}

TEST_CASE("http client: an error of the server is told") {
  TestServer server;
  server.before = [](const service::Event&) { throw Error::internal("disk full"); };
  runtime::HttpClient client(server.url());
  CHECK_THROWS_WITH(client.next(UnitId{"7"}, TrackId{1}, 1),
                    server.url() + ": POST /next/7 was answered by 503: {\"message\":\"cannot be logged now\"}\n");
}

TEST_CASE("http client: a server that is not there is told") {
  std::string url;
  {
    TestServer server;
    url = server.url();
  }
  runtime::HttpClient client(url);
  CHECK_THROWS_WITH(client.last(UnitId{"7"}, TrackId{1}, 1), url + ": POST /last/7: cannot connect");
}

TEST_CASE("http client: what is no URL of a server is refused") {
  CHECK_THROWS_WITH(runtime::HttpClient("ftp://host"), "ftp://host: scheme is ftp, want http://HOST:PORT");
  CHECK_THROWS_WITH(runtime::HttpClient("http://"), "http://: host is missing, want http://HOST:PORT");
  CHECK_THROWS_WITH(runtime::HttpClient("http://h:0"),
                    "http://h:0: port is no number from 1 to 65535, want http://HOST:PORT");
  CHECK_THROWS_WITH(runtime::HttpClient("http://h:80x"),
                    "http://h:80x: port is no number from 1 to 65535, want http://HOST:PORT");
  CHECK_THROWS_WITH(runtime::HttpClient("http://h/next"),
                    "http://h/next: more than a host and a port, want http://HOST:PORT");
  CHECK_NOTHROW(runtime::HttpClient("localhost:8080"));
  CHECK_NOTHROW(runtime::HttpClient("http://[::1]:8080"));
}

}  // namespace
}  // namespace crossfade::server
