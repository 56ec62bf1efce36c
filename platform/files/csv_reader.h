#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/error.h"
#include "platform/files/line_reader.h"

namespace crossfade::files {

// A table with a header in RFC 4180's format, plain or gzip, in one pass: fields may be quoted, with commas, line
// breaks and doubled quotes in them; lines end with LF or CRLF; a byte order mark is skipped, and so are empty lines.
// Every function throws Error (user) that names file, line and column where the file is no such table, or has more than
// kMostColumns, or a row of more than kLongestRow.
class CsvReader {
 public:
  static constexpr std::size_t kMostColumns = 4096;
  static constexpr std::size_t kLongestRow = std::size_t{16} << 20;  // bytes

  explicit CsvReader(const std::filesystem::path& file);

  const std::vector<std::string>& columns() const { return columns_; }
  // Where the column stands among columns(); nothing where the table has none of that name.
  std::optional<std::size_t> find(std::string_view column) const;
  // The same; Error, with the nearest name, where the table has none of that name.
  std::size_t require(std::string_view column) const;

  // The fields of the next row, valid until the next call; nothing after the last.
  std::optional<std::span<const std::string_view>> next();
  // A fault in that field of the row that next gave. Of a row of several lines the first is named.
  Fault fault(std::size_t field, std::string message) const;

 private:
  bool read_row();
  std::size_t read_field(std::size_t at);
  std::size_t read_quoted(std::size_t at);
  [[noreturn]] void refuse(std::size_t at, std::string message) const;

  const std::string file_;
  LineReader lines_;
  std::vector<std::string> columns_;
  std::string row_;       // the line or lines of the row
  std::size_t line_ = 0;  // the line on which row_ begins
  // Where the content of each field is: in row_, or in unquoted_ where quotes were doubled.
  struct Place {
    std::size_t begin = 0;  // of the field in row_, quotes included
    std::string_view text;
    std::optional<std::size_t> unquoted;
  };
  std::vector<Place> places_;
  std::vector<std::string> unquoted_;
  std::vector<std::string_view> fields_;
};

}  // namespace crossfade::files
