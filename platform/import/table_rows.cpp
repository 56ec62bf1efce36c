#include "platform/import/table_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "platform/core/error.h"
#include "platform/core/metric.h"

namespace crossfade::imports {

namespace {

std::string_view name_of(char thousands) {
  switch (thousands) {
    case ',':
      return "commas between thousands";
    case '.':
      return "points between thousands";
    case ' ':
      return "spaces between thousands";
    default:
      return "apostrophes between thousands";
  }
}

}  // namespace

TableRows::TableRows(const std::filesystem::path& file, bool lenient)
    : csv_(file, files::CsvReader::Format::sniffed),
      faults_(file == "-" ? "standard input" : file),
      lenient_(lenient) {}

std::optional<TableRows::Row> TableRows::next() {
  for (;;) {
    try {
      const auto row = csv_.next();
      if (!row) break;
      ++rows_;
      return row;
    } catch (const Error& error) {
      // Without a column it is no row that is at fault: the file cannot be read on.
      if (error.faults().empty() || error.faults().front().column == 0) faults_.throw_with(error);
      ++rows_;
      reject(error.faults().front());
    }
  }
  faults_.throw_if_any();
  if (left_out_ > 0 && left_out_ == rows_) {
    throw Error::user(fmt::format("none of {} rows can be used: {}", rows_, first_));
  }
  return std::nullopt;
}

void TableRows::reject(std::size_t field, std::string message) {
  reject(csv_.fault(field, std::move(message)));
}

void TableRows::reject(Fault fault) {
  if (last_rejected_ != rows_) ++left_out_;
  last_rejected_ = rows_;
  if (!lenient_) return faults_.add(std::move(fault));
  if (first_.empty()) first_ = to_string(fault);
}

std::string TableRows::left_out_sentence() const {
  if (left_out_ == 0) return "";
  return fmt::format("{} of {} rows {} left out, the first for: {}.", left_out_, rows_, left_out_ == 1 ? "was" : "were",
                     first_);
}

NumberColumn::NumberColumn(const files::CsvReader& csv, std::string_view name)
    : name_(name), field_(csv.require(name)), format_(csv.numbers(field_)) {}

std::optional<double> NumberColumn::read(std::string_view text) {
  if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto value = files::parse_number(text, format_);
  if (value) return std::abs(*value) <= kLargestValue ? value : std::nullopt;
  if (!files::is_missing(text)) return std::nullopt;
  const std::string_view word = files::trimmed(text);
  if (!word.empty()) ++missing_[std::string(word)];
  return std::numeric_limits<double>::quiet_NaN();
}

std::string NumberColumn::wanted(std::string_view text) const {
  if (files::parse_number(text, format_)) return "a number within 1e+15";
  return format_.decimal == ',' ? "a number with a decimal comma" : "a number";
}

std::string reading_of(const files::CsvReader& csv, std::span<const NumberColumn> columns) {
  std::vector<std::string> parts;
  const std::string dialect = to_string(csv.dialect());
  if (!dialect.empty()) parts.push_back(dialect);
  std::set<std::string_view> formats;
  std::map<std::string, std::int64_t> missing;
  for (const NumberColumn& column : columns) {
    if (column.format().decimal == ',') formats.insert("decimal commas");
    if (column.format().thousands != '\0') formats.insert(name_of(column.format().thousands));
    for (const auto& [word, times] : column.missing()) missing[word] += times;
  }
  parts.insert(parts.end(), formats.begin(), formats.end());
  for (const auto& [word, times] : missing) {
    parts.push_back(fmt::format("{} {} \"{}\" taken for no value", times, times == 1 ? "field" : "fields", word));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace crossfade::imports
