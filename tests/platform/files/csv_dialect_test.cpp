// Tables as other programs write them.
#include "platform/files/csv_dialect.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "platform/files/csv_numbers.h"
#include "platform/files/csv_reader.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using files::NumberFormat;

namespace {

std::optional<double> read(const std::vector<std::string_view>& column, std::string_view text, char delimiter = ',') {
  return files::parse_number(text, files::number_format(column, delimiter));
}

struct Read {
  std::string dialect;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

Read sniffed(const std::string& bytes) {
  const TemporaryDirectory directory;
  std::ofstream(directory / "t.csv", std::ios::binary) << bytes;
  files::CsvReader csv(directory / "t.csv", files::CsvReader::Format::sniffed);
  Read read{.dialect = to_string(csv.dialect()), .columns = csv.columns(), .rows = {}};
  while (const auto row = csv.next()) read.rows.emplace_back(row->begin(), row->end());
  return read;
}

// Latin letters alone.
std::string utf16(const std::string& text, bool little, bool mark) {
  std::string bytes = mark ? (little ? "\xFF\xFE" : "\xFE\xFF") : "";
  for (const char c : text) bytes += little ? std::string{c, '\0'} : std::string{'\0', c};
  return bytes;
}

}  // namespace

TEST_CASE("numbers: what a column says about its decimal sign and its thousands", "[files]") {
  CHECK(read({"1.5", "2"}, "1234.25") == 1234.25);
  CHECK(read({"1,5", "2"}, "1234,25") == 1234.25);
  CHECK(read({"1.234,5"}, "1.234.567,25") == 1234567.25);
  CHECK(read({"1,234.5"}, "1,234,567.25") == 1234567.25);
  CHECK(read({"1 234,5"}, "1 234 567,25") == 1234567.25);
  CHECK(read({"1\xC2\xA0"
              "234,5"},
             "1\xE2\x80\xAF"
             "234,25") == 1234.25);
  CHECK(read({"1'234.5"},
             "1\xE2\x80\x99"
             "234.25") == 1234.25);
  CHECK(read({"1,234,567"}, "12,345") == 12345);
  CHECK(read({"0,123"}, "0,5") == 0.5);
  CHECK(read({"1,5", "1.234"}, "1.234") == 1234);  // the one comma says what the point is
  CHECK(read({"-1,5E+03"}, "-1,5E+03") == -1500);
  CHECK(read({}, " +7 ") == 7);
}

TEST_CASE("numbers: 1,234 alone is what is usual with the delimiter", "[files]") {
  CHECK(read({"1,234"}, "1,234", ',') == 1234);
  CHECK(read({"1,234"}, "1,234", ';') == 1.234);
  CHECK(read({"1.234"}, "1.234", ';') == 1.234);
}

TEST_CASE("numbers: groups of other than three digits, and contradictions, are no numbers", "[files]") {
  CHECK_FALSE(read({"1,234.5"}, "12,34.5"));
  CHECK_FALSE(read({"1,234.5"}, "1234,567.5"));
  CHECK_FALSE(read({"1,234.5"}, "1,234.5.6"));
  CHECK_FALSE(read({"1,5", "1.5"}, "1,5"));
  CHECK(read({"1,5", "1.5"}, "1.5") == 1.5);
  CHECK_FALSE(read({}, "12 %"));
  CHECK_FALSE(read({}, "inf"));
  CHECK_FALSE(read({"1,5"}, ""));
  CHECK_FALSE(read({"1,5"}, "-"));
}

TEST_CASE("numbers: words for no value", "[files]") {
  for (const char* const word : {"", "NA", "n/a", "NaN", "NULL", "None", "#N/A", "-", ".", "?", "\\N", "  "}) {
    CHECK(files::is_missing(word));
  }
  for (const char* const word : {"0", "no", "nano", "x"}) CHECK_FALSE(files::is_missing(word));
}

TEST_CASE("dialect: delimiter, byte order mark, padding and line ends are told by the file", "[files]") {
  const std::vector<std::vector<std::string>> rows{{"1", "a", "2.5"}, {"2", "b", "3.5"}};
  const std::vector<std::string> columns{"id", "arm", "m"};
  struct Dialect {
    std::string bytes;
    std::string said;
  };
  for (const Dialect& one : {
           Dialect{"id,arm,m\n1,a,2.5\n2,b,3.5\n", ""},
           Dialect{"\xEF\xBB\xBFid,arm,m\r\n1,a,2.5\r\n2,b,3.5\r\n", ""},
           Dialect{"id;arm;m\n1;a;2.5\n2;b;3.5\n", "separated by semicolons"},
           Dialect{"id\tarm\tm\n1\ta\t2.5\n2\tb\t3.5", "separated by tabs"},
           Dialect{"id|arm|m\n1|a|2.5\n2|b|3.5\n", "separated by bars"},
           Dialect{"sep=^\nid^arm^m\n1^a^2.5\n2^b^3.5\n", "separated by \"^\", a line sep= before the header"},
           Dialect{"\xEF\xBB\xBFSEP=;\r\nid;arm;m\r\n1;a;2.5\r\n2;b;3.5\r\n",
                   "separated by semicolons, a line sep= before the header"},
           Dialect{"id,arm,m\r1,a,2.5\r2,b,3.5\r", "lines end with CR"},
           Dialect{"id, arm, m\n1, a, 2.5\n2, \"b\" , 3.5\n", "fields padded with spaces"},
           Dialect{" id ,arm,m \n1,a,2.5\n2,b,3.5\n", ""},
           Dialect{utf16("id;arm;m\r\n1;a;2.5\r\n2;b;3.5\r\n", true, true), "UTF-16LE, separated by semicolons"},
           Dialect{utf16("id,arm,m\n1,a,2.5\n2,b,3.5\n", false, true), "UTF-16BE"},
           Dialect{utf16("id,arm,m\n1,a,2.5\n2,b,3.5\n", true, false), "UTF-16LE"},
       }) {
    INFO(one.bytes);
    const Read read = sniffed(one.bytes);
    CHECK(read.dialect == one.said);
    CHECK(read.columns == columns);
    CHECK(read.rows == rows);
  }
}

TEST_CASE("dialect: a delimiter in the names of columns is none", "[files]") {
  const Read read = sniffed("id\tarm, short\trevenue, USD\n1\ta\t2\n2\tb\t3\n");
  CHECK(read.columns == std::vector<std::string>{"id", "arm, short", "revenue, USD"});
  CHECK(read.dialect == "separated by tabs");
}

TEST_CASE("dialect: letters of Windows-1252 are letters", "[files]") {
  const Read read = sniffed("arm,m\ncontr\xF4le,1\n");
  CHECK(read.dialect == "WINDOWS-1252");
  CHECK(read.rows.at(0).at(0) == "contr\xC3\xB4le");
}

TEST_CASE("dialect: a character may be cut between two blocks of UTF-16", "[files]") {
  // Blocks have an even number of bytes: an odd one in front of them cuts every character that begins at their end.
  std::string text = "arm,m\n";
  for (int i = 0; i < 90'000; ++i) text += "a,1\n";
  std::string bytes = utf16(text, true, true);
  bytes += std::string("\x3D\xD8\x00\xDE", 4) + utf16(",2\n", true, false);  // U+1F600
  const Read read = sniffed(bytes);
  REQUIRE(read.rows.size() == 90'001);
  CHECK(read.rows.back() == std::vector<std::string>{"\xF0\x9F\x98\x80", "2"});
  CHECK(read.rows[65'000] == std::vector<std::string>{"a", "1"});
}

TEST_CASE("csv: after a row at fault the next one is read", "[files]") {
  const TemporaryDirectory directory;
  std::ofstream(directory / "t.csv") << "a,b\n1\n2,3\n4,\"5\"x\n6,7\n";
  files::CsvReader csv(directory / "t.csv");
  CHECK_THROWS_AS(csv.next(), Error);
  CHECK(csv.next()->front() == "2");
  CHECK_THROWS_AS(csv.next(), Error);
  CHECK(csv.next()->front() == "6");
  CHECK_FALSE(csv.next());
}
