#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// The words, numbers, texts and signs of an expression, for its parser.
namespace crossfade::expression {

// What the members of an event's properties stand behind: `properties.plan` is one word.
inline constexpr std::string_view kProperties = "properties";

struct Token {
  enum class Kind { end, number, text, word, symbol, wrong };
  Kind kind = Kind::end;
  std::size_t offset = 0;
  std::string text = {};  // a text's content; the word or symbol itself
  double number = 0;
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  // Of kind `end` behind the last one. Of kind `wrong`, the text says why.
  Token next();

 private:
  Token word();
  Token take(std::size_t length);
  Token number();
  Token quoted(char quote);

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace crossfade::expression
