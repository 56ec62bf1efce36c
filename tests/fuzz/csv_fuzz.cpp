// CSV, plain or gzip, as RFC 4180 has it and in any dialect.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "platform/core/error.h"
#include "platform/files/csv_reader.h"
#include "tests/fuzz/input_file.h"

using namespace crossfade;

namespace {

// All rows; of a sniffed table also after one at fault, and as numbers.
void read(const fuzz::InputFile& file, files::CsvReader::Format format) {
  try {
    files::CsvReader csv(file.path(), format);
    std::vector<files::NumberFormat> numbers;
    for (std::size_t i = 0; i < csv.columns().size(); ++i) numbers.push_back(csv.numbers(i));
    for (bool more = true; more;) {
      try {
        const auto row = csv.next();
        more = row.has_value();
        for (std::size_t i = 0; more && i < row->size(); ++i) {
          csv.fault(i, "");
          files::parse_number((*row)[i], numbers[i]);
          files::is_missing((*row)[i]);
        }
      } catch (const Error& error) {
        more = format == files::CsvReader::Format::sniffed && !error.faults().empty() && error.faults()[0].column > 0;
      }
    }
  } catch (const Error&) {
    return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::InputFile file;
  if (!file.hold(data, size)) return 0;
  for (const auto format : {files::CsvReader::Format::rfc4180, files::CsvReader::Format::sniffed}) read(file, format);
  return 0;
}
