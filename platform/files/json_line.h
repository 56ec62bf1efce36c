#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// One line of JSON, read from left to right without a tree: a log is read at some 100 MB/s, and each fault has its
// column.
namespace crossfade::files {

// What is wrong with the line, where; columns count bytes from 1.
struct JsonFault {
  std::size_t column = 0;
  std::string message;
};

// A value as it stands in the line. The views live as long as the line.
struct JsonValue {
  enum class Kind { null, boolean, number, string, object, array };
  Kind kind = Kind::null;
  std::string_view text;  // quotes, brackets and escapes included
  std::size_t column = 0;

  // An integer that fits (1.0 and 1e3 are none); nothing for all else.
  std::optional<std::int64_t> integer() const;
  // Any finite number.
  std::optional<double> number() const;
  // A string without its quotes and escapes.
  std::optional<std::string> string() const;
  // The same where it has no escapes, without a copy.
  std::optional<std::string_view> plain_string() const;
};

// Steps through the members of an object by RFC 8259. Any fault ends the reading: JsonFault is thrown.
class JsonObject {
 public:
  // `line` holds one object and white space, nothing else; `column` is that of its first byte.
  explicit JsonObject(std::string_view line, std::size_t column = 1);

  struct Member {
    std::string_view key;  // without quotes; with its escapes, which no key that we know has
    std::size_t column = 0;
    JsonValue value;
  };
  // Nothing after the last one.
  std::optional<Member> next();

 private:
  [[noreturn]] void fail(const std::string& message) const;
  void skip_space();
  void expect(char c, const char* where);
  std::string_view take_string();
  JsonValue take_value(int depth);
  void take_number();
  void take_word(std::string_view word);
  void take_nested(char end, int depth);

  std::string_view line_;
  std::size_t first_column_;
  std::size_t at_ = 0;
  bool is_first_ = true;
};

}  // namespace crossfade::files
