#include "platform/core/text.h"

#include <catch2/catch.hpp>
#include <string>

using crossfade::first_invalid_utf8;
using crossfade::printable;
using crossfade::printable_lines;
using crossfade::shell_quoted;

TEST_CASE("text: UTF-8 is what RFC 3629 says", "[core]") {
  for (const char* good : {"", "caf\u00e9", "\u2264", "\U0001f3b5", "\U0010ffff", "\ud7ff\ue000"}) {
    CHECK_FALSE(first_invalid_utf8(good));
  }
  CHECK(first_invalid_utf8("ab\xe9") == 2);
  CHECK(first_invalid_utf8("\xc0\x80") == 0);          // overlong
  CHECK(first_invalid_utf8("\xe0\x80\x80") == 0);      // overlong
  CHECK(first_invalid_utf8("a\xed\xa0\x80") == 1);     // a surrogate
  CHECK(first_invalid_utf8("\xf4\x90\x80\x80") == 0);  // above U+10FFFF
  CHECK(first_invalid_utf8("a\xe2\x89") == 1);         // cut off
  CHECK(first_invalid_utf8("\x80") == 0);
}

TEST_CASE("text: a terminal obeys nothing in it", "[core]") {
  CHECK(printable("caf\u00e9 \U0001f3b5 ~") == "caf\u00e9 \U0001f3b5 ~");
  CHECK(printable("\x1b[2J\x07\x7f\r\t\n") == "\\x1b[2J\\x07\\x7f\\x0d\\x09\\n");
  CHECK(printable(std::string("a\0b", 3)) == "a\\x00b");
  CHECK(printable("\u009b31m") == "\\x9b31m");      // CSI in one character
  CHECK(printable("\u202eevil") == "\\u202eevil");  // right to left from here on
  CHECK(printable("caf\xe9") == "caf\\xe9");
  CHECK(printable_lines("a\nb\x1b") == "a\nb\\x1b");
}

TEST_CASE("text: a word of a command is quoted where a shell would make something else of it", "[core]") {
  CHECK(shell_quoted("--store=a/b.db") == "--store=a/b.db");
  CHECK(shell_quoted("") == "''");
  CHECK(shell_quoted("two words; $x") == "'two words; $x'");
  CHECK(shell_quoted("it's") == "'it'\\''s'");
}
