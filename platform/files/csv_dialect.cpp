#include "platform/files/csv_dialect.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string_view>
#include <utility>

#include "platform/core/error.h"
#include "platform/files/csv_reader.h"

namespace crossfade::files {

namespace {

constexpr std::array kDelimiters{',', ';', '\t', '|'};

std::string_view name_of(char delimiter) {
  switch (delimiter) {
    case ',':
      return "commas";
    case ';':
      return "semicolons";
    case '\t':
      return "tabs";
    case '|':
      return "bars";
    case ' ':
      return "spaces";
    default:
      return "";
  }
}

// "sep=;" with nothing or a CR behind it; '\0' of any other line.
char separator_of(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() != 5) return '\0';
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  const bool separates =
      line[4] == '\t' || line[4] == ' ' || (std::ispunct(static_cast<unsigned char>(line[4])) != 0 && line[4] != '"');
  return separates && std::ranges::equal(line.substr(0, 4), std::string_view("sep="), same) ? line[4] : '\0';
}

// Whole lines: what is behind the last line break may be cut off.
std::string whole_lines(std::string_view text, bool is_all) {
  if (is_all) return std::string(text);
  const std::size_t end = text.rfind('\n');
  return std::string(text.substr(0, end == std::string_view::npos ? text.size() : end + 1));
}

struct Trial {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::size_t bad = 0;  // rows of another number of fields

  double good_share() const {
    const auto all = static_cast<double>(rows.size() + bad);
    return header.size() < 2 ? 0 : (all > 0 ? static_cast<double>(rows.size()) / all : 1);
  }
};

Trial tried(const std::string& text, char delimiter) {
  Trial trial;
  try {
    CsvReader csv("", text, delimiter);
    trial.header = csv.columns();
    while (trial.rows.size() + trial.bad < kMostSampled) {
      try {
        const auto row = csv.next();
        if (!row) break;
        trial.rows.emplace_back(row->begin(), row->end());
      } catch (const Error&) {
        ++trial.bad;
      }
    }
  } catch (const Error&) {
    return {};
  }
  return trial;
}

bool is_padded(const Trial& trial) {
  const auto padded = [](const std::vector<std::string>& row) {
    return row.size() > 1 && std::all_of(row.begin() + 1, row.end(),
                                         [](const std::string& field) { return field.empty() || field[0] == ' '; });
  };
  const auto blank = [](const std::vector<std::string>& row) {
    return std::all_of(row.begin() + 1, row.end(), [](const std::string& field) { return field.empty(); });
  };
  return !trial.rows.empty() && padded(trial.header) && !blank(trial.header) && std::ranges::all_of(trial.rows, padded);
}

}  // namespace

std::string to_string(const CsvDialect& dialect) {
  std::vector<std::string> parts;
  if (!dialect.charset.empty()) parts.push_back(dialect.charset);
  if (dialect.delimiter != ',') {
    const std::string_view name = name_of(dialect.delimiter);
    parts.push_back("separated by " +
                    (name.empty() ? "\"" + std::string(1, dialect.delimiter) + "\"" : std::string(name)));
  }
  if (dialect.separator_line) parts.push_back("a line sep= before the header");
  if (dialect.cr_lines) parts.push_back("lines end with CR");
  if (dialect.padded) parts.push_back("fields padded with spaces");
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

Sniffed sniff(LineReader& lines) {
  Sniffed sniffed;
  CsvDialect& dialect = sniffed.dialect;
  const std::size_t bytes = lines.peek().size();
  dialect.charset = charset_of(lines.peek());
  if (!dialect.charset.empty()) lines.decode_from(dialect.charset);
  if (lines.peek().find('\n') == std::string_view::npos && lines.peek().find('\r') != std::string_view::npos) {
    dialect.cr_lines = true;
    lines.end_with_cr();
  }
  std::string_view text = lines.peek();
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const char separator = separator_of(text.substr(0, text.find('\n')));
  if (separator != '\0') {
    dialect.separator_line = true;
    lines.next();
    text = lines.peek();
  }
  const std::string beginning = whole_lines(text, bytes < BlockReader::kBlock);
  Trial best;
  if (separator != '\0') {
    dialect.delimiter = separator;
    best = tried(beginning, separator);
  } else {
    best = tried(beginning, ',');
    for (const char delimiter : kDelimiters) {
      Trial trial = tried(beginning, delimiter);
      const auto rank = [](const Trial& one) { return std::pair(one.good_share(), one.header.size()); };
      if (trial.header.size() < 2 || rank(trial) <= rank(best)) continue;
      dialect.delimiter = delimiter;
      best = std::move(trial);
    }
  }
  dialect.padded = is_padded(best);
  sniffed.sample = std::move(best.rows);
  return sniffed;
}

}  // namespace crossfade::files
