#pragma once

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

// Decides on a request of which httplib has read the head, and whose frame is known to be sound. Throws Rejection for
// compressed bodies, which httplib 0.11 would unpack to any size.
// Changes the request so that httplib, which routes by std::regex, only compares "/" (`target` keeps what was asked
// for); waits for no body that is not announced; parses no multipart body; closes after a body that nobody reads; and
// compresses for clients that take gzip, never by Brotli: a header "Accept-Encoding: gzip" is there for those alone.
void admit(httplib::Request& request);

// Of a method whose body httplib reads.
bool may_have_body(std::string_view method);

}  // namespace crossfade::server
