#pragma once

#include <span>
#include <string_view>

namespace crossfade::web {

// A file of the report page, or /openapi.yaml, embedded in the program.
struct Asset {
  std::string_view path;  // as requested: "/report" is the page, those below /assets/ name a hash of their content
  std::string_view content_type;  // "text/html; charset=utf-8"
  std::string_view gzip;          // the content, compressed
  std::string_view etag;          // in quotes, a hash of the content
};

std::span<const Asset> assets();

// The page as one file with script and style in it, not compressed. kSharedData stands once in it, where the answers
// that the page would ask a server for belong: a JSON object by path, without any "<".
std::string_view shared_page();
inline constexpr std::string_view kSharedData = "{\"answers\":\"by path\"}";

}  // namespace crossfade::web
