#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

// Where `text` stops being UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF); nothing where
// all of it is. O(text).
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

// `text`, fit for a terminal and for one line of a log: what a terminal obeys (control characters of ASCII and of
// U+0080 to U+009F, the marks that turn the direction of writing) and what is no UTF-8 is written as it would be in a
// string, "\x1b", "\n", "\u202e"; all else stays as it is. O(text).
std::string printable(std::string_view text);
// The same, but line ends stay: for a message of several lines.
std::string printable_lines(std::string_view text);

// One word of a command, as a POSIX shell takes it: in quotes where it would make something else of it.
std::string shell_quoted(std::string_view word);

}  // namespace crossfade
