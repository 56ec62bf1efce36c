#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/error.h"
#include "platform/files/csv_dialect.h"
#include "platform/files/csv_numbers.h"
#include "platform/files/line_reader.h"

namespace crossfade::files {

// A table with a header in RFC 4180's format, plain or gzip, in one pass: fields may be quoted, with commas, line
// breaks and doubled quotes in them; lines end with LF or CRLF; a byte order mark is skipped, and so are empty lines.
// Or, where that is asked for, in whatever dialect the file turns out to be in.
// Every function throws Error (user) that names file, line and column where the file is no such table, or has more than
// kMostColumns, or a row of more than kLongestRow. After a row that is at fault, the next one can be read.
class CsvReader {
 public:
  static constexpr std::size_t kMostColumns = 4096;
  static constexpr std::size_t kLongestRow = std::size_t{16} << 20;  // bytes

  enum class Format { rfc4180, sniffed };
  explicit CsvReader(const std::filesystem::path& file, Format format = Format::rfc4180);
  // Of a text, in whose place faults name `file`.
  CsvReader(std::string file, std::string text, char delimiter);

  // Of a sniffed table without spaces around them.
  const std::vector<std::string>& columns() const { return columns_; }
  // That of RFC 4180 unless it was sniffed.
  const CsvDialect& dialect() const { return dialect_; }
  // How the column's numbers are written, as far as its first values say; plain where nothing was sniffed.
  NumberFormat numbers(std::size_t column) const;
  // How far the file has been read, and how far there is to read; 0 where that is not known.
  std::uint64_t offset() const { return lines_.offset(); }
  std::uint64_t size() const { return lines_.size(); }
  // Where the column stands among columns(); nothing where the table has none of that name.
  std::optional<std::size_t> find(std::string_view column) const;
  // The same; Error, with the nearest name, where the table has none of that name.
  std::size_t require(std::string_view column) const;

  // The fields of the next row, valid until the next call; nothing after the last.
  std::optional<std::span<const std::string_view>> next();
  // A fault in that field of the row that next gave. Of a row of several lines the first is named.
  Fault fault(std::size_t field, std::string message) const;

 private:
  void read_header();
  bool read_row();
  std::size_t read_field(std::size_t at);
  std::size_t read_quoted(std::size_t at);
  [[noreturn]] void refuse(std::size_t at, std::string message) const;

  LineReader lines_;
  const std::string file_;
  CsvDialect dialect_;
  std::vector<std::vector<std::string>> sample_;  // of what was sniffed
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
