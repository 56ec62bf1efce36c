#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/files/line_reader.h"

namespace crossfade::files {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // of UTF-8

// How a table differs from RFC 4180's format in UTF-8.
struct CsvDialect {
  char delimiter = ',';         // or ';', '\t', '|'; what a line "sep=x" says
  std::string charset = {};     // as iconv calls it; "" UTF-8
  bool separator_line = false;  // the first line is "sep=x", which Excel reads
  bool cr_lines = false;        // lines end with a CR alone, as old Macs wrote them
  bool padded = false;          // every field behind a delimiter begins with a space

  bool operator==(const CsvDialect&) const = default;
};

// "UTF-16LE, separated by semicolons"; "" of RFC 4180's format in UTF-8.
std::string to_string(const CsvDialect& dialect);

// Told by what the file begins with, as far as the first block goes. The lines are decoded from then on, and the line
// "sep=x" is taken. The delimiter is the one by which most rows have as many fields as the header, and among equals the
// one that makes most of these.
struct Sniffed {
  CsvDialect dialect;
  // The first rows of the table, its header left out, kMostSampled at most: those that have a field for each column.
  std::vector<std::vector<std::string>> sample;
};
inline constexpr std::size_t kMostSampled = 1000;
Sniffed sniff(LineReader& lines);

}  // namespace crossfade::files
