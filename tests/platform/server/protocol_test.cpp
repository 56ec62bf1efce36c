// What no well-behaved client sends: each of these once crashed, hung or confused some server, ours or httplib's own.
#include <catch2/catch.hpp>
#include <string>

#include "tests/platform/server/test_server.h"

namespace crossfade::server {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

const std::string kBody = R"({"track":1,"time":0.5})";

TEST_CASE("protocol: several requests at once are answered in order") {
  TestServer server;
  RawConnection raw(server.port());
  raw.send(post("/next/1", kBody) + post("/next/2", kBody) + "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK_THAT(raw.answer(), EndsWith("{\"user\":1,\"track\":2}\n"));
  CHECK_THAT(raw.answer(), EndsWith("{\"user\":2,\"track\":2}\n"));
  CHECK_THAT(raw.answer(), EndsWith("{\"status\":\"alive\"}\n"));
}

TEST_CASE("protocol: a request that arrives byte by byte is one request") {
  TestServer server;
  RawConnection raw(server.port());
  for (const char byte : post("/next/1", kBody)) raw.send({&byte, 1});
  CHECK_THAT(raw.answer(), EndsWith("{\"user\":1,\"track\":2}\n"));
}

TEST_CASE("protocol: who waits for 100 Continue gets it") {
  TestServer server;
  RawConnection raw(server.port());
  const std::string request = post("/next/1", kBody, "Expect: 100-continue\r\n");
  const auto head = request.size() - kBody.size();
  raw.send(request.substr(0, head));
  CHECK(raw.answer() == "HTTP/1.1 100 Continue\r\n\r\n");
  raw.send(kBody);
  CHECK_THAT(raw.answer(), EndsWith("{\"user\":1,\"track\":2}\n"));
}

TEST_CASE("protocol: a chunked body is read") {
  TestServer server;
  RawConnection raw(server.port());
  const std::string head =
      "POST /next/1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: "
      "chunked\r\n\r\n";
  raw.send(head + "c\r\n{\"track\":1,\"\r\na\r\ntime\":0.5}\r\n0\r\n\r\n" + post("/next/2", kBody));
  CHECK_THAT(raw.answer(), EndsWith("{\"user\":1,\"track\":2}\n"));
  CHECK_THAT(raw.answer(), EndsWith("{\"user\":2,\"track\":2}\n"));
}

TEST_CASE("protocol: a post without a length has no body, and is answered at once") {
  TestServer server;
  RawConnection raw(server.port());
  raw.send("POST /next/1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\r\n" +
           post("/next/2", kBody));
  CHECK_THAT(raw.answer(), EndsWith("{\"message\":\"request body is not JSON\"}\n"));
  CHECK_THAT(raw.answer(), EndsWith("{\"user\":2,\"track\":2}\n"));
}

TEST_CASE("protocol: a body that is too long is a 413, announced or in chunks") {
  TestServer server;
  SECTION("announced, and never sent") {
    RawConnection raw(server.port());
    raw.send(
        "POST /next/1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 65537\r\n\r\n");
    const std::string answer = raw.answer();
    CHECK_THAT(answer, StartsWith("HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\n"));
    CHECK_THAT(answer, EndsWith("{\"message\":\"request body has 65537 bytes, want at most 65536\"}\n"));
    CHECK(raw.closed());
  }
  SECTION("the longest that is allowed") {
    RawConnection raw(server.port());
    raw.send(post("/next/1", kBody + std::string(65536 - kBody.size(), ' ')));
    CHECK_THAT(raw.answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
  }
  SECTION("in chunks without end") {
    RawConnection raw(server.port());
    raw.send(
        "POST /next/1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: "
        "chunked\r\n\r\n");
    const std::string chunk = "1000\r\n" + std::string(4096, ' ') + "\r\n";
    for (int i = 0; i < 40; ++i) raw.send(chunk);
    CHECK_THAT(raw.answer(), StartsWith("HTTP/1.1 413 Payload Too Large\r\n"));
    CHECK(raw.closed());
  }
  CHECK(server.logged().size() <= 1);
}

TEST_CASE("protocol: below /api/ what is refused before it is routed is a problem, too") {
  TestServer server;
  const auto [request, status, detail] = GENERATE(table<std::string, std::string, std::string>({
      {"POST /api/v1/lab/simulation HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
       "65537\r\n\r\n",
       "413 Payload Too Large", "request body has 65537 bytes, want at most 65536"},
      {"POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
       "5\r\nContent-Length: "
       "6\r\n\r\n",
       "400 Bad Request", "Content-Length is not one whole number"},
      {"GET /api/v1/" + std::string(3000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n", "414 URI Too Long",
       "request target has 3008 bytes, want at most 2048"},
      {"GET /api/v1/" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n", "414 URI Too Long",
       "request target has 9008 bytes, want at most 2048"},
  }));
  RawConnection raw(server.port());
  raw.send(request);
  const std::string answer = raw.answer();
  CHECK_THAT(answer, StartsWith("HTTP/1.1 " + status + "\r\n"));
  CHECK_THAT(answer, Contains("\r\nContent-Type: application/problem+json\r\n"));
  CHECK_THAT(answer, EndsWith(",\"detail\":\"" + detail + "\"}\n"));
  CHECK(raw.closed());
}

TEST_CASE("protocol: two lengths, or a length that is none, are refused, and what follows is not run") {
  TestServer server;
  const std::string smuggled = post("/next/666", kBody);
  const auto headers = GENERATE(as<std::string>{}, "Content-Length: 5\r\nContent-Length: 6\r\n",
                                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: -5\r\n",
                                "Content-Length: 5x\r\n", "Content-Length: 0x10\r\n",
                                "Transfer-Encoding: gzip, chunked\r\n", "Content-Length: 99999999999999999999\r\n");
  INFO(headers);
  RawConnection raw(server.port());
  raw.send("POST /next/1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + headers + "\r\n" +
           smuggled);
  CHECK_THAT(raw.answer(), StartsWith("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"));
  CHECK(raw.closed());
  CHECK(server.logged().empty());
}

TEST_CASE("protocol: a GET with a body does not hide a second request in it") {
  TestServer server;
  RawConnection raw(server.port());
  const std::string smuggled = post("/next/666", kBody);
  raw.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(smuggled.size()) +
           "\r\n\r\n" + smuggled);
  CHECK_THAT(raw.answer(), Contains("Connection: close"));
  CHECK(raw.closed());
  CHECK(server.logged().empty());
}

TEST_CASE("protocol: a compressed body is refused, because it could unpack to any size") {
  TestServer server;
  RawConnection raw(server.port());
  raw.send(post("/next/1", kBody, "Content-Encoding: br\r\n"));
  CHECK_THAT(raw.answer(), StartsWith("HTTP/1.1 415 "));
  CHECK(server.logged().empty());
}

TEST_CASE("protocol: a multipart body is a bad request like others, and never parsed") {
  // httplib 0.11 matches each of its header lines by a recursive std::regex.
  TestServer server;
  RawConnection raw(server.port());
  const std::string body =
      "--x\r\nContent-Disposition: form-data; name=\"" + std::string(60'000, 'a') + "\"\r\n\r\nv\r\n--x--";
  raw.send(
      "POST /next/1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  CHECK_THAT(raw.answer(), EndsWith("{\"message\":\"Content-Type is missing, want application/json\"}\n"));
}

TEST_CASE("protocol: a long Range header is harmless") {
  // httplib 0.11 parses it by a std::regex that recurses for every character: 8 KB of it took 4 MB of stack, and the
  // process with it.
  TestServer server;
  RawConnection raw(server.port());
  std::string range = "bytes=0-";
  while (range.size() < 8000) range += ",0-";
  const auto name = GENERATE(as<std::string>{}, "Range", "rAnGe");
  raw.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + name + ": " + range + "\r\n\r\n");
  CHECK_THAT(raw.answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_CASE("protocol: long targets and heads are refused") {
  TestServer server;
  SECTION("a target") {
    RawConnection raw(server.port());
    raw.send("GET /" + std::string(3000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK_THAT(raw.answer(), StartsWith("HTTP/1.1 414 URI Too Long\r\n"));
  }
  SECTION("a head, in one piece") {
    RawConnection raw(server.port());
    std::string head = "GET / HTTP/1.1\r\nHost: localhost\r\n";
    while (head.size() < 20'000) head += "X-Padding: " + std::string(100, 'x') + "\r\n";
    raw.send(head + "\r\n");
    CHECK_THAT(raw.answer(), StartsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
    CHECK(raw.closed());
  }
  SECTION("a line without end") {
    RawConnection raw(server.port());
    raw.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(40'000, 'x'));
    CHECK_THAT(raw.answer(), StartsWith("HTTP/1.1 431 "));
  }
}

TEST_CASE("protocol: what is not HTTP is a 400, and the connection ends") {
  TestServer server;
  const auto bytes = GENERATE(as<std::string>{}, "hello\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
                              "BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n");
  RawConnection raw(server.port());
  raw.send(bytes + post("/next/666", kBody));
  CHECK_THAT(raw.answer(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  CHECK(raw.closed());
  CHECK(server.logged().empty());
}

TEST_CASE("protocol: methods that proxies use are not implemented") {
  TestServer server;
  const auto method = GENERATE(as<std::string>{}, "CONNECT", "TRACE", "PRI");
  RawConnection raw(server.port());
  raw.send(method + " / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK_THAT(raw.answer(), StartsWith("HTTP/1.1 501 Not Implemented\r\n"));
}

TEST_CASE("protocol: Connection: close is obeyed, in any case of letters") {
  TestServer server;
  const auto value = GENERATE(as<std::string>{}, "close", "Close");
  RawConnection raw(server.port());
  raw.send(post("/next/1", kBody, "Connection: " + value + "\r\n"));
  const std::string answer = raw.answer();
  CHECK_THAT(answer, Contains("Connection: close\r\n"));
  CHECK_THAT(answer, EndsWith("{\"user\":1,\"track\":2}\n"));
  CHECK(raw.closed());
}

TEST_CASE("protocol: HTTP/1.0 is answered and closed") {
  TestServer server;
  RawConnection raw(server.port());
  raw.send("GET /healthz HTTP/1.0\r\n\r\n");
  CHECK_THAT(raw.answer(), EndsWith("{\"status\":\"alive\"}\n"));
  CHECK(raw.closed());
}

}  // namespace
}  // namespace crossfade::server
