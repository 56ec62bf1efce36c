#include "platform/server/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace crossfade::server {
namespace {

constexpr std::string_view kExperiments = "/api/v1/experiments";
constexpr std::string_view kUnits = "/api/v1/units/";

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct Fixed {
  std::string_view path;
  Route route;
};
constexpr std::array kFixed{Fixed{"/", Route::root},
                            Fixed{"/healthz", Route::health},
                            Fixed{"/readyz", Route::ready},
                            Fixed{kExperiments, Route::experiments},
                            Fixed{"/api/v1/events", Route::events},
                            Fixed{"/api/v1/lab", Route::lab},
                            Fixed{"/api/v1/lab/simulation", Route::lab_simulation},
                            Fixed{"/report", Route::page}};
constexpr std::array kOfExperiment{Fixed{"/results", Route::results}, Fixed{"/timeline", Route::timeline},
                                   Fixed{"/configurations", Route::configurations}};
constexpr std::array kNumbered{Fixed{"/next/", Route::next}, Fixed{"/last/", Route::last},
                               Fixed{"/track/", Route::track}};

}  // namespace

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find_first_of("?#"));
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    unsigned byte = 0;
    if (i + 2 >= text.size()) return std::nullopt;
    const char* const end = text.data() + i + 3;
    const auto result = std::from_chars(text.data() + i + 1, end, byte, 16);
    if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
    decoded.push_back(static_cast<char>(byte));
    i += 2;
  }
  return decoded;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kPlain = "-_.!~*'()";
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       kPlain.find(c) != std::string_view::npos;
    if (plain) {
      encoded.push_back(c);
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

Match match(std::string_view target) {
  const std::string_view path = path_of(target);
  for (const auto& [prefix, route] : kNumbered) {
    if (!path.starts_with(prefix)) continue;
    const std::string_view number = path.substr(prefix.size());
    return is_number(number) ? Match{route, std::string(number)} : Match{};
  }
  for (const auto& fixed : kFixed) {
    if (path == fixed.path) return {fixed.route, {}};
  }
  if (path.starts_with("/report/")) return {Route::page, {}};
  if (path.starts_with(kUnits) && path.size() > kUnits.size()) {
    const std::string_view id = path.substr(kUnits.size());
    if (id.find('/') != std::string_view::npos) return {};
    if (auto decoded = percent_decoded(id)) return {Route::unit, std::move(*decoded)};
  }
  if (path.starts_with(kExperiments) && path.size() > kExperiments.size() && path[kExperiments.size()] == '/') {
    const std::string_view rest = path.substr(kExperiments.size() + 1);
    for (const auto& [suffix, route] : kOfExperiment) {
      if (!rest.ends_with(suffix) || rest.size() == suffix.size()) continue;
      const std::string_view key = rest.substr(0, rest.size() - suffix.size());
      if (key.find('/') != std::string_view::npos) return {};
      if (auto decoded = percent_decoded(key)) return {route, std::move(*decoded)};
    }
  }
  return {};
}

bool logs(Route route) {
  return route == Route::next || route == Route::last || route == Route::events;
}

std::string_view allowed_methods(Route route) {
  if (route == Route::lab_simulation) return "DELETE, POST";
  return logs(route) ? "POST" : "GET, HEAD";
}

bool allows(Route route, std::string_view method) {
  if (route == Route::lab_simulation) return method == "DELETE" || method == "POST";
  if (logs(route)) return method == "POST";
  return method == "GET" || method == "HEAD";
}

}  // namespace crossfade::server
