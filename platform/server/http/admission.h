#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace httplib {
struct Request;
}

namespace crossfade::server {

// A request that must not be read any further: an answer, and the connection is closed.
struct Rejection {
  int status;
  std::string message;
};

struct AdmissionLimits {
  std::size_t target_bytes = 2048;
  std::size_t body_bytes = 65536;
};

// Decides on a request of which httplib has read the head and not the body, in one pass over its headers. Throws
// Rejection for what httplib 0.11 would read wrongly or without bounds: two lengths (the next request would begin where
// the client says), compressed bodies (unpacked to any size), long bodies and targets.
// Changes the request so that httplib, which routes by std::regex, only compares "/" (`target` keeps what was asked
// for); waits for no body that is not announced; parses no multipart body; closes after a body that nobody reads; and
// compresses for clients that take gzip, never by Brotli: a header "Accept-Encoding: gzip" is there for those alone.
void admit(httplib::Request& request, const AdmissionLimits& limits);

// Of a method whose body httplib reads.
bool may_have_body(std::string_view method);

}  // namespace crossfade::server
