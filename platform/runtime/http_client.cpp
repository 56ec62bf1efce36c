#include "platform/runtime/http_client.h"

#include <fmt/format.h>
#include <httplib.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "platform/core/error.h"
#include "platform/runtime/external/http_reason.h"

namespace crossfade::runtime {
namespace {

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port > 0 && port <= 65535;
}

// scheme://host[:port] without anything behind it.
std::string normalised(const std::string& url) {
  const auto fault = [&url](std::string_view what) {
    return Error::user(fmt::format("{}: {}, want http://HOST:PORT", url, what));
  };
  std::string scheme = "http";
  std::string rest = url;
  if (const auto colon = url.find("://"); colon != std::string::npos) {
    scheme = url.substr(0, colon);
    rest = url.substr(colon + 3);
  }
  if (scheme != "http" && scheme != "https") throw fault("scheme is " + scheme);
  if (!rest.empty() && rest.back() == '/') rest.pop_back();
  if (rest.find_first_of("/?#@ \t\r\n") != std::string::npos) throw fault("more than a host and a port");
  const auto bracket = rest.rfind(']');
  const auto colon = rest.rfind(':');
  const bool has_port = colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
  if (has_port && !is_port(std::string_view(rest).substr(colon + 1))) throw fault("port is no number from 1 to 65535");
  if (rest.empty() || colon == 0) throw fault("host is missing");
  return scheme + "://" + rest;
}

constexpr std::size_t kQuotedLength = 200;

}  // namespace

struct HttpClient::State {
  State(const std::string& url, Options options) : base(normalised(url)), http(base) {
    http.set_keep_alive(true);
    // Without it on both sides a request waits some 40 ms for a delayed acknowledgement.
    http.set_tcp_nodelay(true);
    http.set_connection_timeout(options.connect_timeout_s);
    http.set_read_timeout(options.answer_timeout_s);
    http.set_write_timeout(options.answer_timeout_s);
    http.set_decompress(false);
  }

  std::string checked(std::string_view what, const httplib::Result& result) const {
    if (!result) throw Error::internal(fmt::format("{}: {}: {}", base, what, external::http_reason(result.error())));
    if (result->status != 200) {
      throw Error::internal(fmt::format("{}: {} was answered by {}: {}", base, what, result->status,
                                        std::string_view(result->body).substr(0, kQuotedLength)));
    }
    return result->body;
  }

  std::string post(std::string_view verb, const UnitId& user, TrackId track, double fraction) {
    const std::string path = fmt::format("/{}/{}", verb, user.value);
    const std::string body = fmt::format(R"({{"track":{},"time":{}}})", track.value, fraction);
    return checked("POST " + path, http.Post(path, body, "application/json"));
  }

  std::string base;
  httplib::Client http;
};

HttpClient::HttpClient(const std::string& url) : HttpClient(url, Options{}) {}
HttpClient::HttpClient(const std::string& url, Options options) : state_(std::make_unique<State>(url, options)) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

TrackId HttpClient::next(const UnitId& user, TrackId track, double fraction) {
  const std::string answer = state_->post("next", user, track, fraction);
  const auto json = nlohmann::json::parse(answer, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("track") || !json["track"].is_number_unsigned() ||
      json["track"].get<std::uint64_t>() > std::numeric_limits<std::uint32_t>::max()) {
    throw Error::internal(fmt::format("{}: POST /next/{} was answered without a track: {}", state_->base, user.value,
                                      std::string_view(answer).substr(0, kQuotedLength)));
  }
  return TrackId{json["track"].get<std::uint32_t>()};
}

void HttpClient::last(const UnitId& user, TrackId track, double fraction) {
  state_->post("last", user, track, fraction);
}

void HttpClient::ping() {
  state_->checked("GET /", state_->http.Get("/"));
}

}  // namespace crossfade::runtime
