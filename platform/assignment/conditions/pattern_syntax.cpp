#include "platform/assignment/conditions/pattern_syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace crossfade::assignment {

namespace {

// ECMA-262: WhiteSpace and LineTerminator; and all that is neither.
constexpr std::string_view kBlanks =
    R"(\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff})";
constexpr std::string_view kNoBlanks =
    R"(\x{0}-\x{8}\x{e}-\x{1f}!-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e})"
    R"(\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff})";

bool is_decimal(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::optional<std::uint32_t> hexadecimal(std::string_view digits) {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const char small = is_letter(c) ? static_cast<char>(c | 0x20) : c;
    if (!is_decimal(small) && (small < 'a' || small > 'f')) return std::nullopt;
    value = value * 16 + static_cast<std::uint32_t>(is_decimal(small) ? small - '0' : small - 'a' + 10);
  }
  return value;
}

class Translator {
 public:
  explicit Translator(std::string_view pattern) : rest_(pattern) {}

  TranslatedPattern translate() {
    while (!rest_.empty() && fault_.empty()) term();
    if (open_ > 0) refuse("a \"(\" without its \")\"");
    if (!fault_.empty()) return {.re2 = "", .fault = std::move(fault_)};
    return {.re2 = std::move(re2_), .fault = ""};
  }

 private:
  // One of a class, or one that stands for itself.
  struct Atom {
    std::optional<std::uint32_t> code_point;
    std::string members;  // of a class: what stands between "[" and "]"
  };

  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  bool take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  std::uint32_t take_code_point() {
    const auto lead = static_cast<unsigned char>(rest_.front());
    const std::size_t length = std::min<std::size_t>(lead < 0xc0   ? 1
                                                     : lead < 0xe0 ? 2
                                                     : lead < 0xf0 ? 3
                                                                   : 4,
                                                     rest_.size());
    std::uint32_t value = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) value = value << 6 | (static_cast<unsigned char>(rest_[i]) & 0x3fU);
    rest_.remove_prefix(length);
    return value;
  }

  void refuse(std::string fault) {
    if (fault_.empty()) fault_ = std::move(fault);
  }

  void write(std::string_view text, bool repeatable) {
    re2_ += text;
    repeatable_ = repeatable;
  }
  void write_code_point(std::uint32_t code_point) { write(written(code_point), true); }

  static std::string written(std::uint32_t code_point) {
    const auto c = static_cast<char>(code_point);
    if (code_point < 0x80 && (is_letter(c) || is_decimal(c))) return std::string(1, c);
    return fmt::format("\\x{{{:x}}}", code_point);
  }

  void term() {
    switch (rest_.front()) {
      case '\\':
        return escape();
      case '[':
        return character_class();
      case '(':
        return group();
      case ')':
        take();
        if (open_-- == 0) return refuse("a \")\" without its \"(\"");
        return write(")", true);
      case '^':
      case '$':
      case '|':
        return write(std::string(1, take()), false);
      case '*':
      case '+':
      case '?':
        return repeat(1);
      case '.':
        take();
        return write(R"([^\n\r\x{2028}\x{2029}])", true);
      case '{':
        if (const std::size_t length = counted(); length > 0) return repeat(length);
        break;
      default:
        break;
    }
    write_code_point(take_code_point());
  }

  // Length of "{2}", "{2,}" or "{2,3}" at the front; 0: the bracket stands for itself.
  std::size_t counted() const {
    std::size_t at = 1;
    const auto digits = [&] {
      const std::size_t first = at;
      while (at < rest_.size() && is_decimal(rest_[at])) ++at;
      return at > first;
    };
    if (!digits()) return 0;
    if (at < rest_.size() && rest_[at] == ',') {
      ++at;
      digits();
    }
    return at < rest_.size() && rest_[at] == '}' ? at + 1 : 0;
  }

  void repeat(std::size_t length) {
    const std::string_view operation = rest_.substr(0, length);
    rest_.remove_prefix(length);
    if (!repeatable_) return refuse(fmt::format("\"{}\" has nothing to repeat", operation));
    write(operation, false);
    if (take("?")) write("?", false);
  }

  void group() {
    take();
    ++open_;
    if (!take("?")) return write("(", false);
    if (take(":")) return write("(?:", false);
    for (const std::string_view look : {"=", "!", "<=", "<!"}) {
      if (rest_.starts_with(look)) {
        return refuse(fmt::format("\"(?{}\" looks around, which takes more than one pass", look));
      }
    }
    if (!take("<")) return refuse(R"("(?" begins no group of JavaScript's)");
    // Nobody asks for a group by its name.
    const std::size_t end = rest_.find('>');
    const std::string_view name = rest_.substr(0, std::min(end, rest_.size()));
    const auto of_name = [](char c) { return is_letter(c) || is_decimal(c) || c == '_' || c == '$'; };
    if (end == std::string_view::npos || name.empty() || is_decimal(name.front()) ||
        !std::ranges::all_of(name, of_name)) {
      return refuse(R"("(?<" without the name of a group)");
    }
    rest_.remove_prefix(end + 1);
    write("(", false);
  }

  // Behind the backslash, of what means the same inside a class and outside.
  Atom escaped() {
    if (rest_.empty()) {
      refuse("it ends in a backslash");
      return {};
    }
    const char c = rest_.front();
    if (static_cast<unsigned char>(c) >= 0x80) return {.code_point = take_code_point(), .members = ""};
    take();
    switch (c) {
      case 'd':
      case 'D':
      case 'w':
      case 'W':
        return {.code_point = std::nullopt, .members = std::string("\\") + c};
      case 's':
        return {.code_point = std::nullopt, .members = std::string(kBlanks)};
      case 'S':
        return {.code_point = std::nullopt, .members = std::string(kNoBlanks)};
      case 't':
        return {.code_point = '\t', .members = ""};
      case 'n':
        return {.code_point = '\n', .members = ""};
      case 'v':
        return {.code_point = '\v', .members = ""};
      case 'f':
        return {.code_point = '\f', .members = ""};
      case 'r':
        return {.code_point = '\r', .members = ""};
      case 'c':
        if (!rest_.empty() && is_letter(rest_.front())) {
          return {.code_point = static_cast<std::uint32_t>(take()) & 0x1fU, .members = ""};
        }
        break;
      case 'x':
        if (const auto value = hexadecimal_of(2)) return {.code_point = value, .members = ""};
        break;
      case 'u':
        if (const auto value = utf16()) return {.code_point = value, .members = ""};
        break;
      case '0':
        if (rest_.empty() || !is_decimal(rest_.front())) return {.code_point = 0, .members = ""};
        break;
      default:
        if (!is_letter(c) && !is_decimal(c)) return {.code_point = static_cast<std::uint32_t>(c), .members = ""};
    }
    const bool reference = c == 'k' || (c >= '1' && c <= '9');
    refuse(reference ? fmt::format("\"\\{}\" refers back, which takes more than one pass", c)
                     : fmt::format("\"\\{}\" is no escape of JavaScript's", c));
    return {};
  }

  std::optional<std::uint32_t> hexadecimal_of(std::size_t digits) {
    if (rest_.size() < digits) return std::nullopt;
    const auto value = hexadecimal(rest_.substr(0, digits));
    if (value) rest_.remove_prefix(digits);
    return value;
  }

  // "00e9", or both halves of a pair, "d83d\ude00".
  std::optional<std::uint32_t> utf16() {
    const auto first = hexadecimal_of(4);
    if (!first || *first < 0xd800 || *first > 0xdfff) return first;
    if (*first > 0xdbff || !take("\\u")) return std::nullopt;
    const auto second = hexadecimal_of(4);
    if (!second || *second < 0xdc00 || *second > 0xdfff) return std::nullopt;
    return 0x10000 + ((*first & 0x3ffU) << 10) + (*second & 0x3ffU);
  }

  void escape() {
    take();
    if (rest_.starts_with('b') || rest_.starts_with('B')) {
      return write(take() == 'b' ? "\\b" : "\\B", false);
    }
    const Atom atom = escaped();
    if (atom.code_point) {
      write_code_point(*atom.code_point);
    } else {
      write("[" + atom.members + "]", true);
    }
  }

  Atom member() {
    if (!take("\\")) return {.code_point = take_code_point(), .members = ""};
    if (take("b")) return {.code_point = '\b', .members = ""};
    return escaped();
  }

  void character_class() {
    take();
    const bool negated = take("^");
    std::string members;
    const auto add = [&members](const Atom& atom) {
      members += atom.code_point ? written(*atom.code_point) : atom.members;
    };
    while (!rest_.empty() && rest_.front() != ']' && fault_.empty()) {
      const Atom first = member();
      const bool range = rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']';
      if (!range) {
        add(first);
        continue;
      }
      take();
      const Atom last = member();
      if (!first.code_point || !last.code_point) {
        add(first);
        members += written('-');
        add(last);
      } else if (*first.code_point > *last.code_point) {
        refuse("a range in \"[...]\" ends before it begins");
      } else {
        members += written(*first.code_point) + "-" + written(*last.code_point);
      }
    }
    if (!take("]")) return refuse("a \"[\" without its \"]\"");
    if (members.empty()) return write(negated ? R"([\x{0}-\x{10ffff}])" : R"([^\x{0}-\x{10ffff}])", true);
    write((negated ? "[^" : "[") + members + "]", true);
  }

  std::string_view rest_;
  std::string re2_;
  std::string fault_;
  int open_ = 0;             // groups
  bool repeatable_ = false;  // whether a "*" may come next
};

}  // namespace

TranslatedPattern to_re2(std::string_view pattern) {
  return Translator(pattern).translate();
}

}  // namespace crossfade::assignment
