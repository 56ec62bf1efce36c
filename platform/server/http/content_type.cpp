#include "platform/server/http/content_type.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/server/http/responses.h"

namespace crossfade::server {

std::optional<std::string> not_json(std::string_view content_type, std::string_view body) {
  std::string type(content_type.substr(0, content_type.find(';')));
  type.erase(type.find_last_not_of(" \t") + 1);
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c); });
  if (type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"))) {
    if (body.find('\0') != std::string_view::npos) return "request body has a NUL byte, want JSON";
    return std::nullopt;
  }
  return fmt::format("Content-Type is {}, want application/json",
                     content_type.empty() ? "missing" : content_type.substr(0, kQuotedLength));
}

}  // namespace crossfade::server
