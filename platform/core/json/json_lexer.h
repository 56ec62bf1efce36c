#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

// A word of a JSON text. `raw` points into that text: of a text what stands between its quotes, of a number its digits.
struct JsonToken {
  enum class Kind : std::uint8_t {
    end,
    fault,  // no word of JSON: nothing can be read behind it
    begin_object,
    end_object,
    begin_array,
    end_array,
    colon,
    comma,
    text,
    number,
    yes,
    no,
    null,
  };
  Kind kind = Kind::end;
  std::string_view raw = {};
  bool escaped = false;  // a text that has escapes: `json_unescaped` reads it

  bool is_value() const { return kind >= Kind::text || kind == Kind::begin_object || kind == Kind::begin_array; }
};

// The words of a JSON text (RFC 8259), one after the other and without memory of its own: for rows of which there are
// thousands in a request, and millions in a store. What follows what is for its user to check. Bytes above 0x7f are
// taken as they are.
class JsonLexer {
 public:
  explicit JsonLexer(std::string_view text) : text_(text) {}

  JsonToken next();
  // Where the next word is looked for, in bytes from 0.
  std::size_t at() const { return at_; }

  // Reads on to the end of the value whose first word is `first`. False: it is none, or has more than `deepest` lists
  // and objects in one another.
  bool skip(const JsonToken& first, int deepest);

  // The same, and appends the value to `compact`: in one line without blanks, each text by as few escapes as there can
  // be, numbers as they stand. False, too, for two members of one name, for more than kMostJsonMembers of one object,
  // and for a number beyond the doubles.
  bool copy(const JsonToken& first, int deepest, std::string& compact);

 private:
  JsonToken word(std::string_view word, JsonToken::Kind kind);
  JsonToken text();
  JsonToken number();

  std::string_view text_;
  std::size_t at_ = 0;
};

// What a text says; nothing where an escape stands for no character, as half of a surrogate pair does.
std::optional<std::string> json_unescaped(std::string_view raw);
// What a number says; nothing where that is beyond the doubles.
std::optional<double> json_number(std::string_view raw);

}  // namespace crossfade
