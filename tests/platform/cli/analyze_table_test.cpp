// `crossfade analyze --csv` and `--summary`, as a program.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/platform/cli/program.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"

using crossfade::test::run_program;
using nlohmann::json;

namespace {}  // namespace

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
  fails("--csv t.csv", "--csv without --unit");
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
