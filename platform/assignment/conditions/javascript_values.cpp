#include "platform/assignment/conditions/javascript_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace crossfade::assignment {

namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
}

// Bytes of the blank or line end that `text` begins with; 0: with neither. ECMA-262, 12.2 and 12.3: what \s matches.
std::size_t leading_blank(std::string_view text) {
  if (text.empty()) return 0;
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return first == ' ' || (first >= 0x09 && first <= 0x0d) ? 1 : 0;
  for (const std::string_view blank :
       {"\u00a0", "\u1680", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"}) {
    if (text.starts_with(blank)) return blank.size();
  }
  // U+2000 to U+200A
  const bool spaces = text.size() >= 3 && text.starts_with("\xe2\x80") && static_cast<unsigned char>(text[2]) >= 0x80 &&
                      static_cast<unsigned char>(text[2]) <= 0x8a;
  return spaces ? 3 : 0;
}

std::string_view trimmed(std::string_view text) {
  while (const std::size_t blank = leading_blank(text)) text.remove_prefix(blank);
  while (!text.empty()) {
    std::size_t last = text.size() - 1;
    while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xc0U) == 0x80U) --last;
    if (leading_blank(text.substr(last)) != text.size() - last) break;
    text.remove_suffix(text.size() - last);
  }
  return text;
}

double whole_number(std::string_view digits, int base) {
  if (base == 16) {
    double value = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::hex);
    const bool only_digits = std::ranges::all_of(
        digits, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
    if (!only_digits || digits.empty()) return kNoNumber;
    return error == std::errc::result_out_of_range ? kInfinity : value;
  }
  double value = 0;
  for (const char c : digits) {
    if (c < '0' || c >= '0' + base) return kNoNumber;
    value = value * base + (c - '0');
  }
  return digits.empty() ? kNoNumber : value;
}

// Whether a decimal number that is beyond the doubles is too large, not too small: by where its first digit stands.
bool is_too_large(std::string_view text) {
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  const std::string_view digits = text.substr(0, e);
  const auto point = static_cast<std::int64_t>(std::min(digits.find('.'), digits.size()));
  const auto first = static_cast<std::int64_t>(std::min(digits.find_first_not_of("0."), digits.size()));
  const bool negative = text.substr(e).starts_with("e-") || text.substr(e).starts_with("E-");
  std::int64_t exponent = 0;
  for (const char c : text.substr(e)) {
    constexpr std::int64_t beyond = std::int64_t{1} << 40;  // any text's length
    if (is_digit(c)) exponent = std::min(exponent * 10 + (c - '0'), beyond);
  }
  return point - first + (negative ? -exponent : exponent) > 0;
}

// StrDecimalLiteral without its sign: 5, 5., .5, 5e-3, Infinity.
double decimal_number(std::string_view text) {
  if (text == "Infinity") return kInfinity;
  std::size_t at = count_digits(text);
  std::size_t digits = at;
  if (at < text.size() && text[at] == '.') {
    const std::size_t decimals = count_digits(text.substr(at + 1));
    digits += decimals;
    at += 1 + decimals;
  }
  if (digits == 0) return kNoNumber;
  if (at < text.size()) {
    if (text[at] != 'e' && text[at] != 'E') return kNoNumber;
    std::string_view exponent = text.substr(at + 1);
    if (!exponent.empty() && (exponent.front() == '+' || exponent.front() == '-')) exponent.remove_prefix(1);
    if (exponent.empty() || count_digits(exponent) != exponent.size()) return kNoNumber;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return is_too_large(text) ? kInfinity : 0;
  return value;
}

void append_text(std::string& text, const JsonValue& value) {
  switch (value.kind()) {
    case JsonValue::Kind::null:
      text += "null";
      return;
    case JsonValue::Kind::boolean:
      text += *value.boolean() ? "true" : "false";
      return;
    case JsonValue::Kind::number: {
      std::array<char, 32> storage{};
      text += text_of_number(*value.number(), storage);
      return;
    }
    case JsonValue::Kind::text:
      text += *value.text();
      return;
    case JsonValue::Kind::array:
      for (const JsonValue& item : *value.array()) {
        if (&item != value.array()->data()) text += ',';
        if (item.kind() != JsonValue::Kind::null) append_text(text, item);
      }
      return;
    case JsonValue::Kind::object:
      text += "[object Object]";
      return;
  }
}

// The members in JavaScript's order, where that is not their own.
std::vector<const JsonMember*> in_order(const JsonValue::Object& members) {
  std::vector<const JsonMember*> ordered;
  for (const JsonMember& member : members) ordered.push_back(&member);
  std::ranges::stable_sort(ordered, {}, [](const JsonMember* member) {
    return std::uint64_t{array_index(member->name).value_or(std::numeric_limits<std::uint32_t>::max())};
  });
  return ordered;
}

bool has_index(const JsonValue::Object& members) {
  return std::ranges::any_of(members, [](const JsonMember& member) { return array_index(member.name).has_value(); });
}

bool is_same_member(const JsonMember& a, const JsonMember& b) {
  return a.name == b.name && is_same_json(a.value, b.value);
}

}  // namespace

std::optional<std::uint32_t> array_index(std::string_view name) {
  std::uint32_t index = 0;
  if (name.empty() || !is_digit(name.front()) || (name.size() > 1 && name.front() == '0')) return std::nullopt;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
  return index == std::numeric_limits<std::uint32_t>::max() ? std::nullopt : std::optional(index);
}

std::string_view text_of_number(double number, std::array<char, 32>& storage) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  if (number == 0) return "0";
  // The shortest digits that give the number again are the same in both; only where the point stands differs.
  std::array<char, 32> scientific{};
  char* const digits_end =
      std::to_chars(scientific.data(), scientific.data() + scientific.size(), number, std::chars_format::scientific)
          .ptr;
  std::string_view written{scientific.data(), static_cast<std::size_t>(digits_end - scientific.data())};
  char* out = storage.data();
  if (written.front() == '-') {
    *out++ = '-';
    written.remove_prefix(1);
  }
  const std::size_t e = written.find('e');
  int exponent = 0;
  const std::size_t sign = written[e + 1] == '+' ? 2 : 1;
  std::from_chars(written.data() + e + sign, written.data() + written.size(), exponent);
  std::array<char, 20> digits{};
  int count = 0;
  for (const char c : written.substr(0, e)) {
    if (c != '.') digits[static_cast<std::size_t>(count++)] = c;
  }
  const auto copy = [&](int from, int to) {
    for (int i = from; i < to; ++i) *out++ = i < count ? digits[static_cast<std::size_t>(i)] : '0';
  };
  const int point = exponent + 1;  // digits before the point
  if (point > 0 && point <= 21) {
    copy(0, point);
    if (count > point) {
      *out++ = '.';
      copy(point, count);
    }
  } else if (point <= 0 && point > -6) {
    *out++ = '0';
    *out++ = '.';
    for (int i = point; i < 0; ++i) *out++ = '0';
    copy(0, count);
  } else {
    copy(0, 1);
    if (count > 1) {
      *out++ = '.';
      copy(1, count);
    }
    *out++ = 'e';
    *out++ = exponent < 0 ? '-' : '+';
    out = std::to_chars(out, storage.data() + storage.size(), std::abs(exponent)).ptr;
  }
  return {storage.data(), static_cast<std::size_t>(out - storage.data())};
}

std::string text_of(const JsonValue& value) {
  std::string text;
  append_text(text, value);
  return text;
}

bool has_text(const JsonValue& value, std::string_view text) {
  switch (value.kind()) {
    case JsonValue::Kind::null:
      return text == "null";
    case JsonValue::Kind::boolean:
      return text == (*value.boolean() ? "true" : "false");
    case JsonValue::Kind::number: {
      std::array<char, 32> storage{};
      return text == text_of_number(*value.number(), storage);
    }
    case JsonValue::Kind::text:
      return text == *value.text();
    case JsonValue::Kind::array:
    case JsonValue::Kind::object:
      return text == text_of(value);
  }
  return false;
}

double number_of(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return 0;
  if (text.size() > 2 && text[0] == '0') {
    if (text[1] == 'x' || text[1] == 'X') return whole_number(text.substr(2), 16);
    if (text[1] == 'o' || text[1] == 'O') return whole_number(text.substr(2), 8);
    if (text[1] == 'b' || text[1] == 'B') return whole_number(text.substr(2), 2);
  }
  if (text.front() == '-') return -decimal_number(text.substr(1));
  return decimal_number(text.front() == '+' ? text.substr(1) : text);
}

double number_of(const JsonValue& value) {
  switch (value.kind()) {
    case JsonValue::Kind::null:
      return 0;
    case JsonValue::Kind::boolean:
      return *value.boolean() ? 1 : 0;
    case JsonValue::Kind::number:
      return *value.number();
    case JsonValue::Kind::text:
      return number_of(std::string_view(*value.text()));
    case JsonValue::Kind::array:
      return number_of(std::string_view(text_of(value)));
    case JsonValue::Kind::object:
      return kNoNumber;
  }
  return kNoNumber;
}

bool is_truthy(const JsonValue& value) {
  switch (value.kind()) {
    case JsonValue::Kind::null:
      return false;
    case JsonValue::Kind::boolean:
      return *value.boolean();
    case JsonValue::Kind::number:
      return *value.number() != 0 && !std::isnan(*value.number());
    case JsonValue::Kind::text:
      return !value.text()->empty();
    case JsonValue::Kind::array:
    case JsonValue::Kind::object:
      return true;
  }
  return false;
}

bool is_identical(const JsonValue& value, const JsonValue& operand) {
  if (value.kind() != operand.kind()) return false;
  switch (value.kind()) {
    case JsonValue::Kind::null:
      return true;
    case JsonValue::Kind::boolean:
      return *value.boolean() == *operand.boolean();
    case JsonValue::Kind::number:
      return *value.number() == *operand.number();
    case JsonValue::Kind::text:
      return *value.text() == *operand.text();
    case JsonValue::Kind::array:
    case JsonValue::Kind::object:
      return false;
  }
  return false;
}

std::strong_ordering compare_texts(std::string_view a, std::string_view b) {
  const auto [in_a, in_b] = std::ranges::mismatch(a, b);
  if (in_a == a.end() || in_b == b.end()) return a.size() <=> b.size();
  // Bytes of UTF-8 stand as code points do. Above U+FFFF code units are surrogates, U+D800 to U+DFFF, which stand
  // before U+E000 to U+FFFF: those that begin with 0xee and 0xef.
  const auto rank = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0xee || byte == 0xef ? byte + 0x10 : byte;
  };
  return rank(*in_a) <=> rank(*in_b);
}

bool is_same_json(const JsonValue& a, const JsonValue& b) {
  if (a.kind() != b.kind()) return false;
  if (const JsonValue::Array* const items = a.array()) return std::ranges::equal(*items, *b.array(), is_same_json);
  const JsonValue::Object* const members = a.object();
  if (members == nullptr) return is_identical(a, b);
  const JsonValue::Object& others = *b.object();
  if (members->size() != others.size()) return false;
  if (!has_index(*members)) return std::ranges::equal(*members, others, is_same_member);
  return std::ranges::equal(in_order(*members), in_order(others), [](const JsonMember* one, const JsonMember* other) {
    return is_same_member(*one, *other);
  });
}

}  // namespace crossfade::assignment
