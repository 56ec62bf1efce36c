#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crossfade::server {

// What is wrong with a Content-Type where JSON is wanted, for people; nothing when it is JSON ("application/json", with
// parameters or not, "application/...+json").
std::optional<std::string> not_json(std::string_view content_type);

}  // namespace crossfade::server
