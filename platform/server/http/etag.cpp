#include "platform/server/http/etag.h"

#include <fmt/format.h>

#include "platform/core/random.h"

namespace crossfade::server {

bool lists(std::string_view header, std::string_view etag) {
  while (!header.empty()) {
    const auto comma = header.find(',');
    std::string_view tag = header.substr(0, comma);
    header.remove_prefix(comma == std::string_view::npos ? header.size() : comma + 1);
    while (!tag.empty() && tag.front() == ' ') tag.remove_prefix(1);
    while (!tag.empty() && tag.back() == ' ') tag.remove_suffix(1);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag || tag == "*") return true;
  }
  return false;
}

std::string plain_tag(std::string_view etag) {
  std::string tag(etag);
  tag.insert(tag.empty() ? 0 : tag.size() - 1, "-plain");
  return tag;
}

std::string etag_of(std::string_view content) {
  return fmt::format("\"{:016x}\"", key_of(content));
}

}  // namespace crossfade::server
