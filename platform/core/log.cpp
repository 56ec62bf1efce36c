#include "platform/core/log.h"

#include <cstdio>
#include <exception>
#include <string>

#include "platform/core/text.h"

namespace crossfade {

void log_line(std::string_view line) noexcept {
  try {
    std::string whole = printable_lines(line);
    whole += '\n';
    std::fwrite(whole.data(), 1, whole.size(), stderr);  // in one piece, so that threads do not mix their lines
  } catch (const std::exception&) {
    std::fputs("a line of the log was dropped: out of memory\n", stderr);
  }
}

}  // namespace crossfade
