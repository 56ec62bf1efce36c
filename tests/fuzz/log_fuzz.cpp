// Lines of the course's logs.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "platform/files/text_file.h"
#include "platform/import/botify_line.h"

using namespace crossfade;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  files::FileFaults faults{"log.json"};
  std::size_t number = 0;
  for (const std::string_view text : files::lines_of({reinterpret_cast<const char*>(data), size})) {
    const auto line = imports::read_botify_line(text, ++number, faults);
    if (line) imports::read_botify_experiments(*line, faults);
  }
  return 0;
}
