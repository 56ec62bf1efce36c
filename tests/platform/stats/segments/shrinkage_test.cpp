#include "platform/stats/segments/shrinkage.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

// Tuberculosis after BCG and without: cases and the others, of both. dat.bcg of R's metafor; G. A. Colditz et al., JAMA
// 271 (1994).
constexpr std::array<std::array<double, 4>, 13> kTrials{{{4, 119, 11, 128},
                                                         {6, 300, 29, 274},
                                                         {3, 228, 11, 209},
                                                         {62, 13536, 248, 12619},
                                                         {33, 5036, 47, 5761},
                                                         {180, 1361, 372, 1079},
                                                         {8, 2537, 10, 619},
                                                         {505, 87886, 499, 87892},
                                                         {29, 7470, 45, 7232},
                                                         {17, 1699, 65, 1600},
                                                         {186, 50448, 141, 27197},
                                                         {5, 2493, 3, 2338},
                                                         {27, 16886, 29, 17825}}};

std::vector<Effect> log_relative_risks() {
  std::vector<Effect> effects;
  for (const auto& [a, b, c, d] : kTrials)
    effects.push_back({.estimate = std::log(a / (a + b)) - std::log(c / (c + d)),
                       .standard_error = std::sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))});
  return effects;
}

}  // namespace

TEST_CASE("shrinkage: the trials of BCG, by DerSimonian and Laird", "[stats]") {
  // metafor 4.8: mu -.7141 [-1.0644, -.3638], Q(12) = 152.2330, tau^2 .3088; blup of the first four -.7994 -1.2486
  // -.9844 -1.3973. More digits by mpmath.
  const auto found = shrinkage(log_relative_risks());
  REQUIRE(found);
  CHECK(found->q == near(152.23300808237342));
  CHECK(found->dof == 12);
  CHECK(found->tau_squared == near(0.30876026286237647));
  CHECK(found->mu == near(-0.71411722207322706));
  CHECK(found->mu_standard_error == near(0.17874208953540318));
  CHECK(found->mu_interval.lower == near(-1.064445280084051));
  CHECK(found->mu_interval.upper == near(-0.36378916406240311));
  const std::array means{-0.79939097318586536, -1.248573568693491, -0.98442901326413864, -1.3972771873598405};
  const std::array sds{0.40852317435530744, 0.35232754745852836, 0.43315168803724035, 0.13751547182167006};
  for (std::size_t i = 0; i < means.size(); ++i) {
    CHECK(found->shrunken[i].mean == near(means[i]));
    CHECK(found->shrunken[i].sd == near(sds[i]));
  }
  CHECK(found->shrunken.size() == 13);
}

TEST_CASE("shrinkage: effects that differ no more than by their errors are one", "[stats]") {
  const std::vector<Effect> same{{0.1, 0.1}, {0.12, 0.2}, {0.08, 0.1}};
  const auto found = shrinkage(same);
  REQUIRE(found);
  CHECK(found->tau_squared == 0);
  for (const Shrunken& one : found->shrunken) {
    CHECK(one.mean == found->mu);
    CHECK(one.sd == near(found->mu_standard_error));
  }
}

TEST_CASE("shrinkage: in any unit, however small", "[stats]") {
  std::vector<Effect> tiny = log_relative_risks();
  for (Effect& effect : tiny)
    effect = {.estimate = effect.estimate * 1e-140, .standard_error = effect.standard_error * 1e-140};
  const auto found = shrinkage(tiny);
  REQUIRE(found);
  CHECK(found->q == near(152.23300808237342, 1e-10));
  CHECK(found->shrunken[0].mean == near(-0.79939097318586536e-140, 1e-10));
}

TEST_CASE("shrinkage: winners are no larger than they are said to be", "[stats]") {
  // 4 000 experiments whose true lifts are normal (0, .05), measured with an error of .05; those with an estimate above
  // 1.96 errors read about twice their truth, and the shrunken ones read it. The mean of some 330 truths has a standard
  // error of .035 / sqrt(330) = .002; four of them.
  std::mt19937_64 random(15);
  const auto normal = [&] {  // Box and Muller: the same on every platform
    const double u = (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
    const double v = static_cast<double>(random() >> 11) * 0x1p-53;
    return std::sqrt(-2 * std::log(u)) * std::cos(2 * 3.14159265358979323846 * v);
  };
  std::vector<double> truths;
  std::vector<Effect> effects;
  for (int i = 0; i < 4000; ++i) {
    truths.push_back(0.05 * normal());
    effects.push_back({.estimate = truths.back() + 0.05 * normal(), .standard_error = 0.05});
  }
  const auto found = shrinkage(effects);
  REQUIRE(found);
  CHECK(found->tau_squared == Approx(0.0025).epsilon(0.2));
  double truth = 0, read = 0, shrunken = 0;
  int winners = 0;
  for (std::size_t i = 0; i < effects.size(); ++i) {
    if (effects[i].estimate < 1.96 * 0.05) continue;
    ++winners;
    truth += truths[i];
    read += effects[i].estimate;
    shrunken += found->shrunken[i].mean;
  }
  REQUIRE(winners > 200);
  CHECK(read / truth > 1.7);
  CHECK(std::abs(shrunken - truth) / winners < 0.008);
}

TEST_CASE("shrinkage: undefined", "[stats]") {
  const auto of = [](std::vector<Effect> effects) { return shrinkage(effects).reason(); };
  CHECK(of({}) == Undefined::insufficient_data);
  CHECK(of({{0.1, 0.1}}) == Undefined::insufficient_data);
  CHECK(of({{0.1, 0.1}, {0.2, 0}}) == Undefined::invalid_input);
  CHECK(of({{0.1, 0.1}, {0.2, -1}}) == Undefined::invalid_input);
  CHECK(of({{0.1, 0.1}, {std::nan(""), 1}}) == Undefined::invalid_input);
  CHECK(of({{0.1, 0.1}, {0.2, kInfinity}}) == Undefined::invalid_input);
  CHECK(shrinkage(log_relative_risks(), 0).reason() == Undefined::invalid_input);
}
