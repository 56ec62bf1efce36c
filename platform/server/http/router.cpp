#include "platform/server/http/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "platform/core/error.h"
#include "platform/server/http/target.h"

namespace crossfade::server {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (const Route& route : routes_) patterns_.push_back(pattern_of(route.pattern));
}

Router::Pattern Router::pattern_of(const std::string& text) {
  const std::size_t begin = text.find('{');
  if (begin == std::string::npos) return {.prefix = text, .suffix = "", .parameter = Parameter::none};
  const std::size_t end = text.find('}', begin);
  const std::string_view name = std::string_view(text).substr(begin, end == std::string::npos ? end : end - begin + 1);
  Pattern pattern{.prefix = text.substr(0, begin), .suffix = text.substr(begin + name.size()), .parameter = {}};
  if (name == "{number}") {
    pattern.parameter = Parameter::number;
  } else if (name == "{text}") {
    pattern.parameter = Parameter::text;
  } else if (name == "{rest}") {
    pattern.parameter = Parameter::rest;
  }
  if (pattern.parameter == Parameter::none || pattern.suffix.find('{') != std::string::npos) {
    throw Error::internal(fmt::format("route {}: want at most one of {{number}}, {{text}}, {{rest}}", text));
  }
  return pattern;
}

std::optional<std::string> Router::argument_of(const Pattern& pattern, std::string_view path) {
  if (pattern.parameter == Parameter::none) {
    return path == pattern.prefix ? std::optional<std::string>("") : std::nullopt;
  }
  if (path.size() < pattern.prefix.size() + pattern.suffix.size() || !path.starts_with(pattern.prefix) ||
      !path.ends_with(pattern.suffix)) {
    return std::nullopt;
  }
  path = path.substr(pattern.prefix.size(), path.size() - pattern.prefix.size() - pattern.suffix.size());
  if (pattern.parameter == Parameter::rest) return std::string(path);
  if (path.empty()) return std::nullopt;
  if (pattern.parameter == Parameter::number) return is_number(path) ? std::optional<std::string>(path) : std::nullopt;
  return path.find('/') == std::string_view::npos ? percent_decoded(path) : std::nullopt;
}

Router::Match Router::match(std::string_view method, std::string_view target) const {
  const std::string_view path = path_of(target);
  std::set<std::string> allowed;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    auto argument = argument_of(patterns_[i], path);
    if (!argument) continue;
    const Route& route = routes_[i];
    if (route.method == method || (route.method == "GET" && method == "HEAD")) {
      return {.route = &route, .argument = *std::move(argument), .allow = ""};
    }
    allowed.insert(route.method);
    if (route.method == "GET") allowed.insert("HEAD");
  }
  return {.route = nullptr, .argument = "", .allow = fmt::format("{}", fmt::join(allowed, ", "))};
}

}  // namespace crossfade::server
