#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/json/json_lexer.h"
#include "platform/core/time.h"

// Reads the rows of a body member by member, without a tree of it: a request may have 16 MiB.
namespace crossfade::server {

// What is wrong with a row, or with all of the body.
struct RowFault {
  std::string message;
};

inline constexpr std::size_t kLongestText = 200;  // bytes of a unit, of an id, of a name

// An object whose members may have these names.
class RowReader {
 public:
  explicit RowReader(std::span<const std::string_view> names) : names_(names), members_(names.size()) {}

  // Behind its first bracket. Throws RowFault for a member that is unknown, or stands twice, and NotJson.
  struct NotJson {};
  void read(JsonLexer& lexer);

  // All of these throw RowFault where the member is of another type, or beyond what they say.
  bool has(std::string_view name) const { return member(name).is_there; }
  // 1 to kLongestText bytes without control characters; `numbers`: or a whole number of 64 bits.
  std::string text(std::string_view name, bool numbers) const;
  double number(std::string_view name, double least, double most) const;
  std::int64_t whole_number(std::string_view name, std::int64_t least, std::int64_t most) const;
  Timestamp time(std::string_view name) const;
  // As one line without blanks; "" where it is not there, or has no member.
  std::string object(std::string_view name, std::size_t longest) const;

 private:
  struct Member {
    bool is_there = false;
    JsonToken token;
    std::string_view rest;  // of a list or an object: from its bracket on
  };
  const Member& member(std::string_view name) const;
  const Member& require(std::string_view name) const;
  [[noreturn]] static void refuse_type(std::string_view name, const JsonToken& token, std::string_view want);

  std::span<const std::string_view> names_;
  std::vector<Member> members_;
};

// Calls `row` with each object of a body, `what` for people ("event"), after it was read. Throws RowFault, with the
// row's position.
void read_rows(std::string_view body, bool lines, std::string_view what, std::size_t most, RowReader& reader,
               const std::function<void()>& row);

}  // namespace crossfade::server
