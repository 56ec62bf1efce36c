#include "platform/files/csv_reader.h"

#include <algorithm>
#include <utility>

namespace crossfade::files {

namespace {}  // namespace

CsvReader::CsvReader(const std::filesystem::path& file, Format format) : lines_(file), file_(lines_.file()) {
  if (format == Format::sniffed) {
    Sniffed sniffed = sniff(lines_);
    dialect_ = std::move(sniffed.dialect);
    sample_ = std::move(sniffed.sample);
  }
  read_header();
  if (format == Format::rfc4180) return;
  for (std::string& name : columns_) name = trimmed(name);
}

CsvReader::CsvReader(std::string file, std::string text, char delimiter)
    : lines_(std::move(file), std::move(text)), file_(lines_.file()), dialect_{.delimiter = delimiter} {
  read_header();
}

void CsvReader::read_header() {
  if (!read_row()) throw Error::faults({{.file = file_, .line = 1, .column = 1, .message = "empty, want a header"}});
  if (fields_.size() > kMostColumns) {
    refuse(places_[kMostColumns].begin,
           std::to_string(fields_.size()) + " columns, want at most " + std::to_string(kMostColumns));
  }
  for (const std::string_view name : fields_) {
    if (std::ranges::find(columns_, name) != columns_.end()) {
      refuse(places_[columns_.size()].begin, "column \"" + std::string(name) + "\" stands twice, want it once");
    }
    columns_.emplace_back(name);
  }
}

NumberFormat CsvReader::numbers(std::size_t column) const {
  std::vector<std::string_view> values;
  for (const std::vector<std::string>& row : sample_) values.push_back(row[column]);
  return number_format(values, dialect_.delimiter);
}

std::optional<std::size_t> CsvReader::find(std::string_view column) const {
  const auto found = std::ranges::find(columns_, column);
  if (found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns_.begin());
}

std::size_t CsvReader::require(std::string_view column) const {
  if (const auto found = find(column)) return *found;
  constexpr std::size_t most = 30;  // enough to find one's own among them
  std::string all;
  for (std::size_t i = 0; i < std::min(columns_.size(), most); ++i) all += (i == 0 ? "" : ", ") + columns_[i];
  if (columns_.size() > most) all += " and " + std::to_string(columns_.size() - most) + " more";
  const std::string near = nearest_name(column, columns_);
  throw Error::faults({{.file = file_,
                        .line = 1,
                        .column = 1,
                        .message = "no column \"" + std::string(column) + "\"; " +
                                   (near.empty() ? "it has " + all : "did you mean \"" + near + "\"?")}});
}

std::optional<std::span<const std::string_view>> CsvReader::next() {
  if (!read_row()) return std::nullopt;
  if (fields_.size() != columns_.size()) {
    const std::size_t at = fields_.size() > columns_.size() ? places_[columns_.size()].begin : row_.size();
    refuse(at, std::to_string(fields_.size()) + (fields_.size() == 1 ? " field" : " fields") +
                   ", want one for each of the " + std::to_string(columns_.size()) + " columns");
  }
  return fields_;
}

Fault CsvReader::fault(std::size_t field, std::string message) const {
  // Of a row of several lines the first is named, and the column counts through.
  return {.file = file_, .line = line_, .column = places_[field].begin + 1, .message = std::move(message)};
}

void CsvReader::refuse(std::size_t at, std::string message) const {
  throw Error::faults({{.file = file_, .line = line_, .column = at + 1, .message = std::move(message)}});
}

bool CsvReader::read_row() {
  do {
    const auto line = lines_.next();
    if (!line) return false;
    row_.assign(*line);
    line_ = lines_.line();
    if (columns_.empty() && row_.starts_with(kByteOrderMark)) row_.erase(0, kByteOrderMark.size());
  } while (row_.empty() || row_ == "\r");
  places_.clear();
  unquoted_.clear();
  for (std::size_t at = 0; at != std::string::npos;) at = read_field(at);
  fields_.clear();
  for (const Place& place : places_) {
    fields_.push_back(place.unquoted ? std::string_view(unquoted_[*place.unquoted]) : place.text);
    if (dialect_.padded) fields_.back() = trimmed(fields_.back());
  }
  return true;
}

// Returns where the next one begins; npos behind the last.
std::size_t CsvReader::read_field(std::size_t at) {
  // Of a padded field the quote stands behind the spaces.
  const std::size_t quote_at = dialect_.padded ? std::min(row_.find_first_not_of(' ', at), row_.size()) : at;
  if (quote_at < row_.size() && row_[quote_at] == '"') return read_quoted(quote_at);
  const std::size_t end = std::min(row_.find(dialect_.delimiter, at), row_.size());
  if (end == row_.size() && end > at && row_.back() == '\r') {
    row_.pop_back();
    return read_field(at);
  }
  const std::string_view text = std::string_view(row_).substr(at, end - at);
  if (const std::size_t quote = text.find('"'); quote != std::string_view::npos) {
    refuse(at + quote, "a quote inside a field that is not quoted, want the whole field in quotes");
  }
  places_.push_back({.begin = at, .text = text, .unquoted = std::nullopt});
  return end == row_.size() ? std::string::npos : end + 1;
}

std::size_t CsvReader::read_quoted(std::size_t begin) {
  std::string text;
  std::size_t at = begin + 1;
  for (;;) {
    const std::size_t quote = row_.find('"', at);
    if (quote == std::string::npos) {
      const auto more = lines_.next();
      if (!more) refuse(begin, "a quote that is opened and never closed");
      text.append(row_, at);
      text += '\n';
      at = row_.size() + 1;
      // The places of the fields before must outlive the growth of the row.
      for (Place& place : places_) {
        if (place.unquoted) continue;
        unquoted_.emplace_back(place.text);
        place.unquoted = unquoted_.size() - 1;
      }
      if (row_.size() + more->size() > kLongestRow) {
        refuse(begin, "a field of more than " + std::to_string(kLongestRow) + " bytes, want its quote closed before");
      }
      row_ += '\n';
      row_ += *more;
      continue;
    }
    text.append(row_, at, quote - at);
    at = quote + 1;
    if (at < row_.size() && row_[at] == '"') {
      text += '"';
      ++at;
      continue;
    }
    if (at + 1 == row_.size() && row_[at] == '\r') row_.pop_back();
    if (dialect_.padded) at = std::min(row_.find_first_not_of(' ', at), row_.size());
    if (at < row_.size() && row_[at] != dialect_.delimiter) {
      refuse(at, "text behind a closing quote, want " + (dialect_.delimiter == ','
                                                             ? std::string("a comma")
                                                             : "\"" + std::string(1, dialect_.delimiter) + "\""));
    }
    unquoted_.push_back(std::move(text));
    places_.push_back({.begin = begin, .text = {}, .unquoted = unquoted_.size() - 1});
    return at == row_.size() ? std::string::npos : at + 1;
  }
}

}  // namespace crossfade::files
