#include "platform/core/json/json_lexer.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "platform/core/json_text.h"

using namespace crossfade;

namespace {

// Compact; "wrong" where it is not one value, or not one that is taken.
std::string copied(std::string_view text, int deepest = kDeepestJson) {
  JsonLexer lexer(text);
  std::string compact;
  if (!lexer.copy(lexer.next(), deepest, compact)) return "wrong";
  return lexer.next().kind == JsonToken::Kind::end ? compact : "more";
}

bool skipped(std::string_view text, int deepest = kDeepestJson) {
  JsonLexer lexer(text);
  return lexer.skip(lexer.next(), deepest) && lexer.next().kind == JsonToken::Kind::end;
}

}  // namespace

TEST_CASE("json lexer: a value as one line without blanks, its numbers as they stand", "[core]") {
  CHECK(copied(" { \"a\" : [ 1 , -2.50e+1 , true,false , null ] ,\n\t\"b\":{ } , \"c\":[]}\r\n") ==
        R"({"a":[1,-2.50e+1,true,false,null],"b":{},"c":[]})");
  CHECK(copied("12345678901234567890") == "12345678901234567890");  // no double has it
  CHECK(copied(R"("\u0041\u00e9\ud83d\ude00\/\"\\\n\u0001")") ==
        "\"A\xc3\xa9\xf0\x9f\x98\x80/\\\"\\\\\\u000a\\u0001\"");
  CHECK(copied("1e-999") == "1e-999");
}

// The same texts, read whole by nlohmann's parser, are the reference.
TEST_CASE("json lexer: takes what a parser takes", "[core]") {
  const std::vector<std::string> texts{"",
                                       " ",
                                       "{",
                                       "}",
                                       "[1,]",
                                       "[,1]",
                                       "{\"a\":1,}",
                                       "{\"a\"}",
                                       "{\"a\":}",
                                       "{a:1}",
                                       "01",
                                       "1.",
                                       ".5",
                                       "-",
                                       "+1",
                                       "1e",
                                       "1e+",
                                       "0x1",
                                       "NaN",
                                       "tru",
                                       "nulll",
                                       "\"",
                                       "\"\\x\"",
                                       "\"\\u12\"",
                                       "\"\\u12g4\"",
                                       "\"\n\"",
                                       "[1 2]",
                                       "{\"a\" 1}",
                                       "[1}",
                                       "{\"a\":1]",
                                       "0",
                                       "-0",
                                       "-0.0e0",
                                       "[]",
                                       "{}",
                                       "\"\"",
                                       "[[[]]]",
                                       "1 2",
                                       "{\"a\":{\"b\":[{\"c\":null}]}}",
                                       "\"\\ud800\"",
                                       "\"\\udc00x\"",
                                       "1e999",
                                       "[\"\\ud83d\\ude00\"]",
                                       "{\"a\":1,\"a\":2}",
                                       "{\"a\":1,\"\\u0061\":2}",
                                       "{\"a\":{\"b\":1},\"b\":1}"};
  for (const std::string& text : texts) {
    INFO(text);
    const auto parsed = parse_json(text);
    const std::string compact = copied(text);
    CHECK((compact != "wrong" && compact != "more") == parsed.has_value());
    if (parsed && compact != "wrong" && compact != "more") CHECK(parse_json(compact) == parsed);
    if (parsed) CHECK(skipped(text));
  }
}

TEST_CASE("json lexer: depth and members are bounded", "[core]") {
  CHECK(copied("[[1]]", 2) == "[[1]]");
  CHECK(copied("[[[1]]]", 2) == "wrong");
  CHECK(copied("1", 0) == "1");
  CHECK_FALSE(skipped(std::string(100'000, '['), 1000));
  std::string wide = "{";
  for (std::size_t i = 0; i <= kMostJsonMembers; ++i) wide += "\"m" + std::to_string(i) + "\":0,";
  wide.back() = '}';
  CHECK(copied(wide) == "wrong");
  CHECK(skipped(wide));
}
