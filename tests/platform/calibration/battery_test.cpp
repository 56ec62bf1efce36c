#include "platform/calibration/battery.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <string>

using namespace crossfade::calibration;

namespace {

void check_all(const std::vector<Check>& checks) {
  for (const Figure& figure : measure(checks, 1)) {
    CAPTURE(figure.check.name, figure.measured, figure.check.lower, figure.check.upper);
    CHECK(figure.kept);
  }
}

}  // namespace

TEST_CASE("battery: means", "[calibration]") {
  check_all(mean_checks());
}

TEST_CASE("battery: raw sessions of users", "[calibration]") {
  check_all(session_checks());
}

TEST_CASE("battery: more looks than one", "[calibration]") {
  check_all(look_checks());
}

TEST_CASE("battery: the Bayesian view", "[calibration]") {
  check_all(bayesian_checks());
}

TEST_CASE("battery: daily looks at unequal variants, rare events and heavy tails", "[calibration]") {
  check_all(call_checks());
}

TEST_CASE("battery: few events, small variants, skew and ties", "[calibration]") {
  check_all(sparse_checks());
}

TEST_CASE("battery: a figure outside its band is not kept, on any number of threads", "[calibration]") {
  const auto constant = [](double value) { return [value] { return value; }; };
  const std::vector<Check> checks{{.name = "below", .lower = 0.5, .upper = 1, .measure = constant(0.4)},
                                  {.name = "above", .upper = 1, .measure = constant(1.1)},
                                  {.name = "inside", .lower = 0.5, .measure = constant(7)},
                                  {.name = "nothing", .measure = constant(std::nan(""))},
                                  share_check("a share", 0.5, 100, constant(0.29))};
  for (const int threads : {1, 4}) {
    const std::vector<Figure> figures = measure(checks, threads);
    REQUIRE(figures.size() == checks.size());
    CHECK_FALSE(figures[0].kept);
    CHECK_FALSE(figures[1].kept);
    CHECK(figures[2].kept);
    CHECK(figures[2].measured == 7);
    CHECK_FALSE(figures[3].kept);
    CHECK_FALSE(figures[4].kept);  // 4 standard errors are 20 points
  }
}

TEST_CASE("battery: every figure has a name of its own, and wrong methods are among them", "[calibration]") {
  std::set<std::string> names;
  int negative_controls = 0;
  for (const Check& check : battery()) {
    CHECK(names.insert(check.name).second);
    negative_controls += check.negative_control ? 1 : 0;
  }
  CHECK(negative_controls >= 12);
}
