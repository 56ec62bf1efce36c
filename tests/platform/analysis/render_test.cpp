#include "platform/analysis/render/render.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "platform/analysis/render/forest.h"
#include "platform/analysis/report/wording.h"
#include "tests/platform/analysis/example.h"
#include "tests/support/source_directory.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

std::filesystem::path golden_path(const std::string& name) {
  return source_directory() / "tests/platform/analysis" / name;
}

// The committed file; with CROSSFADE_UPDATE_GOLDEN set it is written first, for `git diff` to be read.
std::string golden(const std::string& name, const std::string& actual) {
  if (std::getenv("CROSSFADE_UPDATE_GOLDEN") != nullptr) std::ofstream(golden_path(name), std::ios::binary) << actual;
  std::ifstream file(golden_path(name), std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Equal, numbers to 1e-9: another libm may round the last digit otherwise.
void check_same(const json& actual, const json& expected, const std::string& path) {
  INFO(path);
  if (expected.is_number() && actual.is_number()) {
    const double want = expected.get<double>();
    CHECK(actual.get<double>() == Approx(want).epsilon(1e-9).margin(0));
    CHECK(actual.is_number_float() == expected.is_number_float());
    return;
  }
  REQUIRE(actual.type() == expected.type());
  if (!expected.is_structured()) {
    CHECK(actual == expected);
    return;
  }
  REQUIRE(actual.size() == expected.size());
  for (const auto& [key, value] : expected.items()) {
    const std::string at = std::string(path).append("/").append(key);
    if (expected.is_object()) {
      INFO(at);
      REQUIRE(actual.contains(key));
      check_same(actual.at(key), value, at);
    } else {
      check_same(actual.at(std::stoul(key)), value, at);
    }
  }
}

// A report in which everything that can be undefined is.
std::vector<Report> undefined_reports() {
  Seen zero = seen("zero", 100, 3);
  zero.time_per_session = moments(50, 0, 1);
  Seen flat = seen("flat", 100, 3);
  flat.time_per_session = moments(1, 3, 0);
  flat.time = moments(100, 2, 0);
  flat.sessions = moments(20, 0.1, 4);
  return analyze(configuration({experiment("u", {"zero", "flat", "unseen"},
                                           {.primary = "mean_time_per_session",
                                            .secondary = {"sessions"},
                                            .guardrails = {{.metric = "mean_request_latency", .margin = 0.1}}})}),
                 FakeStore({aggregate("u", {zero, flat})}), {});
}

}  // namespace

TEST_CASE("json: the example report, field by field", "[analysis]") {
  const std::string actual = render_json(example_reports().at(0), 2);
  check_same(json::parse(actual), json::parse(golden("report_example.json", actual)), "");
}

TEST_CASE("json: all reports stand in one array, and one is the object itself", "[analysis]") {
  const auto reports = example_reports();
  const json all = json::parse(render_json(reports));
  REQUIRE(all.at("experiments").size() == 1);
  CHECK(all.at("experiments").at(0) == json::parse(render_json(reports[0])));
  CHECK(render_json(std::vector<Report>{}) == "{\"experiments\":[]}\n");
}

TEST_CASE("json: what could not be computed is null beside a reason, and nothing is infinite", "[analysis]") {
  const std::string text = render_json(undefined_reports().at(0));
  CHECK_THAT(text, !Contains(":nan") && !Contains("inf,") && !Contains("NaN") && !Contains("Infinity"));
  const json report = json::parse(text);
  CHECK(report.at("metrics").size() == 5);
  for (const json& metric : report.at("metrics")) {
    for (const json& comparison : metric.at("comparisons")) {
      const bool undefined =
          std::ranges::any_of(comparison.items(), [](const auto& item) { return item.value().is_null(); });
      CHECK(comparison.contains("reason") == undefined);
    }
  }
  const json& primary = report.at("metrics").at(0);
  CHECK(primary.at("comparisons").at(0).at("reason") == "insufficient_data");
  CHECK(primary.at("comparisons").at(0).at("interval").is_null());
  CHECK(primary.at("variants").at(2).at("mean").is_null());
  CHECK(primary.at("variants").at(2).at("reason") == "insufficient_data");
  const json& latency = report.at("metrics").at(2);
  CHECK(latency.at("note") == "not measured");
  CHECK(latency.at("margin") == 0.1);
}

TEST_CASE("json: names that are no UTF-8 do not break it", "[analysis]") {
  auto reports = analyze({}, FakeStore({aggregate("caf\xe9 \"x\"", {seen("a", 100, 3), seen("b", 100, 3)})}), {});
  CHECK(json::parse(render_json(reports)).at("experiments").at(0).at("experiment") == "caf\xef\xbf\xbd \"x\"");
}

TEST_CASE("table: the example report", "[analysis]") {
  const std::string actual = render_table(example_reports(), {});
  CHECK(actual == golden("report_example.txt", actual));
}

TEST_CASE("table: colours and Unicode only where they are asked for", "[analysis]") {
  const auto reports = example_reports();
  CHECK_THAT(render_table(reports, {}), !Contains("\x1b"));
  const std::string coloured = render_table(reports, {.colour = true});
  CHECK_THAT(coloured, Contains("\x1b[33mSHIP, but look at 2 warnings first\x1b[0m") && Contains("\x1b[31m"));
  auto calm = reports;
  calm[0].health.warnings.clear();
  CHECK_THAT(render_table(calm, {.colour = true}), Contains("\x1b[32mSHIP\x1b[0m"));
  std::string plain = coloured;
  for (std::size_t at = plain.find('\x1b'); at != std::string::npos; at = plain.find('\x1b')) {
    plain.erase(at, plain.find('m', at) - at + 1);
  }
  CHECK(plain == render_table(reports, {}));
  const std::string ascii = render_table(reports, {.unicode = false});
  CHECK(std::ranges::all_of(ascii, [](char c) { return static_cast<unsigned char>(c) < 128; }));
}

TEST_CASE("table: a terminal obeys nothing in a name", "[analysis]") {
  const auto reports =
      analyze({}, FakeStore({aggregate("e\x1b]0;x\x07\n", {seen("a\x1b[2J", 100, 3), seen("b", 100, 3)})}), {});
  for (const bool colour : {false, true}) {
    const std::string text = render_table(reports, {.colour = colour});
    CHECK_THAT(text,
               Contains("e\\x1b]0;x\\x07\\n") && Contains("a\\x1b[2J") && !Contains("\x1b]") && !Contains("\x1b[2J"));
  }
  CHECK_THAT(render_markdown(reports), !Contains("\x1b"));
}

TEST_CASE("wording: what is no number is not printed as one", "[analysis]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(number(-nan, 2) == "n/a");
  CHECK(signed_number(nan, 2) == "n/a");
  CHECK(percent(nan, 1) == "n/a");
  CHECK(p_value(nan) == "n/a");
}

TEST_CASE("table: nobody seen, undefined metrics and a mismatch are said in words", "[analysis]") {
  const auto empty = analyze(configuration({experiment("new", {"control", "x"})}), FakeStore({}), {});
  CHECK(render_table(empty, {}) ==
        "new  running, version 1, control control\n\nKEEP_RUNNING: Nobody has been seen in it.\n");
  const std::string undefined = render_table(undefined_reports(), {});
  CHECK_THAT(undefined, Contains("INVALID: Units are not split as configured"));
  CHECK_THAT(undefined, Contains("split     NOT by the configured weights (always-valid p < 1e-12)"));
  CHECK_THAT(undefined, Contains("mean_request_latency  guardrail, lower is better, in ms; not measured"));
  CHECK_THAT(undefined, Contains("insufficient_data") && Contains("  !! Sample ratio mismatch"));
}

TEST_CASE("markdown: the example report", "[analysis]") {
  const std::string actual = render_markdown(example_reports());
  CHECK(actual == golden("report_example.md", actual));
}

TEST_CASE("markdown: markup in names is escaped", "[analysis]") {
  const auto reports = analyze({}, FakeStore({aggregate("a|b_c_", {seen("*x*", 100, 3), seen("y", 100, 3)})}), {});
  CHECK_THAT(render_markdown(reports), Contains("## a\\|b_c\\_\n") && Contains("| \\*x\\* |"));
}

TEST_CASE("csv: a line for each metric and treatment, in full precision", "[analysis]") {
  const auto reports = example_reports();
  std::istringstream csv(render_csv(reports));
  std::string line;
  std::vector<std::vector<std::string>> rows;
  while (std::getline(csv, line)) {
    std::vector<std::string>& row = rows.emplace_back();
    std::istringstream fields(line + ",");
    std::string field;
    while (std::getline(fields, field, ',')) row.push_back(field);
  }
  REQUIRE(rows.size() == 1 + 5 * 3);
  for (const auto& row : rows) CHECK(row.size() == rows[0].size());
  const auto value = [&](std::size_t row, const std::string& column) {
    return rows[row].at(static_cast<std::size_t>(std::ranges::find(rows[0], column) - rows[0].begin()));
  };
  CHECK(value(3, "treatment") == "item_to_item");
  const Comparison& best = reports[0].metrics[0].comparisons[2];
  CHECK(std::stod(value(3, "effect")) == *best.effect);
  CHECK(std::stod(value(3, "lift_lower")) == best.lift_interval->lower);
  CHECK(std::stod(value(3, "p_value")) == *best.p_value);
  CHECK(value(3, "verdict") == "SHIP");
  CHECK(value(10, "metric") == "mean_request_latency");
  CHECK(value(10, "effect").empty());
  CHECK(value(10, "reason") == "insufficient_data");
}

TEST_CASE("csv: fields are quoted as RFC 4180 says", "[analysis]") {
  const auto reports = analyze({}, FakeStore({aggregate("a, \"b\"", {seen("x", 100, 3), seen("y", 100, 3)})}), {});
  CHECK_THAT(render_csv(reports), Contains("\n\"a, \"\"b\"\"\",1,imported,mean_time_per_session,"));
}

TEST_CASE("forest: an interval is drawn to scale, with 0 marked", "[analysis]") {
  const ForestAxis axis{.lower = -0.1, .upper = 0.2, .width = 31, .unicode = false};
  CHECK(forest_scale(axis) == "-10 %     0               +20 %");
  CHECK(forest_line(axis, {0.05, 0.15}, 0.1) == "          |    [----o----]     ");
  CHECK(forest_line(axis, {-0.05, 0.05}, 0) == "     [----o----]               ");
  CHECK(forest_line(axis, {-0.5, 0.05}, -0.2) == "<---------|----]               ");
  CHECK(forest_line(axis, {0.3, 0.5}, 0.4) == "          |                   >");
  CHECK(forest_line(axis, {0.01, 0.01}, 0.01) == "          |o                   ");
}

TEST_CASE("forest: an interval that nobody could measure well does not squeeze the primary one", "[analysis]") {
  const std::vector<Interval> core = {{0.01, 0.03}};
  const std::vector<Interval> wild = {{-5, 9}};
  const ForestAxis axis = forest_axis(core, wild, 40, true);
  CHECK(axis.lower == Approx(-0.03));
  CHECK(axis.upper == Approx(0.06));
  CHECK(forest_axis({}, wild, 40, true).upper == 9);
  CHECK(forest_axis({}, std::vector<Interval>{{0, 0}}, 40, true).upper > 0);
}

TEST_CASE("wording: numbers have the digits that their uncertainty supports", "[analysis]") {
  CHECK(decimals_for(0.045, 3.8) == 3);
  CHECK(decimals_for(0.45, 3.8) == 2);
  CHECK(decimals_for(12, 3.8) == 0);
  CHECK(decimals_for(1e-20, 3.8) == 9);
  CHECK(decimals_for(0, 5) == 5);
  CHECK(decimals_for(0, 0) == 0);
  CHECK(percent(0.0426, 1) == "+4.3 %");
  CHECK(percent(-0.00001, 1) == "+0.0 %");
  CHECK(number(-0.0001, 2) == "0.00");
  CHECK(percent_interval({-0.0123, 0.0089}, 1) == "[-1.2 %, +0.9 %]");
  CHECK(share(0.1) == "10 %");
  CHECK(share(0.97123) == "97.12 %");
}

TEST_CASE("wording: p-values from 1 down to nothing", "[analysis]") {
  CHECK(p_value(1) == "1.00");
  CHECK(p_value(0.76) == "0.76");
  CHECK(p_value(0.0312) == "0.031");
  CHECK(p_value(0.00058) == "0.00058");
  CHECK(p_value(0.0000321) == "3.2e-05");
  CHECK(p_value(1e-13) == "< 1e-12");
  CHECK(p_statement(0) == "p < 1e-12");
  CHECK(p_statement(0.05) == "p = 0.050");
}
