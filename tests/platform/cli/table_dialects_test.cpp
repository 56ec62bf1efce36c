// One table in the dialects of twenty other programs: the same report, or one clear line.
#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/platform/cli/program.h"
#include "tests/support/temporary_directory.h"

using crossfade::test::run_program;
using nlohmann::json;

namespace {

constexpr int kUnits = 60;

struct Unit {
  std::string id, arm, comment;
  double spend = 0;
  bool bought = false;
  bool known = true;  // the spend
};

std::vector<Unit> units() {
  std::vector<Unit> all;
  for (int i = 0; i < kUnits; ++i) {
    all.push_back({.id = "u" + std::to_string(i),
                   .arm = i % 2 == 1 ? "treatment" : "control",
                   .comment = i % 9 == 0 ? "said, \"no\"" : "fine",
                   .spend = (i % 13) * 250.25 + (i % 2),
                   .bought = i % 3 == 0,
                   .known = i % 20 != 7});
  }
  return all;
}

// How a program writes a table.
struct Dialect {
  std::string name;
  std::string separator = ",";
  std::string end = "\n";
  std::string before = {};  // the header
  std::function<std::string(double)> number = {};
  std::string missing = {};
  std::string yes = "1", no = "0";
  bool padded_head = false;
  bool quoted = false;             // every field
  std::string comment_break = {};  // inside a quoted comment
  std::string said = {};
  std::function<std::string(std::string)> bytes = {};
};

std::string with_sign(double value, char decimal, const std::string& thousands) {
  const auto cents = static_cast<long long>(value * 100 + 0.5);
  std::string whole = std::to_string(cents / 100);
  for (int at = static_cast<int>(whole.size()) - 3; at > 0; at -= 3)
    whole.insert(static_cast<std::size_t>(at), thousands);
  std::string rest = std::to_string(cents % 100);
  return whole + decimal + std::string(2 - rest.size(), '0') + rest;
}

std::string field(const Dialect& dialect, const std::string& text) {
  const bool needed = text.find_first_of("\"\n" + dialect.separator) != std::string::npos;
  if (!needed && !dialect.quoted) return text;
  std::string escaped;
  for (const char c : text) escaped += c == '"' ? "\"\"" : std::string(1, c);
  return '"' + escaped + '"';
}

std::string written(const Dialect& dialect) {
  std::string text = dialect.before;
  const auto row = [&](const std::vector<std::string>& fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) text += (i > 0 ? dialect.separator : "") + fields[i];
    text += dialect.end;
  };
  const std::string pad = dialect.padded_head ? " " : "";
  row({pad + "user" + pad, pad + "arm", "spend" + pad, "bought", "comment"});
  for (const Unit& unit : units()) {
    std::string spend = dialect.number ? dialect.number(unit.spend) : with_sign(unit.spend, '.', "");
    if (!unit.known) spend = dialect.missing;
    row({field(dialect, unit.id), field(dialect, unit.arm), field(dialect, spend),
         field(dialect, unit.bought ? dialect.yes : dialect.no), field(dialect, unit.comment + dialect.comment_break)});
  }
  return dialect.bytes ? dialect.bytes(text) : text;
}

std::string utf16(const std::string& text, bool little) {
  std::string bytes = little ? "\xFF\xFE" : "\xFE\xFF";
  for (const char c : text) bytes += little ? std::string{c, '\0'} : std::string{'\0', c};
  return bytes;
}

const auto kComma = [](double value) { return with_sign(value, ',', ""); };
const auto kGerman = [](double value) { return with_sign(value, ',', "."); };
const auto kEnglish = [](double value) { return with_sign(value, '.', ","); };
const auto kFrench = [](double value) { return with_sign(value, ',', "\xE2\x80\xAF"); };
const auto kSwiss = [](double value) { return with_sign(value, '.', "'"); };

std::vector<Dialect> dialects() {
  return {
      {.name = "Excel, UTF-8", .end = "\r\n", .before = "\xEF\xBB\xBF", .yes = "TRUE", .no = "FALSE"},
      {.name = "Excel, German",
       .separator = ";",
       .end = "\r\n",
       .number = kComma,
       .said = "separated by semicolons, decimal commas"},
      {.name = "Excel, German, thousands",
       .separator = ";",
       .end = "\r\n",
       .number = kGerman,
       .said = "separated by semicolons, decimal commas, points between thousands"},
      {.name = "Excel, French, thousands",
       .separator = ";",
       .number = kFrench,
       .said = "separated by semicolons, decimal commas, spaces between thousands"},
      {.name = "Excel, English, thousands", .number = kEnglish, .said = "commas between thousands"},
      {.name = "Excel, Swiss",
       .separator = ";",
       .number = kSwiss,
       .said = "separated by semicolons, apostrophes between thousands"},
      {.name = "Excel, sep=",
       .separator = ";",
       .end = "\r\n",
       .before = "sep=;\r\n",
       .number = kComma,
       .said = "separated by semicolons, a line sep= before the header, decimal commas"},
      {.name = "Excel, Unicode text",
       .separator = "\t",
       .end = "\r\n",
       .said = "UTF-16LE, separated by tabs",
       .bytes = [](const std::string& text) { return utf16(text, true); }},
      {.name = "UTF-16, big endian",
       .said = "UTF-16BE",
       .bytes = [](const std::string& text) { return utf16(text, false); }},
      {.name = "Macintosh", .end = "\r", .said = "lines end with CR"},
      {.name = "tabs", .separator = "\t", .said = "separated by tabs"},
      {.name = "bars", .separator = "|", .said = "separated by bars"},
      {.name = "R",
       .missing = "NA",
       .yes = "TRUE",
       .no = "FALSE",
       .quoted = true,
       .said = "3 fields \"NA\" taken for no value"},
      {.name = "pandas", .missing = "NaN", .yes = "True", .no = "False", .said = "3 fields \"NaN\" taken for no value"},
      {.name = "pandas, floats", .yes = "1.0", .no = "0.0"},
      {.name = "MySQL",
       .separator = "\t",
       .missing = "\\N",
       .said = "separated by tabs, 3 fields \"\\N\" taken for no value"},
      {.name = "PostgreSQL", .missing = "NULL", .yes = "t", .no = "f", .said = "3 fields \"NULL\" taken for no value"},
      {.name = "Excel, #N/A",
       .missing = "#N/A",
       .yes = "yes",
       .no = "no",
       .said = "3 fields \"#N/A\" taken for no value"},
      {.name = "padded heads", .padded_head = true},
      {.name = "padded fields", .separator = ", ", .said = "fields padded with spaces"},
      {.name = "line breaks in fields", .end = "\r\n", .comment_break = "\r\nmore\n"},
      {.name = "every field in quotes", .yes = "Y", .no = "N", .quoted = true},
  };
}

}  // namespace

TEST_CASE("analyze --csv: twenty dialects of one table give one report", "[cli]") {
  const crossfade::TemporaryDirectory directory;
  const auto report_of = [&](const Dialect& dialect) {
    std::ofstream(directory / "t.csv", std::ios::binary) << written(dialect);
    return run_program(directory.path(),
                       "analyze --csv t.csv --unit user --variant arm --control control --metric spend "
                       "--metric bought:proportion --format json");
  };
  const auto plain = report_of({.name = "RFC 4180"});
  REQUIRE(plain.code == 0);
  REQUIRE(json::parse(plain.text)["metrics"][0]["variants"][1]["n"] == 27);
  CHECK(dialects().size() >= 20);
  for (const Dialect& dialect : dialects()) {
    INFO(dialect.name);
    const auto outcome = report_of(dialect);
    const std::string said = dialect.said.empty() ? "" : "t.csv: " + dialect.said + "\n";
    CHECK(outcome == crossfade::test::Outcome{0, said + plain.text});
  }
}

TEST_CASE("analyze --csv: what is no dialect of a table is one clear line a fault", "[cli]") {
  const crossfade::TemporaryDirectory directory;
  const auto fails = [&](const std::string& text, const std::string& line) {
    std::ofstream(directory / "t.csv", std::ios::binary) << text;
    CHECK(run_program(directory.path(), "analyze --csv t.csv --variant arm --control a --metric m") ==
          crossfade::test::Outcome{2, line + "\n"});
  };
  fails("arm,m\na,$1.50\n", "t.csv:2:3: m is \"$1.50\", want a number");
  fails("arm;m\na;1,5\nb;1,234.5\n",
        "t.csv:2:3: m is \"1,5\", want a number\n"
        "t.csv:3:3: m is \"1,234.5\", want a number");
  fails("# exported by somebody\narm,m\na,1\n", "t.csv:1:1: no column \"arm\"; it has # exported by somebody");
  fails("PK\x03\x04", "t.csv:1:1: no column \"arm\"; it has PK\\x03\\x04");
}
