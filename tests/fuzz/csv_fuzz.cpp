// CSV, plain or gzip.
#include <cstddef>
#include <cstdint>

#include "platform/core/error.h"
#include "platform/files/csv_reader.h"
#include "tests/fuzz/input_file.h"

using namespace crossfade;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::InputFile file;
  if (!file.hold(data, size)) return 0;
  try {
    files::CsvReader csv(file.path());
    while (const auto row = csv.next()) {
      for (std::size_t i = 0; i < row->size(); ++i) csv.fault(i, "");
    }
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
