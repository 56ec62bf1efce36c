#include "platform/core/expression/expression_lexer.h"

#include <charconv>
#include <cmath>

namespace crossfade::expression {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

Token Lexer::next() {
  while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  const std::size_t start = at_;
  if (at_ == text_.size()) return {.kind = Token::Kind::end, .offset = start};
  const char c = text_[at_];
  if (is_letter(c)) return word();
  if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) return number();
  if (c == '"' || c == '\'') return quoted(c);
  for (const std::string_view symbol : {"<=", ">=", "!=", "==", "<>"}) {
    if (text_.substr(at_).starts_with(symbol)) return take(symbol.size());
  }
  if (std::string_view("<>=+-*/(),").find(c) != std::string_view::npos) return take(1);
  return {.kind = Token::Kind::wrong, .offset = start, .text = "unexpected character"};
}

// A name, or `properties.` and a path of names.
Token Lexer::word() {
  const std::size_t start = at_;
  const auto pass_name = [this] {
    const std::size_t first = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
    return at_ > first;
  };
  pass_name();
  if (text_.substr(start, at_ - start) == kProperties) {
    while (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (!pass_name()) {
        return {
            .kind = Token::Kind::wrong, .offset = at_, .text = "want a name of letters, digits and _ behind the dot"};
      }
    }
  }
  return {.kind = Token::Kind::word, .offset = start, .text = std::string(text_.substr(start, at_ - start))};
}

Token Lexer::take(std::size_t length) {
  const std::size_t start = at_;
  at_ += length;
  return {.kind = Token::Kind::symbol, .offset = start, .text = std::string(text_.substr(start, length))};
}

Token Lexer::number() {
  const std::size_t start = at_;
  double value = 0;
  const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
  at_ = static_cast<std::size_t>(end - text_.data());
  if (error != std::errc() || !std::isfinite(value)) {
    return {.kind = Token::Kind::wrong, .offset = start, .text = "a number that is too large or too small"};
  }
  if (at_ < text_.size() && is_letter(text_[at_])) {
    return {.kind = Token::Kind::wrong, .offset = at_, .text = "a letter behind a number"};
  }
  return {.kind = Token::Kind::number, .offset = start, .number = value};
}

// The quote itself stands twice in it.
Token Lexer::quoted(char quote) {
  const std::size_t start = at_++;
  std::string content;
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c != quote) {
      content += c;
    } else if (at_ < text_.size() && text_[at_] == quote) {
      content += text_[at_++];
    } else {
      return {.kind = Token::Kind::text, .offset = start, .text = content};
    }
  }
  return {.kind = Token::Kind::wrong, .offset = start, .text = "a text whose quote is not closed"};
}

}  // namespace crossfade::expression
