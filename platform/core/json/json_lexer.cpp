#include "platform/core/json/json_lexer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "platform/core/json_text.h"

namespace crossfade {

namespace {

using Kind = JsonToken::Kind;

constexpr std::size_t kHexDigits = 4;  // of \u0041

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Of four hexadecimal digits; nothing for fewer.
std::optional<std::uint32_t> code_unit(std::string_view digits) {
  std::uint32_t unit = 0;
  if (digits.size() < kHexDigits) return std::nullopt;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + kHexDigits, unit, 16);
  if (error != std::errc() || end != digits.data() + kHexDigits) return std::nullopt;
  return unit;
}

void append_utf8(std::uint32_t point, std::string& text) {
  const auto tail = [&](int shift) { text += static_cast<char>(0x80 | ((point >> shift) & 0x3f)); };
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else if (point < 0x800) {
    text += static_cast<char>(0xc0 | (point >> 6));
    tail(0);
  } else if (point < 0x10000) {
    text += static_cast<char>(0xe0 | (point >> 12));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xf0 | (point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

// The character of "\u..." whose digits stand at `at`, which is moved behind it; a pair of surrogates is one.
std::optional<std::uint32_t> escaped_point(std::string_view raw, std::size_t& at) {
  const auto first = code_unit(raw.substr(at));
  if (!first) return std::nullopt;
  at += kHexDigits;
  if (*first < 0xd800 || *first > 0xdfff) return first;
  if (*first > 0xdbff || raw.substr(at, 2) != "\\u") return std::nullopt;
  const auto second = code_unit(raw.substr(at + 2));
  if (!second || *second < 0xdc00 || *second > 0xdfff) return std::nullopt;
  at += 2 + kHexDigits;
  return 0x10000 + ((*first - 0xd800) << 10) + (*second - 0xdc00);
}

void append_escaped(std::string_view text, std::string& to) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      to += '\\';
      to += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      to += "\\u00";
      to += kDigits[static_cast<unsigned char>(c) >> 4];
      to += kDigits[static_cast<unsigned char>(c) & 0xf];
    } else {
      to += c;
    }
  }
}

// Appends the text with its quotes; false where an escape stands for nothing.
bool append_text(const JsonToken& token, std::string& to) {
  to += '"';
  if (token.escaped) {
    const auto text = json_unescaped(token.raw);
    if (!text) return false;
    append_escaped(*text, to);
  } else {
    to += token.raw;
  }
  to += '"';
  return true;
}

// The names of the objects that are open, each as it was appended to a text, by where it stands in that.
class Names {
 public:
  void open() { first_.push_back(names_.size()); }
  void close() {
    names_.resize(first_.back());
    first_.pop_back();
  }
  // False where the innermost object has it, or as many as it may.
  bool add(const std::string& text, std::size_t begin) {
    const std::size_t first = first_.back();
    if (names_.size() - first == kMostJsonMembers) return false;
    const std::string_view name = std::string_view(text).substr(begin);
    const auto same = [&](const Place& one) {
      return one.length == name.size() && text.compare(one.begin, one.length, name) == 0;
    };
    if (std::any_of(names_.begin() + static_cast<std::ptrdiff_t>(first), names_.end(), same)) return false;
    names_.push_back({.begin = begin, .length = name.size()});
    return true;
  }

 private:
  struct Place {
    std::size_t begin = 0;
    std::size_t length = 0;
  };
  std::vector<Place> names_;
  std::vector<std::size_t> first_;  // of each object that is open
};

// What must come next, and what is open: the grammar between the words, the same for whoever reads a value.
class Grammar {
 public:
  explicit Grammar(int deepest) : deepest_(deepest) {}

  enum class Step { wrong, value, name, punctuation };
  // What the word is in its place.
  Step take(const JsonToken& token) {
    switch (state_) {
      case State::value:
        return value(token, false);
      case State::value_or_end:
        return value(token, true);
      case State::name_or_end:
        if (token.kind == Kind::end_object) return close(token);
        [[fallthrough]];
      case State::name:
        if (token.kind != Kind::text) return Step::wrong;
        state_ = State::colon;
        return Step::name;
      case State::colon:
        if (token.kind != Kind::colon) return Step::wrong;
        state_ = State::value;
        return Step::punctuation;
      case State::more:
        if (token.kind == Kind::comma) {
          state_ = objects_.back() ? State::name : State::value;
          return Step::punctuation;
        }
        return close(token);
    }
    return Step::wrong;
  }
  bool done() const { return done_; }

 private:
  enum class State { value, value_or_end, name_or_end, name, colon, more };

  Step value(const JsonToken& token, bool may_end) {
    if (may_end && token.kind == Kind::end_array) return close(token);
    if (!token.is_value()) return Step::wrong;
    const bool object = token.kind == Kind::begin_object;
    if (object || token.kind == Kind::begin_array) {
      if (static_cast<int>(objects_.size()) == deepest_) return Step::wrong;
      objects_.push_back(object);
      state_ = object ? State::name_or_end : State::value_or_end;
      return Step::punctuation;
    }
    end_value();
    return Step::value;
  }
  Step close(const JsonToken& token) {
    if (token.kind != (objects_.back() ? Kind::end_object : Kind::end_array)) return Step::wrong;
    objects_.pop_back();
    end_value();
    return Step::punctuation;
  }
  void end_value() {
    done_ = objects_.empty();
    state_ = State::more;
  }

  const int deepest_;
  State state_ = State::value;
  std::vector<bool> objects_;  // of what is open: an object, or a list
  bool done_ = false;
};

}  // namespace

JsonToken JsonLexer::next() {
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
    ++at_;
  }
  if (at_ == text_.size()) return {.kind = Kind::end};
  const auto sign = [this](Kind kind) { return JsonToken{.kind = kind, .raw = text_.substr(at_++, 1)}; };
  switch (text_[at_]) {
    case '{':
      return sign(Kind::begin_object);
    case '}':
      return sign(Kind::end_object);
    case '[':
      return sign(Kind::begin_array);
    case ']':
      return sign(Kind::end_array);
    case ':':
      return sign(Kind::colon);
    case ',':
      return sign(Kind::comma);
    case '"':
      return text();
    case 't':
      return word("true", Kind::yes);
    case 'f':
      return word("false", Kind::no);
    case 'n':
      return word("null", Kind::null);
    default:
      return number();
  }
}

JsonToken JsonLexer::word(std::string_view word, Kind kind) {
  if (!text_.substr(at_).starts_with(word)) return {.kind = Kind::fault};
  const std::string_view raw = text_.substr(at_, word.size());
  at_ += word.size();
  return {.kind = kind, .raw = raw};
}

JsonToken JsonLexer::text() {
  const std::size_t begin = at_ + 1;
  bool escaped = false;
  for (std::size_t i = begin; i < text_.size(); ++i) {
    const char c = text_[i];
    if (c == '"') {
      at_ = i + 1;
      return {.kind = Kind::text, .raw = text_.substr(begin, i - begin), .escaped = escaped};
    }
    if (static_cast<unsigned char>(c) < 0x20) break;
    if (c != '\\') continue;
    escaped = true;
    ++i;
    if (i == text_.size() || std::string_view("\"\\/bfnrtu").find(text_[i]) == std::string_view::npos) break;
    if (text_[i] == 'u' && !code_unit(text_.substr(i + 1))) break;
  }
  return {.kind = Kind::fault};
}

JsonToken JsonLexer::number() {
  std::size_t i = at_;
  const auto digits = [&] {
    const std::size_t first = i;
    while (i < text_.size() && is_digit(text_[i])) ++i;
    return i > first;
  };
  const auto is = [&](std::string_view any) {
    return i < text_.size() && any.find(text_[i]) != std::string_view::npos;
  };
  if (is("-")) ++i;
  const bool zero = is("0");
  const std::size_t first = i;
  if (!digits() || (zero && i > first + 1)) return {.kind = Kind::fault};
  if (is(".")) {
    ++i;
    if (!digits()) return {.kind = Kind::fault};
  }
  if (is("eE")) {
    ++i;
    if (is("+-")) ++i;
    if (!digits()) return {.kind = Kind::fault};
  }
  const std::string_view raw = text_.substr(at_, i - at_);
  at_ = i;
  return {.kind = Kind::number, .raw = raw};
}

bool JsonLexer::skip(const JsonToken& first, int deepest) {
  Grammar grammar(deepest);
  for (JsonToken token = first;; token = next()) {
    if (grammar.take(token) == Grammar::Step::wrong) return false;
    if (grammar.done()) return true;
  }
}

bool JsonLexer::copy(const JsonToken& first, int deepest, std::string& compact) {
  Grammar grammar(deepest);
  Names names;
  for (JsonToken token = first;; token = next()) {
    const std::size_t begin = compact.size();
    const Grammar::Step step = grammar.take(token);
    if (step == Grammar::Step::wrong) return false;
    if (token.kind == Kind::text) {
      if (!append_text(token, compact)) return false;
      if (step == Grammar::Step::name && !names.add(compact, begin)) return false;
    } else {
      if (token.kind == Kind::number && !json_number(token.raw)) return false;
      if (token.kind == Kind::begin_object) names.open();
      if (token.kind == Kind::end_object) names.close();
      compact += token.raw;
    }
    if (grammar.done()) return true;
  }
}

std::optional<std::string> json_unescaped(std::string_view raw) {
  std::string text;
  text.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size();) {
    if (raw[i] != '\\') {
      text += raw[i++];
      continue;
    }
    if (i + 1 == raw.size()) return std::nullopt;
    const char escape = raw[i + 1];
    i += 2;
    if (escape == 'u') {
      const auto point = escaped_point(raw, i);
      if (!point) return std::nullopt;
      append_utf8(*point, text);
      continue;
    }
    constexpr std::string_view kEscapes = "\"\\/bfnrt";
    constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    const std::size_t known = kEscapes.find(escape);
    if (known == std::string_view::npos) return std::nullopt;
    text += kMeant[known];
  }
  return text;
}

std::optional<double> json_number(std::string_view raw) {
  double number = 0;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
  // What is too small for a double is as good as 0, and as SQLite takes it.
  if (error == std::errc::result_out_of_range && raw.find("e-") != std::string_view::npos) return 0;
  if (error == std::errc::result_out_of_range && raw.find("E-") != std::string_view::npos) return 0;
  if (error != std::errc() || end != raw.data() + raw.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

}  // namespace crossfade
