// `crossfade analyze --csv` and `--summary`, as a program.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/platform/cli/program.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"

using crossfade::test::run_program;
using nlohmann::json;

namespace {

// A report of `crossfade analyze ARGUMENTS --format json` in the directory.
json report_of(const std::filesystem::path& directory, const std::string& arguments, int code = 0) {
  const auto outcome = run_program(directory, "analyze " + arguments + " --format json");
  INFO(outcome.text);
  REQUIRE(outcome.code == code);
  return json::parse(outcome.text.substr(outcome.text.find('{')));
}

// 200 units a variant; in b the metric m is 1 larger, latency 11 % larger.
void write_two_metrics(const std::filesystem::path& file) {
  std::ofstream out(file);
  out << "arm,m,latency\n";
  for (int i = 0; i < 400; ++i) {
    const bool b = i % 2 == 1;
    out << (b ? "b," : "a,") << 10 + i % 7 + (b ? 1 : 0) << ',' << (100 + i % 11) * (b ? 1.11 : 1.0) << '\n';
  }
}

}  // namespace

// Published by many (DataCamp's project 184): retention after seven days falls when the gate moves from 30 to 40.
TEST_CASE("analyze --csv: Cookie Cats", "[cli]") {
  const std::string file = crossfade::shared_data("cookie_cats/cookie_cats.csv.gz").string();
  if (file.empty()) return;
  const crossfade::TemporaryDirectory directory;
  const std::string arguments =
      "analyze --csv " + file + " --unit userid --variant version --control gate_30 --format json ";
  const auto outcome =
      run_program(directory.path(), arguments + "--metric retention_7:proportion --metric sum_gamerounds:mean");
  REQUIRE(outcome.code == 0);
  const json report = json::parse(outcome.text);
  CHECK(report["experiment"] == "cookie_cats.csv.gz");
  CHECK(report["units"] == json({{"gate_30", 44700}, {"gate_40", 45489}}));
  CHECK(report["srm"]["p_value"].get<double>() == Approx(0.0086).margin(5e-5));
  const json& retention = report["metrics"][0]["comparisons"][0];
  CHECK(retention["effect"].get<double>() == Approx(-0.008201).margin(5e-7));
  CHECK(retention["interval"][0].get<double>() == Approx(-0.013282).margin(2e-6));
  CHECK(retention["interval"][1].get<double>() == Approx(-0.003121).margin(2e-6));
  CHECK(retention["p_value"].get<double>() == Approx(0.00155).margin(5e-6));
  CHECK(report["metrics"][1]["comparisons"][0]["p_value"].get<double>() == Approx(0.376).margin(5e-4));

  // One player with 49 854 rounds carries much of the difference in means.
  const auto capped = run_program(directory.path(), arguments + "--metric sum_gamerounds --winsorize 0.999");
  const json rounds = json::parse(capped.text)["metrics"][0];
  CHECK(rounds["winsorized"]["units"] == 91);
  CHECK(rounds["comparisons"][0]["p_value"].get<double>() == Approx(0.8834).margin(5e-4));
}

TEST_CASE("analyze --csv: what is missing is said", "[cli]") {
  const crossfade::TemporaryDirectory directory;
  std::ofstream(directory / "t.csv") << "user,arm,m\n1,a,1\n2,a,2\n3,b,3\n4,b,5\n";
  const auto fails = [&](const std::string& arguments, const std::string& with) {
    const auto outcome = run_program(directory.path(), "analyze " + arguments);
    INFO(outcome.text);
    CHECK(outcome.code == 2);
    CHECK(outcome.text.find(with) != std::string::npos);
  };
  fails("--csv t.csv", "--csv without --variant");
  fails("--csv t.csv --unit user --variant arm --metric m", "--csv without --control");
  fails("--csv t.csv --unit user --variant arm --control a", "--csv without --metric");
  fails("--csv t.csv --unit user --variant arm --control c --metric m", "no variant \"c\"");
  fails("--csv t.csv --unit user --variant arm --control a --metric n", "t.csv:1:1: no column \"n\"");
  fails("--csv t.csv --unit user --variant arm --control a --metric m --metric m:mean", "stands twice");
  fails("--csv none.csv --unit user --variant arm --control a --metric m", "none.csv: cannot be opened: No such file");
  fails("--unit user", "--csv");
  fails("e --csv t.csv --unit user --variant arm --control a --metric m", "EXPERIMENT beside --csv");
  const auto fine = run_program(directory.path(),
                                "analyze --csv t.csv --unit user --variant arm --control a --metric m --format csv");
  CHECK(fine.code == 0);
  CHECK(fine.text.find("t.csv,1,imported,m,primary") != std::string::npos);
}

// Once "SHIP: b raises latency by 11 %".
TEST_CASE("analyze --csv: which way is better is said, and a guardrail is judged by it", "[cli]") {
  const crossfade::TemporaryDirectory directory;
  write_two_metrics(directory / "t.csv");
  const std::string table = "--csv t.csv --variant arm --control a ";
  CHECK(report_of(directory.path(), table + "--metric latency")["decision"]["verdict"] == "SHIP");
  const json worse = report_of(directory.path(), table + "--metric latency:mean:decrease");
  CHECK(worse["metrics"][0]["direction"] == "decrease");
  CHECK(worse["decision"]["verdict"] == "STOP_HARM");

  const json guarded =
      report_of(directory.path(), table + "--metric latency:decrease --metric m --guardrail latency:0.05");
  CHECK(guarded["metrics"][0]["metric"] == "m");  // the first that is no guardrail
  CHECK(guarded["metrics"][1]["role"] == "guardrail");
  CHECK(guarded["metrics"][1]["comparisons"][0]["guardrail"]["harmed"] == true);
  CHECK(guarded["decision"]["verdict"] == "STOP_HARM");
  const json loose =
      report_of(directory.path(), table + "--metric m --metric latency:decrease --guardrail latency:0.3");
  CHECK(loose["decision"]["verdict"] == "SHIP");
}

// A fair 90/10 split was INVALID.
TEST_CASE("analyze --csv: weights say what the split should be", "[cli]") {
  const crossfade::TemporaryDirectory directory;
  std::ofstream out(directory / "t.csv");
  out << "arm,m,country\n";
  for (int i = 0; i < 1000; ++i) out << (i % 10 == 0 ? "b," : "a,") << i % 7 << ',' << (i % 3 ? "SE" : "NO") << '\n';
  out.close();
  const std::string table = "--csv t.csv --variant arm --control a --metric m --by country ";
  CHECK(report_of(directory.path(), table, 3)["srm"]["mismatch"] == true);
  const json weighed = report_of(directory.path(), table + "--weights a=0.9,b=0.1");
  CHECK(weighed["srm"]["p_value"] == 1);
  CHECK(weighed["srm"]["expected"] == json({900, 100}));
  CHECK(weighed["health"]["segments"][0]["mismatch"] == false);
}

TEST_CASE("analyze --csv: one declared look decides by its own test", "[cli]") {
  const crossfade::TemporaryDirectory directory;
  std::ofstream out(directory / "t.csv");
  out << "arm,m\n";
  for (int i = 0; i < 400; ++i) out << (i % 2 ? "b," : "a,") << (i / 2 % 20) + (i % 2 ? 1.9 : 0) << '\n';
  out.close();
  const std::string table = "--csv t.csv --variant arm --control a --metric m ";
  const json any = report_of(directory.path(), table);
  CHECK(any["metrics"][0]["comparisons"][0]["p_value"].get<double>() == Approx(0.001).margin(5e-4));
  CHECK(any["decision"]["verdict"] == "INCONCLUSIVE");
  const json once = report_of(directory.path(), table + "--plan fixed");
  CHECK(once["decision"]["verdict"] == "SHIP");
  CHECK(once["metrics"][0]["comparisons"][0]["deciding"]["label"] == "planned look");
  CHECK(once["plan"]["alpha"] == 0.05);
  CHECK(report_of(directory.path(), table + "--plan fixed:0.0001")["decision"]["verdict"] == "INCONCLUSIVE");
}

TEST_CASE("analyze --csv: flags that cannot be are refused in one line", "[cli]") {
  const crossfade::TemporaryDirectory directory;
  std::ofstream(directory / "t.csv") << "arm,m,n,day\na,1,2,x\na,2,2,x\nb,3,4,x\nb,5,8,y\n";
  const auto fails = [&](const std::string& arguments, const std::string& with) {
    const auto outcome = run_program(directory.path(), "analyze --csv t.csv --variant arm --control a " + arguments);
    INFO(outcome.text);
    CHECK(outcome.code == 2);
    CHECK(outcome.text.find(with) != std::string::npos);
    CHECK(std::count(outcome.text.begin(), outcome.text.end(), '\n') == 1);
  };
  fails("--metric m --weights a=0.9", "--weights a=0.9: they sum to 0.9, want 1");
  fails("--metric m --weights a=0.9,other=0.1", "--weights other=0.1: no variant \"other\"; it has a, b");
  fails("--metric m --weights a=1", "--weights a=1: none of variant \"b\", want one of each");
  fails("--metric m --weights a=x", "--weights a=x: want V=0.9,W=0.1");
  fails("--metric m --plan once", "--plan once: want fixed or fixed:ALPHA");
  fails("--metric m --guardrail latency:0.1",
        "--guardrail latency:0.1: no metric \"latency\", want --metric latency:decrease");
  fails("--metric m --guardrail m:1", "--guardrail m:1: want METRIC:MARGIN");
  fails("--metric r=m/n", "--metric r=m/n: want r=m/n:proportion for trials and successes, or --ratio r=m/n");
  fails("--ratio m", "--ratio m: want NAME=NUM/DEN, such as ctr=clicks/views");
  fails("--metric s=m/n:proportion --covariate n", "whose trials have none; --ratio s=m/n takes it");
  fails("--metric m --block day --by day", "--by beside --block, want one of them");
  fails("--metric m --block day --covariate n", "--covariate beside --block, want one of them");
}

TEST_CASE("analyze --csv: the table may come by standard input", "[cli]") {
  const crossfade::TemporaryDirectory directory;
  write_two_metrics(directory / "t.csv");
  const json report = report_of(directory.path(), "--csv - --variant arm --control a --metric m < t.csv");
  CHECK(report["experiment"] == "standard input");
  CHECK(report["units"] == json({{"a", 200}, {"b", 200}}));
}

// 85 882 of 367 345 units were shown, and nobody said so.
TEST_CASE("analyze --csv: segments say whom they leave out, and why", "[cli]") {
  const crossfade::TemporaryDirectory directory;
  std::ofstream out(directory / "t.csv");
  out << "user,arm,m,country\n";
  for (int i = 0; i < 60; ++i) {
    out << i << (i % 2 ? ",b," : ",a,") << i % 5 << ',' << (i < 10 ? "" : "SE") << '\n';
    if (i >= 50) out << i << (i % 2 ? ",b,1,NO" : ",a,1,NO") << '\n';
  }
  out.close();
  const std::string table = "--csv t.csv --unit user --variant arm --control a --metric m --by country";
  const json segments = report_of(directory.path(), table)["metrics"][0]["segments"][0];
  CHECK(segments["left_out"] == json({{"without_value", 10}, {"several_values", 10}}));
  const auto text = run_program(directory.path(), "analyze " + table).text;
  INFO(text);
  CHECK(text.find("left out: 10 units without a country, 10 units with several values of country") !=
        std::string::npos);
}

TEST_CASE("analyze --csv: what is odd about a table is told in its report", "[cli]") {
  const crossfade::TemporaryDirectory directory;
  std::ofstream(directory / "t.csv") << "arm;m\na;1,5\nA;2,5\na;x\nb;3\nb;5\na;2\n";
  const auto outcome =
      run_program(directory.path(), "analyze --csv t.csv --variant arm --control a --metric m --lenient --format json");
  CHECK(outcome.code == 0);
  CHECK(outcome.text.starts_with("t.csv: separated by semicolons, decimal commas\n{"));
  const json health = json::parse(outcome.text.substr(outcome.text.find('{')))["health"];
  CHECK(health["data_warnings"] ==
        json({"Variants \"A\", \"a\" differ in case or spaces only, and are counted as 2: are they one?",
              "1 of 6 rows was left out, the first for: t.csv:4:3: m is \"x\", want a number with a decimal comma."}));
}

TEST_CASE("analyze --summary: snapshots are looks, and what one of them showed stays", "[cli]") {
  const crossfade::TemporaryDirectory directory;
  std::ofstream(directory / "s.csv") << "metric,variant,day,n,mean,sd\n"
                                        "m,control,1,1000,10,5\nm,t,1,1000,10.1,5\n"
                                        "m,control,2,5000,10,5\nm,t,2,5000,10.6,5\n"
                                        "m,control,3,6000,10,5\nm,t,3,6000,10.2,5\n";
  const json report = report_of(directory.path(), "--summary s.csv")["experiments"][0];
  const json& comparison = report["metrics"][0]["comparisons"][0];
  REQUIRE(comparison["looks"].size() == 3);
  CHECK(comparison["looks"][0]["n"] == 2000);
  CHECK(comparison["looks"][1]["snapshot"] == "2");
  CHECK(comparison["looks"][1]["p_value"].get<double>() < 0.001);
  CHECK(comparison["looks"][2]["p_value"].get<double>() > 0.05);
  CHECK(comparison["effect"].get<double>() == Approx(0.2));  // of the last one
  const json& together = comparison["always_valid"];
  CHECK(together["p_value"] == comparison["looks"][1]["p_value"]);
  CHECK(together["interval"][0] == comparison["looks"][1]["interval"][0]);
  CHECK(together["interval"][1] == comparison["looks"][2]["interval"][1]);
  CHECK(report["decision"]["verdict"] == "SHIP");
  // Whoever declared one look has one.
  const json once = report_of(directory.path(), "--summary s.csv --plan fixed --metric m:decrease")["experiments"][0];
  CHECK_FALSE(once["metrics"][0]["comparisons"][0].contains("looks"));
  CHECK(once["decision"]["verdict"] == "INCONCLUSIVE");
}

TEST_CASE("analyze --summary: published figures are analysed again", "[cli]") {
  const crossfade::TemporaryDirectory directory;
  std::ofstream(directory / "s.csv") << "metric,variant,n,mean,variance\nm,control,15,20.82,7.9\nm,t,15,23,3.8\n";
  const auto outcome = run_program(directory.path(), "analyze --summary s.csv --format json");
  REQUIRE(outcome.code == 0);
  const json comparison = json::parse(outcome.text)["experiments"][0]["metrics"][0]["comparisons"][0];
  // t = 2.18 / sqrt((7.9 + 3.8) / 15), Welch's degrees of freedom 14 (7.9 + 3.8)^2 / (7.9^2 + 3.8^2)
  CHECK(comparison["effect"].get<double>() == Approx(2.18));
  CHECK(comparison["standard_error"].get<double>() == Approx(std::sqrt(11.7 / 15)));
  CHECK(comparison["dof"].get<double>() == Approx(14 * 11.7 * 11.7 / (7.9 * 7.9 + 3.8 * 3.8)));
}

TEST_CASE("report --csv: the page of a table is one file", "[cli]") {
  const crossfade::TemporaryDirectory directory;
  std::ofstream out(directory / "t.csv");
  out << "arm,m,country\n";
  for (int i = 0; i < 60; ++i) out << (i % 2 ? "b," : "a,") << i % 5 << ',' << (i % 3 ? "SE" : "NO") << '\n';
  out.close();
  const auto outcome = run_program(directory.path(),
                                   "report --csv t.csv --variant arm --control a --metric m --by country --out r.html");
  CHECK(outcome == crossfade::test::Outcome{0, "r.html: 1 experiment, opens in any browser\n"});
  std::ifstream file(directory / "r.html");
  const std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  CHECK(page.find("\"/api/v1/experiments/t.csv/results\":{\"experiment\":\"t.csv\"") != std::string::npos);
  CHECK(page.find("\"/api/v1/experiments/t.csv/results?by=country\":{") != std::string::npos);
  const auto both =
      run_program(directory.path(), "report e --csv t.csv --variant arm --control a --metric m --out r.html");
  CHECK(both.code == 2);
  CHECK(both.text.find("EXPERIMENT beside --csv or --summary") != std::string::npos);
}
