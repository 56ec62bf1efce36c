// How often experiments without an effect are called, and those with one are found: some minutes of one core. The table
// of docs/statistics.md.
#include <catch2/catch.hpp>
#include <cstdio>

#include "tests/platform/analysis/simulated_verdicts.h"

using namespace crossfade::analysis;
using namespace crossfade::analysis::test;

namespace {

constexpr int kExperiments = 1000;
constexpr std::array kShapes{Shape::normal, Shape::lognormal, Shape::pareto, Shape::conversion, Shape::bots};

double percent(int count) {
  return 100.0 * count / kExperiments;
}

void show(const Cell& cell, const Called& rates) {
  std::printf(
      "%-20s %2.0f/%-2.0f  harm %4.1f (%4.1f)  ship %4.1f (%4.1f)  guardrail fail %4.1f  at the margin: passed "
      "%4.1f harmed %4.1f\n",
      to_string(cell.shape), 100 * (1 - cell.treatment_share), 100 * cell.treatment_share, percent(rates.stop_harm),
      percent(rates.unpooled_harm), percent(rates.ship), percent(rates.unpooled_ship), percent(rates.guardrail_fail),
      percent(rates.margin_passed), percent(rates.margin_harmed));
}

}  // namespace

TEST_CASE("verdict truth: without an effect hardly any experiment is called", "[truth]") {
  // alpha and two Monte Carlo errors of 1 000 experiments.
  constexpr double most = 6.4;
  for (const double treatment_share : {0.5, 0.3, 0.1, 0.05, 0.9, 0.95}) {
    for (const Shape shape : kShapes) {
      const Cell cell{.shape = shape, .treatment_share = treatment_share};
      const Called rates = called(cell, kExperiments);
      show(cell, rates);
      CHECK(percent(rates.stop_harm) <= most);
      CHECK(percent(rates.ship) <= most);
      CHECK(percent(rates.guardrail_fail) <= most);
      CHECK(percent(rates.margin_passed) <= most);
      CHECK(percent(rates.margin_harmed) <= most);
      if (treatment_share == 0.05 && shape != Shape::normal) CHECK(percent(rates.unpooled_harm) > most);  // must fail
    }
  }
}

TEST_CASE("verdict truth: equal variants lose no power", "[truth]") {
  // Lifts that the sequence finds with some 50 to 90 % within the 28 days.
  constexpr std::array lifts{0.009, 0.33, 0.1, 0.33, 0.33};
  for (std::size_t i = 0; i < kShapes.size(); ++i) {
    for (const double treatment_share : {0.5, 0.1}) {
      const Cell cell{.shape = kShapes[i], .treatment_share = treatment_share, .lift = lifts[i]};
      const Called rates = called(cell, kExperiments);
      show(cell, rates);
      if (treatment_share == 0.5) CHECK(percent(rates.unpooled_ship) - percent(rates.ship) < 2);
    }
  }
}
