#include "platform/files/json_line.h"

#include <charconv>
#include <cmath>

namespace crossfade::files {

namespace {

constexpr int kMaximumDepth = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<unsigned> hex4(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  unsigned code = 0;
  for (const char c : text.substr(0, 4)) {
    constexpr std::string_view digits = "0123456789abcdefABCDEF";
    const std::size_t digit = digits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    code = code * 16 + static_cast<unsigned>(digit < 16 ? digit : digit - 6);
  }
  return code;
}

void append_utf8(std::string& text, unsigned code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
    return;
  }
  const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  constexpr unsigned leads[] = {0, 0xC0, 0xE0, 0xF0};
  text += static_cast<char>(leads[more] | (code >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) text += static_cast<char>(0x80 | ((code >> (6 * i)) & 0x3F));
}

// The code point of the escape "uXXXX" at the front (a pair where the first is a high surrogate), which is taken off.
std::optional<unsigned> take_code_point(std::string_view& text) {
  const auto code = hex4(text.substr(1));
  if (!code) return std::nullopt;
  text.remove_prefix(5);
  if (*code < 0xD800 || *code > 0xDFFF) return code;
  const bool is_pair = *code < 0xDC00 && text.starts_with("\\u");
  const auto low = is_pair ? hex4(text.substr(2)) : std::nullopt;
  if (!low || *low < 0xDC00 || *low > 0xDFFF) return std::nullopt;
  text.remove_prefix(6);
  return 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
}

// Without quotes and escapes; nothing where an escape is none of JSON's.
std::optional<std::string> unescaped(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    if (text.front() != '\\') {
      plain += text.front();
      text.remove_prefix(1);
      continue;
    }
    text.remove_prefix(1);
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    const std::size_t letter = letters.find(text.front());
    if (letter != std::string_view::npos) {
      plain += meanings[letter];
      text.remove_prefix(1);
      continue;
    }
    const auto code = text.front() == 'u' ? take_code_point(text) : std::nullopt;
    if (!code) return std::nullopt;
    append_utf8(plain, *code);
  }
  return plain;
}

}  // namespace

std::optional<std::int64_t> JsonValue::integer() const {
  if (kind != Kind::number) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<double> JsonValue::number() const {
  if (kind != Kind::number) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<std::string_view> JsonValue::plain_string() const {
  if (kind != Kind::string || text.find('\\') != std::string_view::npos) return std::nullopt;
  return text.substr(1, text.size() - 2);
}

std::optional<std::string> JsonValue::string() const {
  if (kind != Kind::string) return std::nullopt;
  return unescaped(text.substr(1, text.size() - 2));
}

JsonObject::JsonObject(std::string_view line, std::size_t column) : line_(line), first_column_(column) {
  skip_space();
  expect('{', "at the beginning");
}

std::optional<JsonObject::Member> JsonObject::next() {
  skip_space();
  if (at_ < line_.size() && line_[at_] == '}') {
    ++at_;
    skip_space();
    if (at_ < line_.size()) fail("text behind the object, want one object a line");
    return std::nullopt;
  }
  if (!is_first_) {
    expect(',', "or '}' behind a value");
    skip_space();
  }
  is_first_ = false;
  Member member;
  member.column = first_column_ + at_;
  if (at_ < line_.size() && line_[at_] != '"') fail("no key here, want a string in quotes");
  const std::string_view key = take_string();
  member.key = key.substr(1, key.size() - 2);
  skip_space();
  expect(':', "behind a key");
  skip_space();
  member.value = take_value(0);
  return member;
}

void JsonObject::fail(const std::string& message) const {
  throw JsonFault{first_column_ + at_, message};
}

void JsonObject::skip_space() {
  while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t' || line_[at_] == '\r')) ++at_;
}

void JsonObject::expect(char c, const char* where) {
  if (at_ == line_.size()) fail("the line ends in the middle of an object");
  if (line_[at_] != c) fail(std::string("no JSON, want '") + c + "' " + where);
  ++at_;
}

// From quote to quote. Escapes are looked at only where the string is asked for.
std::string_view JsonObject::take_string() {
  const std::size_t begin = at_;
  if (at_ < line_.size()) ++at_;
  while (at_ < line_.size() && line_[at_] != '"') {
    if (static_cast<unsigned char>(line_[at_]) < 0x20) fail("a control character in a string, want it escaped");
    at_ += line_[at_] == '\\' ? 2 : 1;
  }
  if (at_ >= line_.size()) {
    at_ = line_.size();
    fail("the line ends in the middle of a string");
  }
  ++at_;
  return line_.substr(begin, at_ - begin);
}

JsonValue JsonObject::take_value(int depth) {
  if (at_ == line_.size()) fail("the line ends in the middle of an object");
  const std::size_t begin = at_;
  JsonValue value;
  switch (line_[at_]) {
    case '"':
      value.kind = JsonValue::Kind::string;
      take_string();
      break;
    case '{':
      value.kind = JsonValue::Kind::object;
      take_nested('}', depth + 1);
      break;
    case '[':
      value.kind = JsonValue::Kind::array;
      take_nested(']', depth + 1);
      break;
    case 'n':
      value.kind = JsonValue::Kind::null;
      take_word("null");
      break;
    case 't':
    case 'f':
      value.kind = JsonValue::Kind::boolean;
      take_word(line_[at_] == 't' ? "true" : "false");
      break;
    default:
      value.kind = JsonValue::Kind::number;
      take_number();
  }
  value.text = line_.substr(begin, at_ - begin);
  value.column = first_column_ + begin;
  return value;
}

void JsonObject::take_word(std::string_view word) {
  if (!line_.substr(at_).starts_with(word)) fail("no JSON value here");
  at_ += word.size();
}

void JsonObject::take_number() {
  const std::size_t begin = at_;
  const auto digits = [this] {
    const std::size_t from = at_;
    while (at_ < line_.size() && is_digit(line_[at_])) ++at_;
    return at_ - from;
  };
  const auto fail_from_begin = [this, begin] {
    at_ = begin;
    fail("no JSON value here");
  };
  if (line_[at_] == '-') ++at_;
  const std::size_t whole = at_;
  const std::size_t length = digits();
  if (length == 0 || (length > 1 && line_[whole] == '0')) fail_from_begin();
  if (at_ < line_.size() && line_[at_] == '.') {
    ++at_;
    if (digits() == 0) fail_from_begin();
  }
  if (at_ < line_.size() && (line_[at_] == 'e' || line_[at_] == 'E')) {
    ++at_;
    if (at_ < line_.size() && (line_[at_] == '+' || line_[at_] == '-')) ++at_;
    if (digits() == 0) fail_from_begin();
  }
}

// An object or an array, up to its `end`.
void JsonObject::take_nested(char end, int depth) {
  if (depth > kMaximumDepth) fail("values nested too deeply");
  ++at_;
  skip_space();
  if (at_ < line_.size() && line_[at_] == end) {
    ++at_;
    return;
  }
  for (;;) {
    skip_space();
    if (end == '}') {
      if (at_ < line_.size() && line_[at_] != '"') fail("no key here, want a string in quotes");
      take_string();
      skip_space();
      expect(':', "behind a key");
      skip_space();
    }
    take_value(depth);
    skip_space();
    if (at_ < line_.size() && line_[at_] == end) {
      ++at_;
      return;
    }
    expect(',', end == '}' ? "or '}' behind a value" : "or ']' behind a value");
  }
}

}  // namespace crossfade::files
