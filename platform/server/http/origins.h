#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace httplib {
struct Request;
}

namespace crossfade::server {

// Whom a browser may speak for. A page of another site can make a browser send requests here, and read the answers once
// its own name leads to this machine (DNS rebinding): so a server answers to its own names alone. An address needs no
// such care, as nobody can make it lead elsewhere. Immutable, hence thread-safe.
class Origins {
 public:
  // Besides localhost and addresses.
  explicit Origins(std::vector<std::string> names) : names_(std::move(names)) {}

  // `host` as the header has it: "localhost:8080", "[::1]". That of HTTP/1.0 may be absent, "".
  bool answers_to(std::string_view host) const;
  // What is wrong with a request that some other site's page makes a browser send, for people; "" for all others:
  // programs, which do not tell where they come from, the server's own page, and, where `is_page`, who follows a link.
  std::string foreign(const httplib::Request& request, bool is_page) const;

 private:
  bool is_named(std::string_view host) const;

  const std::vector<std::string> names_;
};

}  // namespace crossfade::server
