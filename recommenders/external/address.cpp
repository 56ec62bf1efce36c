#include "recommenders/external/address.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "platform/core/error.h"

namespace crossfade::recommenders::external {

namespace {

constexpr std::string_view kForm = "http://HOST:PORT/PATH";
constexpr int kLargestPort = 65'535;

// Empty, or what is wrong with what stands behind the scheme and before the path.
std::string_view fault_of_host(std::string_view host) {
  std::string_view port;
  if (host.starts_with('[')) {  // an IPv6 address
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos || end == 1) return "without a host";
    port = host.substr(end + 1);
    if (!port.empty() && port.front() != ':') return "another port than a number";
  } else {
    const std::size_t colon = host.find(':');
    if (host.substr(0, colon).empty()) return "without a host";
    port = colon == std::string_view::npos ? std::string_view{} : host.substr(colon);
  }
  if (port.empty()) return {};
  const std::string_view digits = port.substr(1);
  const bool number =
      !digits.empty() && digits.size() <= 5 && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (!number) return "another port than a number";
  const int value = std::stoi(std::string(digits));
  return value >= 1 && value <= kLargestPort ? std::string_view{} : "another port than 1 to 65535";
}

}  // namespace

Address address_of(const std::string& url) {
  const auto fault = [&](std::string_view what) {
    return Error::user(fmt::format("url is {}: {}, want {}", url, what, kForm));
  };
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) throw fault("without a scheme");
  if (url.substr(0, scheme) != "http" && url.substr(0, scheme) != "https") throw fault("another scheme");
  if (url.find_first_of(" \t\r\n#@") != std::string::npos) throw fault("not an address to post to");
  const std::size_t host = scheme + 3;
  const std::size_t path = url.find_first_of("/?", host);
  const std::string_view named = std::string_view(url).substr(host, path == std::string::npos ? path : path - host);
  if (const std::string_view wrong = fault_of_host(named); !wrong.empty()) throw fault(wrong);
  Address address{.base = url.substr(0, path), .path = path == std::string::npos ? "/" : url.substr(path)};
  if (address.path.front() != '/') address.path.insert(address.path.begin(), '/');
  return address;
}

std::string unmet_address(const std::string& url) {
  try {
    address_of(url);
  } catch (const Error&) {
    return std::string(kForm);
  }
  return "";
}

}  // namespace crossfade::recommenders::external
