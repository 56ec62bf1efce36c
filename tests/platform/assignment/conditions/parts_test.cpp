// What conditions are made of: JavaScript's numbers and texts, letters, versions, expressions.
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory_resource>
#include <string>
#include <vector>

#include "platform/assignment/conditions/javascript_values.h"
#include "platform/assignment/conditions/letter_case.h"
#include "platform/assignment/conditions/padded_version.h"
#include "platform/assignment/conditions/pattern.h"
#include "platform/assignment/conditions/pattern_syntax.h"
#include "platform/assignment/hash.h"
#include "platform/core/json_text.h"

using namespace crossfade;
using namespace crossfade::assignment;

namespace {

std::string text_of(double number) {
  std::array<char, 32> storage{};
  return std::string(text_of_number(number, storage));
}

std::string utf8(std::uint32_t c) {
  std::string text;
  const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xc0 | c >> 6);
    add(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    add(0xe0 | c >> 12);
    add(0x80 | (c >> 6 & 0x3f));
    add(0x80 | (c & 0x3f));
  } else {
    add(0xf0 | c >> 18);
    add(0x80 | (c >> 12 & 0x3f));
    add(0x80 | (c >> 6 & 0x3f));
    add(0x80 | (c & 0x3f));
  }
  return text;
}

// FNV-1a 32 over bytes, to compare many texts with one number.
std::uint32_t checksum(std::uint32_t sum, const std::string& text) {
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 0x01000193U;
  return sum;
}

std::string fault_of(const std::string& pattern) {
  return Pattern(pattern, false).fault();
}

}  // namespace

// String(x) under Node 20.20.
TEST_CASE("javascript: numbers are written as there", "[assignment]") {
  CHECK(text_of(0) == "0");
  CHECK(text_of(-0.0) == "0");
  CHECK(text_of(123456789012) == "123456789012");
  CHECK(text_of(-1.5) == "-1.5");
  CHECK(text_of(1e20) == "100000000000000000000");
  CHECK(text_of(1e21) == "1e+21");
  CHECK(text_of(1.5e300) == "1.5e+300");
  CHECK(text_of(0.000001) == "0.000001");
  CHECK(text_of(1e-7) == "1e-7");
  CHECK(text_of(1.25e-7) == "1.25e-7");
  CHECK(text_of(123.456) == "123.456");
  CHECK(text_of(0.1 + 0.2) == "0.30000000000000004");
  CHECK(text_of(5e-324) == "5e-324");
  CHECK(text_of(1.7976931348623157e308) == "1.7976931348623157e+308");
  CHECK(text_of(-2.2250738585072014e-308) == "-2.2250738585072014e-308");
  CHECK(text_of(std::numeric_limits<double>::infinity()) == "Infinity");
  CHECK(text_of(std::numeric_limits<double>::quiet_NaN()) == "NaN");
}

// Number(x) under Node 20.20.
TEST_CASE("javascript: texts are numbers as there", "[assignment]") {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<std::pair<std::string, double>> numbers = {{"", 0},
                                                               {" \t\n\u00a0\u2029\ufeff", 0},
                                                               {" 12 ", 12},
                                                               {"5.", 5},
                                                               {".5", .5},
                                                               {"+5", 5},
                                                               {"-.5e1", -5},
                                                               {"0x1F", 31},
                                                               {"0XfF", 255},
                                                               {"0o17", 15},
                                                               {"0b101", 5},
                                                               {"1e400", infinity},
                                                               {"-1e400", -infinity},
                                                               {"1e-400", 0},
                                                               {"0." + std::string(400, '0') + "1e402", 10},
                                                               {std::string(400, '9'), infinity},
                                                               {"0." + std::string(400, '0') + "1", 0},
                                                               {"0." + std::string(500, '0') + "1e50", 0},
                                                               {"Infinity", infinity},
                                                               {"-Infinity", -infinity},
                                                               {"010", 10}};
  for (const auto& [text, number] : numbers) {
    INFO(text);
    CHECK(number_of(std::string_view(text)) == number);
  }
  for (const std::string text :
       {"a",     "1a",       ".",   "-",   "+",     "e5",  "1e",  "1e+", "0x",     "0xg",   "0b2",  "0o8",
        "-0x10", "infinity", "inf", "nan", "1_000", "1,5", "1 2", "--1", "\u0663", "0x1.8", "0x1p3"}) {
    INFO(text);
    CHECK(std::isnan(number_of(std::string_view(text))));
  }
}

TEST_CASE("javascript: texts stand in the order of their UTF-16", "[assignment]") {
  CHECK(std::is_lt(compare_texts("a", "b")));
  CHECK(std::is_lt(compare_texts("a", "aa")));
  CHECK(std::is_eq(compare_texts("a", "a")));
  CHECK(std::is_lt(compare_texts("\U00010000", "\ue000")));
  CHECK(std::is_lt(compare_texts("\U0010ffff", "\uffff")));
  CHECK(std::is_gt(compare_texts("\U00010000", "\ud7ff")));
  CHECK(std::is_lt(compare_texts("\U00010000", "\U00010001")));
}

// With String.prototype.toLowerCase under Node 20.20 (Unicode 17): the sums of all code points, and of 50 625 texts
// with a capital sigma between two others on each side.
TEST_CASE("letters: every one has JavaScript's lower case", "[assignment]") {
  std::uint32_t sum = 0x811c9dc5U;
  for (std::uint32_t c = 0; c <= 0x10ffff; ++c) {
    if (c < 0xd800 || c > 0xdfff) sum = checksum(sum, lower_case(utf8(c)));
  }
  CHECK(sum == 0xb007156cU);
}

TEST_CASE("letters: a sigma at the end of a word is a final one", "[assignment]") {
  CHECK(lower_case("\u039f\u0394\u039f\u03a3") == "\u03bf\u03b4\u03bf\u03c2");
  CHECK(lower_case("\u03a3") == "\u03c3");
  std::uint32_t sum = 0x811c9dc5U;
  const std::vector<std::string> around = {"",       "a",      "A",      " ",      ".", "\u00b7",     "\u0301", "1",
                                           "\u03a3", "\u2160", "\u02b0", "\u00ad", "-", "\U0001f130", "\u0345"};
  for (const auto& a : around) {
    for (const auto& b : around) {
      for (const auto& c : around) {
        for (const auto& d : around) sum = checksum(sum, lower_case(a + b + "\u03a3" + c + d));
      }
    }
  }
  CHECK(sum == 0x49a8c447U);
}

TEST_CASE("letters: what is no UTF-8 stays what it is", "[assignment]") {
  for (const std::string text : {"\xff", "\xc3", "\xc3z", "\xe2\x82", "a\x80z", "\xf0\x9f"})
    CHECK(lower_case(text) == text);
}

// paddedVersionString of GrowthBook's util.ts.
TEST_CASE("versions: are padded as GrowthBook pads them", "[assignment]") {
  const auto padded = [](const JsonValue& version) {
    return std::string(padded_version(version, *std::pmr::new_delete_resource()));
  };
  CHECK(padded({"1.2.10"}) == "    1-    2-   10-~");
  CHECK(padded({"v1.2.3-rc.1+build.5"}) == "    1-    2-    3-rc-    1");
  CHECK(padded({"123456.1"}) == "123456-    1");
  CHECK(padded({"1.2.3+a\nb"}) == "    1-    2-3+a\nb-~");
  CHECK(padded({"1+a\nb+c"}) == "1+a\nb");
  CHECK(padded({"1.2.3-"}) == "    1-    2-    3-");
  CHECK(padded({""}) == "    0");
  CHECK(padded({}) == "    0");
  CHECK(padded({1.5}) == "    1-    5");
  CHECK(padded({JsonValue::Array{}}) == "    0");
}

TEST_CASE("patterns: what RE2 reads otherwise is written as it means in JavaScript", "[assignment]") {
  CHECK(to_re2("a.b").re2 == R"(a[^\n\r\x{2028}\x{2029}]b)");
  CHECK(to_re2("(?<year>\\d+)").re2 == "([\\d]+)");
  CHECK(to_re2("[[:alpha:]]").re2 == R"([\x{5b}\x{3a}alpha\x{3a}]\x{5d})");
  CHECK(to_re2("a{,2}").re2 == R"(a\x{7b}\x{2c}2\x{7d})");
  CHECK(to_re2("a{2,}?").re2 == "a{2,}?");
  CHECK(to_re2("[]").re2 == R"([^\x{0}-\x{10ffff}])");
  CHECK(to_re2("[^]").re2 == R"([\x{0}-\x{10ffff}])");
  CHECK(to_re2("\\u00e9\\x41\\cJ\\0\\/").re2 == R"(\x{e9}A\x{a}\x{0}\x{2f})");
  CHECK(to_re2("\\ud83d\\ude00").re2 == R"(\x{1f600})");
  CHECK(to_re2("[\\b\\w-z]").re2 == R"([\x{8}\w\x{2d}z])");
  CHECK(to_re2("\u00e9").re2 == R"(\x{e9})");
}

TEST_CASE("patterns: what is none says why", "[assignment]") {
  CHECK(fault_of("(a") == "a \"(\" without its \")\"");
  CHECK(fault_of("a)") == "a \")\" without its \"(\"");
  CHECK(fault_of("[a") == "a \"[\" without its \"]\"");
  CHECK(fault_of("[b-a]") == "a range in \"[...]\" ends before it begins");
  CHECK(fault_of("*a") == "\"*\" has nothing to repeat");
  CHECK(fault_of("a**") == "\"*\" has nothing to repeat");
  CHECK(fault_of("^*") == "\"*\" has nothing to repeat");
  CHECK(fault_of("a|{2}") == "\"{2}\" has nothing to repeat");
  CHECK(fault_of("a\\") == "it ends in a backslash");
  CHECK(fault_of("(?=a)") == "\"(?=\" looks around, which takes more than one pass");
  CHECK(fault_of("(?<!a)b") == "\"(?<!\" looks around, which takes more than one pass");
  CHECK(fault_of("(a)\\1") == "\"\\1\" refers back, which takes more than one pass");
  CHECK(fault_of("(?i)a") == "\"(?\" begins no group of JavaScript's");
  CHECK(fault_of("(?<1>a)") == "\"(?<\" without the name of a group");
  CHECK(fault_of("\\p{L}") == "\"\\p\" is no escape of JavaScript's");
  CHECK(fault_of("\\u12") == "\"\\u\" is no escape of JavaScript's");
  CHECK(fault_of("\\ud83d") == "\"\\u\" is no escape of JavaScript's");
  CHECK(fault_of("a{3,2}") == "invalid repetition size: {3,2}");
  CHECK(fault_of("a{1001}") == "invalid repetition size: {1001}");
  CHECK(fault_of(std::string(1001, 'a')) == "it has 1001 bytes, and 1000 is the most");
  CHECK_FALSE(fault_of("((a{100}){10}b){10}").empty());
  CHECK_FALSE(Pattern("(a", false).is_found_in("(a"));
}

TEST_CASE("patterns: letters are compared without regard to case beyond ASCII, too", "[assignment]") {
  CHECK(Pattern("\u00e9t\u00e9", true).is_found_in("\u00c9T\u00c9"));
  CHECK(Pattern("^[\u0430-\u044f]+$", true).is_found_in("\u0416\u0410\u041d\u041d\u0410"));
  CHECK_FALSE(Pattern("\u00e9", false).is_found_in("\u00c9"));
}
