#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/files/file_faults.h"

// The members of a JSON object that stands on one line, without a tree and each with its column: nlohmann's events
// (SAX), which carry no positions, over a cursor that knows how far they have come.
namespace crossfade::imports {

// Adds faults of a line, or of a part that begins at `first_column`.
struct LineFaults {
  files::FileFaults& faults;
  std::size_t line = 0;
  std::size_t first_column = 1;

  // `at` counts bytes from 0.
  void add(std::size_t at, std::string message) { faults.add(line, std::move(message), first_column + at); }
};

// A value. The views are valid while it is taken.
struct JsonValue {
  enum class Kind { null, boolean, integer, number, string, object, array };
  Kind kind = Kind::null;
  std::string_view raw{};     // as it stands in the line: with quotes, escapes, brackets
  std::size_t at = 0;         // where that begins
  std::int64_t integer = 0;   // of an integer, which fits (1.0 and 1e3 are numbers)
  double number = 0;          // of an integer or a number; finite
  std::string_view string{};  // without escapes
};

struct JsonMember {
  std::string_view key;  // without escapes
  std::size_t at = 0;    // where its quote is
  JsonValue value;
};

// nlohmann's handler of events. Calls `take` with each member of the outermost object; what is inside of a member is
// passed over.
template <class Take>
class MemberHandler {
 public:
  MemberHandler(std::string_view text, LineFaults& faults, Take& take)
      : text_(text), faults_(faults), take_(take), at_(text.data()), end_(text.data() + text.size()) {}

  // False, with a fault, when the text is not one object.
  bool run() {
    if (!nlohmann::json::sax_parse(Cursor{&at_}, Cursor{&end_}, this, nlohmann::json::input_format_t::json, false)) {
      return false;
    }
    const std::size_t rest = text_.find_first_not_of(kSpace, offset());
    if (rest == std::string_view::npos) return true;
    faults_.add(rest, "text behind the object, want one object a line");
    return false;
  }

  bool null() { return scalar({.kind = JsonValue::Kind::null}); }
  bool boolean(bool) { return scalar({.kind = JsonValue::Kind::boolean}); }
  bool number_integer(std::int64_t value) {
    return number({.kind = JsonValue::Kind::integer, .integer = value, .number = static_cast<double>(value)});
  }
  bool number_unsigned(std::uint64_t value) {
    const bool fits = value <= std::numeric_limits<std::int64_t>::max();
    return number({.kind = fits ? JsonValue::Kind::integer : JsonValue::Kind::number,
                   .integer = fits ? static_cast<std::int64_t>(value) : 0,
                   .number = static_cast<double>(value)});
  }
  bool number_float(double value, const std::string&) {
    return number({.kind = JsonValue::Kind::number, .number = value});
  }
  bool string(std::string& value) { return scalar({.kind = JsonValue::Kind::string, .string = value}); }
  bool binary(std::vector<std::uint8_t>&) { return false; }  // JSON has none
  bool start_object(std::size_t) {
    if (depth_++ == 0) last_end_ = offset();
    return true;
  }
  bool start_array(std::size_t) { return depth_++ > 0 || refuse(); }
  bool end_object() { return close(JsonValue::Kind::object); }
  bool end_array() { return close(JsonValue::Kind::array); }
  bool key(std::string& value) {
    if (depth_ > 1) return true;
    member_.at = behind(last_end_, ',');
    begin_ = behind(offset(), ':');
    key_.swap(value);
    return true;
  }
  bool parse_error(std::size_t position, const std::string& token, const nlohmann::json::exception& error) {
    constexpr int kOverflow = 406;
    if (error.id == kOverflow) {
      faults_.add(position - token.size(), "not JSON: a number is too large");
    } else if (position > text_.size()) {
      faults_.add(text_.size(), "the line ends in the middle of an object");
    } else {
      faults_.add(position - 1, "not JSON from here on");
    }
    return false;
  }

 private:
  // The position is outside, so that the handler sees how far the parser has read.
  struct Cursor {
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    reference operator*() const { return **at; }
    Cursor& operator++() {
      ++*at;
      return *this;
    }
    bool operator==(const Cursor& other) const { return *at == *other.at; }

    const char** at;
  };

  static constexpr std::string_view kSpace = " \t\r";

  std::size_t offset() const { return static_cast<std::size_t>(at_ - text_.data()); }

  // From `at` over white space with at most one `separator` in it.
  std::size_t behind(std::size_t at, char separator) const {
    at = std::min(text_.find_first_not_of(kSpace, at), text_.size());
    if (at < text_.size() && text_[at] == separator) ++at;
    return std::min(text_.find_first_not_of(kSpace, at), text_.size());
  }

  bool refuse() {
    faults_.add(text_.find_first_not_of(kSpace), "no JSON object, want one a line");
    return false;
  }

  // Where a number ends is known to the parser only when it has read the next character.
  bool number(JsonValue value) {
    const std::size_t end = depth_ == 1 ? text_.find_first_not_of("0123456789.eE+-", begin_) : 0;
    return take(std::move(value), std::min(end, text_.size()));
  }
  bool scalar(JsonValue value) { return take(std::move(value), offset()); }
  bool close(JsonValue::Kind kind) {
    if (--depth_ == 1) return take({.kind = kind}, offset());
    return true;
  }

  bool take(JsonValue value, std::size_t end) {
    if (depth_ == 0) return refuse();
    if (depth_ > 1) return true;
    member_.key = key_;
    member_.value = value;
    member_.value.at = begin_;
    member_.value.raw = text_.substr(begin_, end - begin_);
    last_end_ = end;
    take_(std::as_const(member_));
    return true;
  }

  std::string_view text_;
  LineFaults& faults_;
  Take& take_;
  const char* at_;  // behind what the parser has read
  const char* end_;
  int depth_ = 0;
  std::string key_;  // of the outermost object, as are the following
  std::size_t begin_ = 0;
  std::size_t last_end_ = 0;
  JsonMember member_;
};

// Calls `take` with each member of the object that `text` is. False, with a fault, when it is no object, or not alone;
// members before the fault have been taken then. O(text); memory: one string.
template <class Take>
bool for_each_json_member(std::string_view text, LineFaults& faults, Take take) {
  return MemberHandler<Take>(text, faults, take).run();
}

}  // namespace crossfade::imports
