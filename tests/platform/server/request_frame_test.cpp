#include "platform/server/http/frame/request_frame.h"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "platform/server/http/admission.h"

namespace crossfade::server {
namespace {

const std::string kPost = "POST /next/7 HTTP/1.1\r\nHost: localhost\r\n";
const std::string kChunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";

// "complete", "incomplete", or the refusal, as if `bytes` came one by one and as if they came at once.
std::string verdict(const std::string& bytes) {
  const auto read = [&](std::size_t step) -> std::string {
    RequestFrame frame({.head_bytes = 200, .body_bytes = 20});
    try {
      for (std::size_t n = step; n <= bytes.size(); n += step) {
        if (frame.read(std::string_view(bytes).substr(0, n))) {
          CHECK(frame.size() <= n);
          return "complete at " + std::to_string(frame.size());
        }
      }
    } catch (const Rejection& rejection) {
      return std::to_string(rejection.status) + " " + rejection.message;
    }
    return "incomplete";
  };
  const std::string slowly = read(1);
  CHECK(read(bytes.size()) == slowly);
  return slowly;
}

std::string complete(const std::string& bytes) {
  return "complete at " + std::to_string(bytes.size());
}

TEST_CASE("request frame: where a request ends") {
  const std::string get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  CHECK(verdict(get) == complete(get));
  CHECK(verdict(get + get) == complete(get));
  CHECK(verdict("GET / HTTP/1.0\r\n\r\n") == complete("GET / HTTP/1.0\r\n\r\n"));
  const std::string post = kPost + "content-length:5\r\n\r\nabcde";
  CHECK(verdict(post + "f") == complete(post));
  CHECK(verdict(post.substr(0, post.size() - 1)) == "incomplete");
  CHECK(verdict(kPost + "\r\n") == complete(kPost + "\r\n"));
  const std::string chunked = kChunked + "3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\n";
  CHECK(verdict(chunked + "GET") == complete(chunked));
  CHECK(verdict(chunked.substr(0, chunked.size() - 1)) == "incomplete");
}

TEST_CASE("request frame: what two readers might read differently is refused") {
  const auto [bytes, refusal] = GENERATE_COPY(table<std::string, std::string>({
      {kPost + "Transfer-Encoding : chunked\r\n\r\n", "400 a header has no name, or a space before its colon"},
      {kPost + ": x\r\n\r\n", "400 a header has no name, or a space before its colon"},
      {kPost + "X\r\n\r\n", "400 a header has no name, or a space before its colon"},
      {kPost + "X: a\r\n b\r\n\r\n", "400 a header is folded, want it on one line"},
      {kPost + "X: a\r\n\tContent-Length: 3\r\n\r\n", "400 a header is folded, want it on one line"},
      {kPost + "X: a\n\r\n", "400 a line ends without CR, want CR LF"},
      {"GET / HTTP/1.1\nHost: localhost\n\n", "400 a line ends without CR, want CR LF"},
      {kPost + "\n", "400 a line ends without CR, want CR LF"},
      {kPost + "X: a\rb\r\n\r\n", "400 a header has a control character"},
      {kPost + "X: a" + std::string(1, '\0') + "\r\n\r\n", "400 a header has a control character"},
      {"GET / HTTP/1.1\r\n\r\n", "400 the request has 0 Host headers, want one"},
      {kPost + "Host: localhost\r\n\r\n", "400 the request has 2 Host headers, want one"},
      {"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", "400 the request has 2 Host headers, want one"},
      {"GET / HTTP/1.1\r\nHost:\r\n\r\n", "400 Host is empty, want the name or address that was asked for"},
      {"GET  / HTTP/1.1\r\n", "400 malformed request"},
      {"GET /a b HTTP/1.1\r\n", "400 malformed request"},
      {"GET / HTTP/2.0\r\n", "400 malformed request"},
      {"\r\n", "400 malformed request"},
      {kPost + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", "400 Content-Length is not one whole number"},
      {kPost + "Content-Length: +1\r\n\r\n", "400 Content-Length is not one whole number"},
      {kPost + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400 Transfer-Encoding is not chunked alone"},
      {kPost + "Transfer-Encoding: gzip, chunked\r\n\r\n", "400 Transfer-Encoding is not chunked alone"},
      {kPost + "Content-Length: 21\r\n\r\n", "413 request body has 21 bytes, want at most 20"},
      {kChunked + "0x3\r\nabc\r\n0\r\n\r\n", "400 the size of a chunk is no hexadecimal number"},
      {kChunked + "+3\r\nabc\r\n0\r\n\r\n", "400 the size of a chunk is no hexadecimal number"},
      {kChunked + "3zz\r\nabc\r\n0\r\n\r\n", "400 the size of a chunk is no hexadecimal number"},
      {kChunked + " 3\r\nabc\r\n0\r\n\r\n", "400 the size of a chunk is no hexadecimal number"},
      {kChunked + "3;a=b\r\nabc\r\n0\r\n\r\n", "400 the size of a chunk is no hexadecimal number"},
      {kChunked + "\r\n", "400 the size of a chunk is no hexadecimal number"},
      {kChunked + "000000003\r\nabc\r\n", "400 the size of a chunk is no hexadecimal number"},
      {kChunked + "3\nabc\r\n0\r\n\r\n", "400 a line ends without CR, want CR LF"},
      {kChunked + "3\r\nabcd\r\n0\r\n\r\n", "400 a chunk is longer than it says"},
      {kChunked + "3\r\nabc\n0\r\n\r\n", "400 a chunk is longer than it says"},
      {kChunked + "0\r\nX: a\r\n\r\n", "400 a chunked body has trailers, want none"},
      {kChunked + "15\r\n", "413 request body exceeds 20 bytes"},
      {kChunked + "a\r\n0123456789\r\nb\r\n", "413 request body exceeds 20 bytes"},
      {kPost + "X: " + std::string(200, 'a'), "431 request head is too long"},
      {std::string(200, 'a'), "431 request head is too long"},
  }));
  INFO(bytes);
  CHECK(verdict(bytes) == refusal);
}

TEST_CASE("request frame: what httplib must not see is told, and who waits for 100 Continue") {
  RequestFrame frame({});
  const std::string head = kPost + "rAnge: bytes=0-\r\nExpect: 100-Continue\r\nX-Range: 1\r\nContent-Length: 1\r\n\r\n";
  CHECK_FALSE(frame.read(head.substr(0, head.size() - 1)));
  CHECK_FALSE(frame.awaits_continue());
  CHECK_FALSE(frame.read(head));
  CHECK(frame.awaits_continue());
  CHECK(frame.read(head + "x"));
  CHECK(frame.target() == "/next/7");
  CHECK(frame.host() == "localhost");
  CHECK(frame.hidden() == std::vector{head.find("rAnge"), head.find("Expect")});
}

}  // namespace
}  // namespace crossfade::server
