#pragma once

#include <optional>
#include <string>
#include <string_view>

// What a request asks for: "/next/7?x=1".
namespace crossfade::server {

// The target without its query.
std::string_view path_of(std::string_view target);
// "a%20b" -> "a b"; nothing for a broken escape.
std::optional<std::string> percent_decoded(std::string_view text);
// "a b" -> "a%20b": all but letters, digits and -_.!~*'() as JavaScript's encodeURIComponent does.
std::string percent_encoded(std::string_view text);

}  // namespace crossfade::server
