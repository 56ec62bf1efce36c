#include "platform/server/http/admission.h"

#include <httplib.h>

#include <string>
#include <string_view>

#include "platform/server/http/text.h"

namespace crossfade::server {
namespace {

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

// What the headers say of a body and of the connection, beyond its frame.
struct Wishes {
  bool length = false;
  bool body = false;
  bool multipart = false;
  bool close = false;
  bool gzip = false;

  void read(std::string_view name, const std::string& value) {
    if (equal_ignoring_case(name, "Content-Length")) {
      length = true;
      body = body || value.find_first_not_of('0') != std::string::npos;
    } else if (equal_ignoring_case(name, "Transfer-Encoding")) {
      length = body = true;
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

void admit(httplib::Request& request) {
  Wishes wishes;
  for (const auto& [name, value] : request.headers) wishes.read(name, value);
  if (request.method == "CONNECT" || request.method == "TRACE" || request.method == "PRI") {
    throw Rejection{501, "method is not supported"};
  }

  const bool read = may_have_body(request.method);
  // Without a length httplib would read until the client hangs up.
  if (read && !wishes.length) request.headers.emplace("Content-Length", "0");
  if (read && wishes.multipart) request.headers.erase("Content-Type");
  // A body that is not read would be taken for the next request.
  if (wishes.close || (!read && wishes.body)) replace(request.headers, "Connection", "close");
  if (wishes.gzip && !read) {
    replace(request.headers, "Accept-Encoding", "gzip");
  } else {
    request.headers.erase("Accept-Encoding");
  }
  request.path = "/";
}

}  // namespace crossfade::server
