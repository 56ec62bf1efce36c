#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crossfade::server {

// What is wrong with a request where JSON is wanted, for people; nothing when its type is JSON ("application/json",
// with parameters or not, "application/...+json") and its body may be: nlohmann's parser takes a NUL byte for the end
// of a text, and whatever follows it for nothing.
std::optional<std::string> not_json(std::string_view content_type, std::string_view body);

}  // namespace crossfade::server
