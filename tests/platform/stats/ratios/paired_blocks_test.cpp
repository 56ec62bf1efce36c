#include "platform/stats/ratios/paired_blocks.h"

#include <catch2/catch.hpp>
#include <limits>
#include <vector>

#include "platform/stats/means/cuped_relative_fieller.h"
#include "platform/stats/means/welch.h"

using namespace crossfade::stats;

namespace {

std::vector<BlockSums> of(const std::vector<double>& values) {
  std::vector<BlockSums> blocks;
  for (const double value : values) blocks.push_back({.numerator = value, .denominator = 1});
  return blocks;
}

// Student's sleep data, Biometrika 6 (1908): ten patients, each with both drugs.
const std::vector<BlockSums> kFirst = of({0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0});
const std::vector<BlockSums> kSecond = of({1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4});

}  // namespace

TEST_CASE("paired blocks: one unit of each variant in a block is the paired t-test", "[stats]") {
  const auto found = paired_blocks(kFirst, kSecond);
  REQUIRE(found);
  CHECK(found->pairs.n() == 10);
  CHECK(found->incomplete == 0);
  const PairedContrast difference = paired_contrast(found->pairs);
  const auto test = welch_t(difference.control, difference.treatment, {});
  REQUIRE(test);
  // R: t.test(extra ~ group, data = sleep, paired = TRUE)
  CHECK(test->estimate == Approx(1.58));
  CHECK(test->statistic == Approx(4.062127683382).epsilon(1e-12));
  CHECK(test->dof == Approx(9));
  CHECK(test->p_value == Approx(0.00283289019738).epsilon(1e-10));
  CHECK(test->interval.lower == Approx(0.7001142370973).epsilon(1e-9));
  CHECK(test->interval.upper == Approx(2.4598857629027).epsilon(1e-9));
}

TEST_CASE("paired blocks: blocks with one variant only are left out and counted", "[stats]") {
  std::vector<BlockSums> first = kFirst;
  std::vector<BlockSums> second = kSecond;
  first.push_back({.numerator = 100, .denominator = 1});
  second.push_back({});
  first.push_back({});
  second.push_back({.numerator = -100, .denominator = 1});
  first.push_back({});
  second.push_back({});  // of nobody
  const auto found = paired_blocks(first, second);
  REQUIRE(found);
  CHECK(found->incomplete == 2);
  CHECK(found->pairs == paired_blocks(kFirst, kSecond)->pairs);
}

TEST_CASE("paired blocks: ratios are of sums, and their errors linearised", "[stats]") {
  const std::vector<BlockSums> control{{10, 100}, {30, 200}, {12, 100}};
  const std::vector<BlockSums> treatment{{14, 100}, {36, 150}, {30, 250}};
  const auto found = paired_blocks(control, treatment);
  REQUIRE(found);
  CHECK(found->pairs.mean(0) == Approx(52.0 / 400));
  CHECK(found->pairs.mean(1) == Approx(80.0 / 500));
  // By hand: (10 - .13 x 100) / (400 / 3) = -.0225 and so on.
  const double c[] = {-0.0225, 0.03, -0.0075};
  const double t[] = {-0.012, 0.072, -0.06};
  double squares = 0;
  for (int i = 0; i < 3; ++i) squares += (t[i] - c[i]) * (t[i] - c[i]);
  CHECK(paired_contrast(found->pairs).treatment.m2() == Approx(squares));
  double margin = 0;
  for (int i = 0; i < 3; ++i) margin += (t[i] - 1.1 * c[i]) * (t[i] - 1.1 * c[i]);
  CHECK(paired_contrast(found->pairs, 1.1).treatment.m2() == Approx(margin));
}

TEST_CASE("paired blocks: what cannot be paired says why", "[stats]") {
  CHECK(paired_blocks(of({1}), of({2})).reason() == Undefined::insufficient_data);
  CHECK(paired_blocks(of({1, 2}), of({2})).reason() == Undefined::invalid_input);
  const std::vector<BlockSums> cancelled{{1, 1}, {1, -1}};
  CHECK(paired_blocks(cancelled, of({1, 2})).reason() == Undefined::zero_denominator);
  const std::vector<BlockSums> endless{{std::numeric_limits<double>::infinity(), 1}, {1, 1}};
  CHECK(paired_blocks(endless, of({1, 2})).reason() == Undefined::invalid_input);
}
