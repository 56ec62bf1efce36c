// JSON lines and JSON files, plain or gzip, and how messages show what stands in them.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "platform/core/error.h"
#include "platform/files/json_lines.h"
#include "tests/fuzz/input_file.h"

using namespace crossfade;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::InputFile file;
  if (!file.hold(data, size)) return 0;
  files::FileFaults faults{"input"};
  try {
    files::for_each_json_object(file.path(), faults,
                                [](nlohmann::json& object, std::size_t) { files::shown(nlohmann::json(object)); });
    files::shown(files::read_json(file.path(), faults));
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
