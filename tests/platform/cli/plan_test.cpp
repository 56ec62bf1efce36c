// `crossfade plan`, as a program.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/platform/cli/program.h"
#include "tests/support/temporary_directory.h"

using crossfade::test::run_program;

TEST_CASE("plan: from numbers", "[cli]") {
  const crossfade::TemporaryDirectory directory;
  const auto outcome =
      run_program(directory.path(), "plan --mean 10 --sd 4 --mde 0.05 --daily-units 500 --format json");
  REQUIRE(outcome.code == 0);
  const auto plan = nlohmann::json::parse(outcome.text);
  // 7.848880 x 0.16 x (1 + 1.05^2) / 0.0025, rounded up
  CHECK(plan["units_per_variant"] == 1057);
  CHECK(plan["units"] == 2114);
  CHECK(plan["days"] == 5);
  CHECK(plan["by_day"].size() == 28);
  const auto table = run_program(directory.path(), "plan --proportion 0.2 --sample-size 20000");
  CHECK(table.code == 0);
  CHECK(table.text.find("10000 units a variant, 20000 in all") != std::string::npos);
}

TEST_CASE("plan: what is missing is said", "[cli]") {
  const crossfade::TemporaryDirectory directory;
  const auto fails = [&](const std::string& arguments, const std::string& with) {
    const auto outcome = run_program(directory.path(), "plan " + arguments);
    INFO(outcome.text);
    CHECK(outcome.code == 2);
    CHECK(outcome.text.find(with) != std::string::npos);
  };
  fails("", "want an EXPERIMENT, or --mean and --sd");
  fails("--mean 1 --sd 1", "want --mde or --sample-size");
  fails("--mean 1 --sd 1 --mde 0.1 --sample-size 10", "--sample-size");
  fails("--proportion 2 --mde 0.1", "must lie between 0 and 1");
  fails("--mean 0 --sd 1 --mde 0.1", "mean must not be 0");
  fails("--mean 1 --sd 1 --mde 0.1 --mode later", "--mode");
  fails("unknown", "experiments.yaml");
}
