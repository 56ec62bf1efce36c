#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace crossfade::files {

// How the numbers of a column are written.
struct NumberFormat {
  char decimal = '.';
  // Between groups of three digits: ',', '.', ' ' (of any width) or '\''; '\0': none.
  char thousands = '\0';

  bool operator==(const NumberFormat&) const = default;
};

// Told by some of a column's values: "1.234,5" has a decimal comma, "1,5" has one, "1,234" alone might be either and is
// taken for what is usual with the delimiter: a decimal comma with semicolons, thousands with anything else. Values
// that contradict one another: plain numbers, so that each of the others is a fault where it stands.
NumberFormat number_format(std::span<const std::string_view> values, char delimiter);

// A finite number. Spaces around it, and a plus before it, are no part of it.
std::optional<double> parse_number(std::string_view text, const NumberFormat& format);

// Whether the field says that there is no value: empty, NA, N/A, NaN, null, none, nil, #N/A, <NA>, ?, ., - or \N, in
// any case, with spaces around it or not.
bool is_missing(std::string_view text);

// Without spaces and tabs around it, no-break ones too.
std::string_view trimmed(std::string_view text);

}  // namespace crossfade::files
