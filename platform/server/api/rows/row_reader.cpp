#include "platform/server/api/rows/row_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "platform/core/json_text.h"
#include "platform/core/text.h"

namespace crossfade::server {
namespace {

using Kind = JsonToken::Kind;

constexpr int kDeepestRead = 1000;   // levels that are told from what is no JSON
constexpr std::size_t kQuoted = 40;  // bytes of a value that a refusal repeats
constexpr std::string_view kNotJson = "request body is not JSON";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string_view type_name(Kind kind) {
  switch (kind) {
    case Kind::begin_object:
      return "object";
    case Kind::begin_array:
      return "array";
    case Kind::text:
      return "string";
    case Kind::number:
      return "number";
    case Kind::yes:
    case Kind::no:
      return "boolean";
    default:
      return "null";
  }
}

bool is_whole(std::string_view raw) {
  return raw.find_first_of(".eE") == std::string_view::npos;
}

// The one way to write the number; nothing beyond 64 bits.
std::optional<std::string> canonical(std::string_view raw) {
  const auto written = [&](auto number) -> std::optional<std::string> {
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
    if (error != std::errc() || end != raw.data() + raw.size()) return std::nullopt;
    return std::to_string(number);
  };
  return raw.starts_with('-') ? written(std::int64_t{}) : written(std::uint64_t{});
}

// Of a whole body that is one value: nothing may follow it.
void require_end(JsonLexer& lexer) {
  if (lexer.next().kind != Kind::end) throw RowReader::NotJson{};
}

}  // namespace

void RowReader::read(JsonLexer& lexer) {
  std::ranges::fill(members_, Member{});
  JsonToken token = lexer.next();
  if (token.kind == Kind::end_object) return;
  for (;; token = lexer.next()) {
    if (token.kind != Kind::text || lexer.next().kind != Kind::colon) throw NotJson{};
    const auto unknown = [&] {
      return RowFault{
          fmt::format("\"{}\" is unknown, want one of {}", token.raw.substr(0, kLongestText), fmt::join(names_, ", "))};
    };
    const auto known = std::ranges::find(names_, token.raw);
    if (known == names_.end() || token.escaped) throw unknown();
    Member& member = members_[static_cast<std::size_t>(known - names_.begin())];
    if (member.is_there) throw RowFault{fmt::format("\"{}\" stands twice, want it once", *known)};
    member.is_there = true;
    member.token = lexer.next();
    const std::size_t begin = lexer.at();
    JsonLexer deeper = lexer;
    if (!lexer.skip(member.token, kDeepestJson)) {
      if (!deeper.skip(member.token, kDeepestRead)) throw NotJson{};
      throw RowFault{fmt::format("\"{}\" is nested too deeply, want at most {} levels", *known, kDeepestJson)};
    }
    // Its end is known by now; its begin is one byte before what follows the bracket.
    if (member.token.kind == Kind::begin_object) {
      member.rest = {member.token.raw.data(), lexer.at() - begin + 1};
    }
    token = lexer.next();
    if (token.kind == Kind::end_object) return;
    if (token.kind != Kind::comma) throw NotJson{};
  }
}

const RowReader::Member& RowReader::member(std::string_view name) const {
  return members_[static_cast<std::size_t>(std::ranges::find(names_, name) - names_.begin())];
}

const RowReader::Member& RowReader::require(std::string_view name) const {
  const Member& found = member(name);
  if (!found.is_there) throw RowFault{fmt::format("\"{}\" is missing", name)};
  return found;
}

void RowReader::refuse_type(std::string_view name, const JsonToken& token, std::string_view want) {
  throw RowFault{fmt::format("\"{}\" is {}, want {}", name, type_name(token.kind), want)};
}

std::string RowReader::text(std::string_view name, bool numbers) const {
  const JsonToken& token = require(name).token;
  if (numbers && token.kind == Kind::number && is_whole(token.raw)) {
    if (auto number = canonical(token.raw)) return *std::move(number);
  }
  if (token.kind != Kind::text) refuse_type(name, token, numbers ? "a text or a whole number" : "a text");
  auto text = token.escaped ? json_unescaped(token.raw) : std::optional<std::string>(token.raw);
  if (!text) throw RowFault{fmt::format("\"{}\" has half of a surrogate pair, want characters", name)};
  if (text->empty()) throw RowFault{fmt::format("\"{}\" is empty", name)};
  if (text->size() > kLongestText) {
    throw RowFault{fmt::format("\"{}\" has {} bytes, want at most {}", name, text->size(), kLongestText)};
  }
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(*text, is_control)) throw RowFault{fmt::format("\"{}\" has a control character", name)};
  return *std::move(text);
}

double RowReader::number(std::string_view name, double least, double most) const {
  const JsonToken& token = require(name).token;
  if (token.kind != Kind::number) refuse_type(name, token, "a number");
  const auto number = json_number(token.raw);
  if (!number || *number < least || *number > most) {
    const std::string rule =
        least == -most ? fmt::format("within {:g}", most) : fmt::format("from {:g} to {:g}", least, most);
    throw RowFault{fmt::format("\"{}\" is {}, want a number {}", name,
                               number ? fmt::format("{:g}", *number) : std::string(token.raw.substr(0, kQuoted)),
                               rule)};
  }
  return *number;
}

std::int64_t RowReader::whole_number(std::string_view name, std::int64_t least, std::int64_t most) const {
  const JsonToken& token = require(name).token;
  if (token.kind != Kind::number) refuse_type(name, token, "a whole number");
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(token.raw.data(), token.raw.data() + token.raw.size(), number);
  if (error != std::errc() || end != token.raw.data() + token.raw.size() || number < least || number > most) {
    throw RowFault{fmt::format("\"{}\" is {}, want a whole number from {} to {}", name, token.raw.substr(0, kQuoted),
                               least, most)};
  }
  return number;
}

Timestamp RowReader::time(std::string_view name) const {
  const JsonToken& token = require(name).token;
  constexpr std::string_view kWant = "a time such as 2026-12-01T10:00:00Z";
  if (token.kind != Kind::text) refuse_type(name, token, kWant);
  const auto time = parse_timestamp(token.raw);
  if (!time) throw RowFault{fmt::format("\"{}\" is \"{}\", want {}", name, token.raw.substr(0, kQuoted), kWant)};
  return *time;
}

std::string RowReader::object(std::string_view name, std::size_t longest) const {
  const Member& found = member(name);
  if (!found.is_there || found.token.kind == Kind::null) return "";
  if (found.token.kind != Kind::begin_object) refuse_type(name, found.token, "an object");
  std::string compact;
  JsonLexer lexer(found.rest);
  if (!lexer.copy(lexer.next(), kDeepestJson, compact)) {
    throw RowFault{
        fmt::format("\"{}\" names a member twice, has more than {} of one object, half of a surrogate pair, or "
                    "a number beyond the doubles",
                    name, kMostJsonMembers)};
  }
  if (compact.size() > longest) {
    throw RowFault{fmt::format("\"{}\" has {} bytes, want at most {}", name, compact.size(), longest)};
  }
  return compact == "{}" ? "" : compact;
}

namespace {

// One body's rows.
class Rows {
 public:
  Rows(std::string_view what, std::size_t most, RowReader& reader, const std::function<void()>& row)
      : what_(what), most_(most), reader_(reader), row_(row) {}

  void read_lines(std::string_view body) {
    for (std::size_t number = 1; !body.empty(); ++number) {
      const std::size_t end = std::min(body.find('\n'), body.size());
      JsonLexer lexer(body.substr(0, end));
      body.remove_prefix(std::min(end + 1, body.size()));
      try {
        const JsonToken first = lexer.next();
        if (first.kind == Kind::end) continue;  // a blank line
        read_one(lexer, first);
        require_end(lexer);
      } catch (const RowReader::NotJson&) {
        throw RowFault{fmt::format("line {}: not JSON", number)};
      } catch (const RowFault& fault) {
        throw RowFault{fmt::format("line {}: {}", number, fault.message)};
      }
    }
    require_some("body");
  }

  void read_document(std::string_view body) {
    JsonLexer lexer(body);
    const JsonToken first = lexer.next();
    if (first.kind == Kind::begin_array) {
      read_list(lexer);
    } else {
      read_one(lexer, first);
    }
    require_end(lexer);
  }

 private:
  void read_list(JsonLexer& lexer) {
    JsonToken token = lexer.next();
    if (token.kind == Kind::end_array) return require_some("list");
    for (;; token = lexer.next()) {
      const std::size_t number = count_;
      try {
        read_one(lexer, token);
      } catch (const RowFault& fault) {
        throw RowFault{fmt::format("[{}]: {}", number, fault.message)};
      }
      token = lexer.next();
      if (token.kind == Kind::end_array) return;
      if (token.kind != Kind::comma) throw RowReader::NotJson{};
    }
  }

  void read_one(JsonLexer& lexer, const JsonToken& first) {
    if (!first.is_value()) throw RowReader::NotJson{};
    if (first.kind != Kind::begin_object) {
      JsonLexer rest = lexer;
      if (!rest.skip(first, kDeepestJson)) throw RowReader::NotJson{};
      throw RowFault{fmt::format("{} {} is {}, want an object",
                                 std::string_view("aeiou").find(what_.front()) == std::string_view::npos ? "a" : "an",
                                 what_, type_name(first.kind))};
    }
    reader_.read(lexer);
    if (count_++ == most_) throw RowFault{fmt::format("more than {} {}s, want at most so many", most_, what_)};
    row_();
  }

  void require_some(std::string_view body) const {
    if (count_ == 0) throw RowFault{fmt::format("the {} has 0 {}s, want 1 to {}", body, what_, most_)};
  }

  std::string_view what_;
  const std::size_t most_;
  RowReader& reader_;
  const std::function<void()>& row_;
  std::size_t count_ = 0;
};

}  // namespace

void read_rows(std::string_view body, bool lines, std::string_view what, std::size_t most, RowReader& reader,
               const std::function<void()>& row) {
  if (body.starts_with(kByteOrderMark)) body.remove_prefix(kByteOrderMark.size());
  if (const auto at = first_invalid_utf8(body)) {
    throw RowFault{fmt::format("request body is no UTF-8 from its byte {} on", *at)};
  }
  Rows rows(what, most, reader, row);
  if (lines) return rows.read_lines(body);
  try {
    rows.read_document(body);
  } catch (const RowReader::NotJson&) {
    throw RowFault{std::string(kNotJson)};
  }
}

}  // namespace crossfade::server
