#include "platform/server/http/admission.h"

#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace crossfade::server {
namespace {

char lower(char c) {
  return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::uint64_t length_of(std::string_view text) {
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw Rejection{400, "Content-Length is not one whole number"};
  }
  return length;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// RFC 9110, 12.5.3, as far as it is about gzip.
bool accepts_gzip(std::string_view accepted) {
  bool others = false;
  while (!accepted.empty()) {
    const auto comma = accepted.find(',');
    const std::string_view item = accepted.substr(0, comma);
    accepted.remove_prefix(comma == std::string_view::npos ? accepted.size() : comma + 1);
    const auto semicolon = item.find(';');
    const std::string_view coding = trimmed(item.substr(0, semicolon));
    const std::string_view quality = trimmed(semicolon == std::string_view::npos ? "" : item.substr(semicolon + 1));
    const bool refused = quality.starts_with("q=0") && quality.find_first_not_of("0.", 2) == std::string_view::npos;
    if (equal_ignoring_case(coding, "gzip") || equal_ignoring_case(coding, "x-gzip")) return !refused;
    if (coding == "*") others = !refused;
  }
  return others;
}

// What the headers say of a body and of the connection.
struct Framing {
  std::optional<std::uint64_t> length;
  bool chunked = false;
  bool multipart = false;
  bool close = false;
  bool gzip = false;

  void read(std::string_view name, const std::string& value) {
    if (equal_ignoring_case(name, "Content-Length")) {
      if (length) throw Rejection{400, "Content-Length is not one whole number"};
      length = length_of(value);
    } else if (equal_ignoring_case(name, "Transfer-Encoding")) {
      if (chunked || !equal_ignoring_case(value, "chunked")) {
        throw Rejection{400, "Transfer-Encoding is not chunked alone"};
      }
      chunked = true;
    } else if (equal_ignoring_case(name, "Content-Encoding")) {
      if (!equal_ignoring_case(value, "identity")) {
        throw Rejection{415, "request body is compressed, want it plain"};
      }
    } else if (equal_ignoring_case(name, "Content-Type")) {
      multipart = value.starts_with("multipart/");
    } else if (equal_ignoring_case(name, "Connection")) {
      close = close || equal_ignoring_case(value, "close");
    } else if (equal_ignoring_case(name, "Accept-Encoding")) {
      gzip = accepts_gzip(value);
    }
  }
};

void replace(httplib::Headers& headers, const char* name, const char* value) {
  headers.erase(name);
  headers.emplace(name, value);
}

}  // namespace

bool may_have_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE";
}

void admit(httplib::Request& request, const AdmissionLimits& limits) {
  if (request.target.size() > limits.target_bytes) {
    throw Rejection{
        414, fmt::format("request target has {} bytes, want at most {}", request.target.size(), limits.target_bytes)};
  }
  Framing framing;
  for (const auto& [name, value] : request.headers) framing.read(name, value);
  if (framing.chunked && framing.length) throw Rejection{400, "Transfer-Encoding is not chunked alone"};
  if (framing.length.value_or(0) > limits.body_bytes) {
    throw Rejection{413, fmt::format("request body has {} bytes, want at most {}", *framing.length, limits.body_bytes)};
  }
  if (request.method == "CONNECT" || request.method == "TRACE" || request.method == "PRI") {
    throw Rejection{501, "method is not supported"};
  }

  const bool read = may_have_body(request.method);
  // Without a length httplib would read until the client hangs up.
  if (read && !framing.chunked && !framing.length) request.headers.emplace("Content-Length", "0");
  if (read && framing.multipart) request.headers.erase("Content-Type");
  // A body that is not read would be taken for the next request.
  const bool unread = !read && (framing.chunked || framing.length.value_or(0) > 0);
  if (framing.close || unread) replace(request.headers, "Connection", "close");
  if (framing.gzip && !read) {
    replace(request.headers, "Accept-Encoding", "gzip");
  } else {
    request.headers.erase("Accept-Encoding");
  }
  request.path = "/";
}

}  // namespace crossfade::server
