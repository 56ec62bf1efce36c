#include "platform/server/http/origins.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <array>

#include "platform/server/http/responses.h"
#include "platform/server/http/text.h"

namespace crossfade::server {
namespace {

// "localhost:8080" -> "localhost", "[::1]:8080" -> "[::1]".
std::string_view without_port(std::string_view host) {
  const auto colon = host.rfind(':');
  const auto bracket = host.rfind(']');
  const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  return has_port ? host.substr(0, colon) : host;
}

bool is_address(std::string_view name) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  if (name.size() > 2 && name.front() == '[' && name.back() == ']') {
    return ::inet_pton(AF_INET6, std::string(name.substr(1, name.size() - 2)).c_str(), address.data()) == 1;
  }
  return ::inet_pton(AF_INET, std::string(name).c_str(), address.data()) == 1;
}

}  // namespace

bool Origins::is_named(std::string_view host) const {
  const std::string_view name = without_port(host);
  return std::ranges::any_of(names_, [&](const std::string& own) { return equal_ignoring_case(own, name); });
}

bool Origins::answers_to(std::string_view host) const {
  const std::string_view name = without_port(host);
  return host.empty() || equal_ignoring_case(name, "localhost") || is_address(name) || is_named(host);
}

std::string Origins::foreign(const httplib::Request& request, bool is_page) const {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (request.get_header_value("Sec-Fetch-Site") == "cross-site") {
    const bool follows_link = reads && is_page && request.get_header_value("Sec-Fetch-Mode") == "navigate" &&
                              request.get_header_value("Sec-Fetch-Dest") == "document";
    if (!follows_link) return "the request comes from another site's page, want this server's own";
  }
  if (reads || !request.has_header("Origin")) return "";
  const std::string origin = request.get_header_value("Origin");
  const auto scheme = origin.find("://");
  // A proxy in front may speak HTTPS, and under another name, which it must have been given.
  const std::string_view host =
      scheme == std::string::npos ? std::string_view() : std::string_view(origin).substr(scheme + 3);
  if (!host.empty() && (equal_ignoring_case(host, request.get_header_value("Host")) || is_named(host))) return "";
  return fmt::format("Origin is {}, want this server's own", origin.substr(0, kQuotedLength));
}

}  // namespace crossfade::server
