#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/files/csv_reader.h"
#include "platform/files/file_faults.h"

namespace crossfade::imports {

// The rows of anybody's table, and what becomes of those that cannot be used: faults, or, where that is asked for, left
// out and counted.
class TableRows {
 public:
  using Row = std::span<const std::string_view>;

  TableRows(const std::filesystem::path& file, bool lenient);

  const files::CsvReader& csv() const { return csv_; }
  // Throws what is wrong with all rows after the last one.
  std::optional<Row> next();
  // A field of the row that next gave cannot be used: neither can the row.
  void reject(std::size_t field, std::string message);

  // Rows that were rejected; and a sentence about them, "" where there are none.
  std::int64_t left_out() const { return left_out_; }
  std::string left_out_sentence() const;

 private:
  void reject(Fault fault);

  files::CsvReader csv_;
  files::FileFaults faults_;
  const bool lenient_;
  std::int64_t rows_ = 0;
  std::int64_t last_rejected_ = 0;  // its number
  std::int64_t left_out_ = 0;
  std::string first_;  // of what was left out
};

// A column of numbers.
class NumberColumn {
 public:
  NumberColumn(const files::CsvReader& csv, std::string_view name);

  std::size_t field() const { return field_; }
  const files::NumberFormat& format() const { return format_; }
  const std::string& name() const { return name_; }
  // NaN where there is no value; nothing where the text is no number within kLargestValue, and `wanted` says what is.
  std::optional<double> read(std::string_view text);
  std::string wanted(std::string_view text) const;
  // Words that were taken for no value, and how often.
  const std::map<std::string, std::int64_t>& missing() const { return missing_; }

 private:
  std::string name_;
  std::size_t field_;
  files::NumberFormat format_;
  std::map<std::string, std::int64_t> missing_;
};

// "separated by semicolons, decimal commas, 12 fields NA taken for no value"; "" where nothing is to be said.
std::string reading_of(const files::CsvReader& csv, std::span<const NumberColumn> columns);

}  // namespace crossfade::imports
