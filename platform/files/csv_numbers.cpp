#include "platform/files/csv_numbers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace crossfade::files {

namespace {

constexpr std::array<std::string_view, 13> kMissing{"",     "na",   "n/a", "nan", "null", "none", "nil",
                                                    "#n/a", "<na>", "?",   ".",   "-",    "\\n"};
// What separates thousands besides the two that may be decimal signs: no-break space, narrow no-break space, thin
// space, typographic apostrophe.
constexpr std::array<std::string_view, 4> kWide{"\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89", "\xE2\x80\x99"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<double> plain_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// Spaces of every width as ' ', the typographic apostrophe as '\''.
std::string narrowed(std::string_view text) {
  std::string narrow;
  while (!text.empty()) {
    const auto wide = std::ranges::find_if(kWide, [&](std::string_view one) { return text.starts_with(one); });
    if (wide == kWide.end()) {
      narrow += text.front();
      text.remove_prefix(1);
    } else {
      narrow += *wide == kWide.back() ? '\'' : ' ';
      text.remove_prefix(wide->size());
    }
  }
  return narrow;
}

// The digits and signs of a number up to its exponent; "" of anything else.
std::string_view mantissa_of(std::string_view number) {
  if (!number.empty() && (number.front() == '-' || number.front() == '+')) number.remove_prefix(1);
  number = number.substr(0, std::min(number.find_first_of("eE"), number.size()));
  const bool known =
      std::ranges::all_of(number, [](char c) { return is_digit(c) || c == '.' || c == ',' || c == ' ' || c == '\''; });
  return known && !number.empty() ? number : std::string_view();
}

// Votes of the values of a column.
struct Votes {
  int decimal_point = 0;
  int decimal_comma = 0;
  int comma_thousands = 0;
  int point_thousands = 0;
  int space_thousands = 0;
  int apostrophe_thousands = 0;
  int either_comma = 0;  // 1,234
  int either_point = 0;  // 1.234

  void add(std::string_view mantissa) {
    space_thousands += mantissa.find(' ') != std::string_view::npos ? 1 : 0;
    apostrophe_thousands += mantissa.find('\'') != std::string_view::npos ? 1 : 0;
    const auto commas = std::ranges::count(mantissa, ',');
    const auto points = std::ranges::count(mantissa, '.');
    if (commas > 0 && points > 0) {
      const bool comma_last = mantissa.rfind(',') > mantissa.rfind('.');
      ++(comma_last ? decimal_comma : decimal_point);
      ++(comma_last ? point_thousands : comma_thousands);
    } else if (commas > 0) {
      vote(mantissa, mantissa.find(','), commas, comma_thousands, decimal_comma, either_comma);
    } else if (points > 0) {
      vote(mantissa, mantissa.find('.'), points, point_thousands, decimal_point, either_point);
    }
  }

 private:
  static void vote(std::string_view mantissa, std::size_t first, std::ptrdiff_t signs, int& thousands, int& decimal,
                   int& either) {
    const bool grouped = mantissa.size() - first - 1 == 3 && first > 0 && first <= 3 && mantissa.front() != '0';
    ++(signs > 1 ? thousands : grouped ? either : decimal);
  }
};

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view wide = "\xC2\xA0";
  for (;;) {
    if (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
      text.remove_prefix(1);
    } else if (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
      text.remove_suffix(1);
    } else if (text.starts_with(wide)) {
      text.remove_prefix(wide.size());
    } else if (text.ends_with(wide)) {
      text.remove_suffix(wide.size());
    } else {
      return text;
    }
  }
}

bool is_missing(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 4) return false;
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  return std::ranges::any_of(kMissing, [&](std::string_view word) { return std::ranges::equal(text, word, same); });
}

NumberFormat number_format(std::span<const std::string_view> values, char delimiter) {
  Votes votes;
  for (const std::string_view value : values) {
    if (is_missing(value)) continue;
    const std::string number = narrowed(trimmed(value));
    votes.add(mantissa_of(number));
  }
  if (votes.either_comma > 0 && votes.decimal_comma == 0 && votes.decimal_point == 0 && votes.comma_thousands == 0) {
    ++(delimiter == ';' ? votes.decimal_comma : votes.comma_thousands);
  }
  const bool comma = votes.decimal_comma > 0 || votes.point_thousands > 0;
  if (comma && (votes.decimal_point > 0 || votes.comma_thousands > 0)) return {};
  NumberFormat format{.decimal = comma ? ',' : '.'};
  if (votes.space_thousands > 0) format.thousands = ' ';
  if (votes.apostrophe_thousands > 0) format.thousands = '\'';
  if (comma && (votes.point_thousands > 0 || votes.either_point > 0)) format.thousands = '.';
  if (!comma && votes.comma_thousands > 0) format.thousands = ',';
  return format;
}

std::optional<double> parse_number(std::string_view text, const NumberFormat& format) {
  if (format == NumberFormat{}) {
    if (const auto value = plain_number(text)) return value;
  }
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  if (format == NumberFormat{}) return plain_number(text);
  const std::string number = narrowed(text);
  const std::string_view mantissa = mantissa_of(number);
  const std::size_t whole = std::min(mantissa.find(format.decimal), mantissa.size());
  std::string plain(number.starts_with('-') ? "-" : "");
  for (std::size_t i = 0; i < mantissa.size(); ++i) {
    const char c = mantissa[i];
    if (is_digit(c)) {
      plain += c;
    } else if (c == format.decimal && i == whole) {
      plain += '.';
    } else if (c != format.thousands || i > whole || i == 0 || (whole - i) % 4 != 0) {
      return std::nullopt;
    }
  }
  // Where there are thousands, the first group has three digits at most.
  const std::size_t first = mantissa.substr(0, whole).find(format.thousands);
  if (format.thousands != '\0' && first != std::string_view::npos && first > 3) return std::nullopt;
  const std::size_t exponent = number.find_first_of("eE");
  if (exponent != std::string::npos) plain += number.substr(exponent);
  return plain_number(plain);
}

}  // namespace crossfade::files
