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
  // 7.848880 x 0.16 x 2 / 0.0025, rounded up
  CHECK(plan["units_per_variant"] == 1005);
  CHECK(plan["units"] == 2010);
  CHECK(plan["days"] == 5);
  CHECK(plan["by_day"].size() == 28);
  const auto table = run_program(directory.path(), "plan --proportion 0.2 --sample-size 20000");
  CHECK(table.code == 0);
  CHECK(table.text.find("10000 units a variant, 20000 in all") != std::string::npos);
  const auto unequal = run_program(directory.path(), "plan --mean 10 --sd 5 --mde 5% --weights 0.8,0.2");
  CHECK(unequal.text.find("3925 units in the control, 982 in the treatment, 4907 in all") != std::string::npos);
  // 6.182557 x 0.25 x (1 + 0.95^2) / 0.0025, rounded up
  const auto margin = run_program(directory.path(), "plan --mean 10 --sd 5 --margin 0.05");
  CHECK(margin.text.find("1177 units a variant") != std::string::npos);
  CHECK(margin.text.find("show that less than 5 % is lost, where nothing is, with power 80 %") != std::string::npos);
}

TEST_CASE("plan: an effect of 1 or more asks whether per cent were meant", "[cli]") {
  // 5 was taken for 500 %, and planned with 2 units a variant.
  const crossfade::TemporaryDirectory directory;
  for (const std::string flag : {"--mde", "--margin"}) {
    const auto outcome = run_program(directory.path(), "plan --mean 10 --sd 4 " + flag + " 5");
    CHECK(outcome.code == 2);
    CHECK(outcome.text.find(flag + " is 5, a share of 500 %: is 5 % meant (0.05)? Want a share below 1, or 500%") !=
          std::string::npos);
  }
  const auto meant = run_program(directory.path(), "plan --mean 10 --sd 40 --mde 500% --format json");
  CHECK(nlohmann::json::parse(meant.text)["units_per_variant"] == 20);
  const auto same = run_program(directory.path(), "plan --mean 10 --sd 4 --mde 5% --format json");
  CHECK(nlohmann::json::parse(same.text)["units_per_variant"] == 1005);
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
  fails("--mean 1 --sd 1", "want --mde, --margin or --sample-size");
  fails("--mean 1 --sd 1 --mde x", "--mde is x, want a share such as 0.05 or 5%");
  fails("--mean 1 --sd 1 --mde 0.1 --weights 0.5,0", "a weight of 0, want weights above 0");
  fails("--mean 1 --sd 1 --mde 0.1 --weights 1,1 --treatments 2", "--treatments");
  fails("--mean 1 --sd 1 --mde 0.1 --sample-size 10", "--sample-size");
  fails("--proportion 2 --mde 0.1", "must lie between 0 and 1");
  fails("--mean 0 --sd 1 --mde 0.1", "mean must not be 0");
  fails("--mean 1 --sd 1 --mde 0.1 --mode later", "--mode");
  fails("unknown", "experiments.yaml");
}
