#include "platform/stats/planning/power.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

constexpr TestOptions kGreater = {.alternative = Alternative::greater};
constexpr TestOptions kLess = {.alternative = Alternative::less};
const Design kT = {};
const Design kZ = {.model = PowerModel::z};

}  // namespace

TEST_CASE("power: t", "[stats]") {
  // Cohen (1988), table 2.3.5: n 64, d 0.5, two-sided 5 %: 80. R's example of power.t.test: n 20, delta 1: 0.8689528.
  CHECK(*power(kT, 64, 0.5) == near(0.80145955792225408));
  CHECK(*power(kT, 20, 1) == near(0.86895302772398972));
  CHECK(*power(kT, 2, 0.5) == near(0.061507856556025048));
  CHECK(*power({.sd = 3}, 1e7, 0.004) == near(0.84648207499380959, 1e-10));
  CHECK(*power({.sd = 2, .ratio = 0.5, .test = {.alpha = 0.01, .alternative = Alternative::greater}}, 20, 1.5) ==
        near(0.31460883235932191));
}

TEST_CASE("power: z", "[stats]") {
  CHECK(*power(kZ, 64, 0.5) == near(0.80743041943255708));
  CHECK(*power({.model = PowerModel::z, .test = kGreater}, 64, 0.5) == near(0.88170903177834683));
  CHECK(*power({.model = PowerModel::z, .ratio = 2}, 100, 0.01) == near(0.05076402439428132));
}

TEST_CASE("power: sides", "[stats]") {
  for (const PowerModel model : {PowerModel::z, PowerModel::t}) {
    const Design two_sided{.model = model};
    const Design greater{.model = model, .test = kGreater};
    const Design less{.model = model, .test = kLess};
    CHECK(*power(two_sided, 64, -0.5) == near(*power(two_sided, 64, 0.5)));
    CHECK(*power(less, 64, -0.5) == near(*power(greater, 64, 0.5)));
    CHECK(*power(greater, 64, -0.5) == near(*power(less, 64, 0.5)));
    CHECK(*power(greater, 64, -0.5) < 0.05);
    for (const Design& design : {two_sided, greater, less}) CHECK(*power(design, 64, 0) == near(0.05));
  }
  CHECK(*power({.test = kGreater}, 64, -0.5) == near(4.1319853672588009e-6, 1e-9));
}

TEST_CASE("power: effects beyond measure", "[stats]") {
  CHECK(*power(kT, 1e7, 1e300) == 1);
  CHECK(*power({.sd = 1e-300}, 2, -1e300) == 1);
  CHECK(*power({.test = kLess}, 1e7, 1e300) == 0);
}

TEST_CASE("sample size: published and computed", "[stats]") {
  const auto medium = sample_size(kT, 0.5, 0.8);
  REQUIRE(medium);
  CHECK(medium->n_control == near(63.765610190952237));
  CHECK(medium->n_control_ceil == 64);
  CHECK(medium->n_treatment_ceil == 64);
  CHECK(sample_size(kT, 1, 0.9)->n_control == near(22.021088426378934));  // R's example: 22.02110
  CHECK(sample_size({.test = kGreater}, 1, 0.8)->n_control == near(13.097761619826875));
  CHECK(sample_size(kZ, 0.5, 0.8)->n_control == near(62.790884074609585));
  const auto halved = sample_size({.sd = 3, .ratio = 0.5, .test = {.alpha = 0.01}}, 1, 0.9);
  REQUIRE(halved);
  CHECK(halved->n_control == near(403.96127484074163));
  CHECK(halved->n_treatment_ceil == 202);
  const auto doubled = sample_size({.model = PowerModel::z, .ratio = 2, .test = kGreater}, 0.5, 0.8);
  REQUIRE(doubled);
  CHECK(doubled->n_control == near(37.095343392118616));
  CHECK(doubled->n_treatment_ceil == 75);
}

TEST_CASE("sample size: sides, tiny and huge effects", "[stats]") {
  CHECK(sample_size({.test = kLess}, -1, 0.8)->n_control == near(13.097761619826875));
  CHECK(sample_size(kT, -0.5, 0.8)->n_control == near(63.765610190952237));
  CHECK(sample_size({.test = kLess}, 1, 0.8).reason() == Undefined::not_attainable);
  CHECK(sample_size({.test = kGreater}, -1, 0.8).reason() == Undefined::not_attainable);
  for (const Design& design : {kT, kZ}) {
    CHECK(sample_size(design, 0, 0.8).reason() == Undefined::not_attainable);
    CHECK(sample_size(design, 1, 0.05).reason() == Undefined::not_attainable);
    CHECK(sample_size(design, 1e-300, 0.8).reason() == Undefined::not_attainable);
    CHECK(sample_size(design, 1e-4, 0.8)->n_control == near(62.790884074609585 * 2.5e7, 1e-8));
  }
  CHECK(sample_size(kT, 1e300, 0.8)->n_control_ceil == 2);  // three users: the least that a t-test accepts
  CHECK(sample_size(kZ, 1e300, 0.8)->n_control_ceil == 1);
}

TEST_CASE("mde: what power finds again", "[stats]") {
  CHECK(*mde(kT, 20, 0.8) == near(0.90912903268207923));
  CHECK(*mde(kZ, 20, 0.8) == near(0.88593794982076471));
  CHECK(*mde(kT, 2, 0.8) == near(5.6534892661971289));
  const Design less{.sd = 4, .ratio = 3, .test = kLess};
  const auto effect = mde(less, 50, 0.9);
  REQUIRE(effect);
  CHECK(*effect < 0);
  CHECK(*power(less, 50, *effect) == near(0.9));
  CHECK(mde(kT, 20, 0.04).reason() == Undefined::not_attainable);
}

TEST_CASE("power, sample size, mde: undefined", "[stats]") {
  CHECK(power(kT, 1, 1).reason() == Undefined::insufficient_data);
  CHECK(power(kZ, 0, 1).reason() == Undefined::insufficient_data);
  CHECK(mde(kT, 1, 0.8).reason() == Undefined::insufficient_data);
  CHECK(power({.sd = 0}, 10, 1).reason() == Undefined::zero_variance);
  CHECK(sample_size({.sd = 0}, 1, 0.8).reason() == Undefined::zero_variance);
  for (const double bad : {-1.0, std::nan(""), kInfinity}) {
    CHECK(power({.sd = bad}, 10, 1).reason() == Undefined::invalid_input);
    CHECK(power({.ratio = bad}, 10, 1).reason() == Undefined::invalid_input);
    CHECK(power(kT, bad, 1).reason() == Undefined::invalid_input);
    CHECK(mde(kT, bad, 0.8).reason() == Undefined::invalid_input);
    CHECK(mde(kT, 10, bad).reason() == Undefined::invalid_input);
    CHECK(sample_size(kT, 1, bad).reason() == Undefined::invalid_input);
  }
  CHECK(power(kT, 10, std::nan("")).reason() == Undefined::invalid_input);
  CHECK(sample_size(kT, kInfinity, 0.8).reason() == Undefined::invalid_input);
  CHECK(sample_size({.test = {.alpha = 0}}, 1, 0.8).reason() == Undefined::invalid_input);
}
