#pragma once

#include <string>
#include <string_view>

namespace crossfade::server {

// If-None-Match: does its list of tags, weak or not, or "*", hold this strong one?
bool lists(std::string_view header, std::string_view etag);

// The tag of the uncompressed form: the two encodings are two representations, and a strong tag is one's own.
std::string plain_tag(std::string_view etag);

// "\"0123456789abcdef\"": FNV-1a 64 of the content.
std::string etag_of(std::string_view content);

}  // namespace crossfade::server
