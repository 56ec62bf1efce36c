#pragma once

#include <string_view>

namespace crossfade {

// Writes a line, or several, to stderr as a terminal may have them (printable_lines), and a newline behind. A line that
// cannot be written (its reader has gone, its disk is full) is dropped: what a server says must never end what it does.
// SIGPIPE is the program's to ignore.
void log_line(std::string_view line) noexcept;

}  // namespace crossfade
