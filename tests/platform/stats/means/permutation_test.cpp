#include "platform/stats/means/permutation.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

using Values = std::vector<double>;

}  // namespace

TEST_CASE("permutation: all the ways to deal a few values", "[stats]") {
  // {1, 2, 3} and {7, 8, 10}: of the 20 ways to deal them, this one and its mirror are the furthest apart: p = .1, and
  // .05 on one side. 200 000 draws: five standard errors are .0034.
  const Values low{1, 2, 3};
  const Values high{7, 8, 10};
  const auto both = permutation(low, high, {.replicates = 200'000});
  REQUIRE(both);
  CHECK(both->estimate == near(19.0 / 3));
  CHECK(both->statistic == near(6.008327554319921));  // 19 / 3 / sqrt(1 / 3 + 7 / 9) = 19 / sqrt(10)
  CHECK(both->p_value == Approx(0.1).margin(0.0034));
  const auto greater = permutation(low, high, {.alternative = Alternative::greater, .replicates = 200'000});
  const auto less = permutation(low, high, {.alternative = Alternative::less, .replicates = 200'000});
  REQUIRE((greater && less));
  CHECK(greater->p_value == Approx(0.05).margin(0.0025));
  CHECK(less->p_value == 1);
}

TEST_CASE("permutation: the arms exchanged, an offset and a unit change nothing", "[stats]") {
  const Values control{0, 1, 4, 4, 9, 2, 2};
  const Values treatment{3, 8, 4, 9};
  const auto found = permutation(control, treatment, {.replicates = 999});
  const auto other = permutation(treatment, control, {.replicates = 999});
  REQUIRE((found && other));
  CHECK(other->statistic == -found->statistic);
  CHECK(other->p_value == found->p_value);
  Values far_control, far_treatment;
  for (const double value : control) far_control.push_back(1e9 + 1024 * value);
  for (const double value : treatment) far_treatment.push_back(1e9 + 1024 * value);
  const auto far = permutation(far_control, far_treatment, {.replicates = 999});
  REQUIRE(far);
  CHECK(far->p_value == found->p_value);
}

TEST_CASE("permutation: the same seed gives the same p, another one nearly", "[stats]") {
  const Values control{0, 1, 4, 4, 9, 2, 2, 30};
  const Values treatment{3, 8, 4, 9, 1};
  const auto p = [&](std::uint64_t seed) { return permutation(control, treatment, {.seed = seed})->p_value; };
  CHECK(p(1) == p(1));
  CHECK(p(1) != p(2));
  CHECK(p(1) == Approx(p(2)).margin(0.035));  // five standard errors of the difference at p = .5
}

TEST_CASE("permutation: what cannot be told apart has p = 1, and the data count themselves", "[stats]") {
  CHECK(permutation(Values{1, 2}, Values{1, 2})->p_value == 1);
  CHECK(permutation(Values{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, Values{101, 102, 103, 104, 105, 106, 107, 108, 109, 110},
                    {.replicates = 99})
            ->p_value == near(0.01));
}

TEST_CASE("permutation: undefined like Welch's test", "[stats]") {
  const Values fine{1, 2, 3};
  CHECK(permutation(Values{1}, fine).reason() == Undefined::insufficient_data);
  CHECK(permutation(fine, Values{}).reason() == Undefined::insufficient_data);
  CHECK(permutation(Values{1, 1}, Values{2, 2}).reason() == Undefined::zero_variance);
  CHECK(permutation(Values{1, 1}, fine));
  CHECK(permutation(fine, fine, {.replicates = 0}).reason() == Undefined::invalid_input);
  CHECK(permutation(fine, Values{1, std::nan("")}).reason() == Undefined::invalid_input);
  CHECK(permutation(fine, Values{1, kInfinity}).reason() == Undefined::invalid_input);
}
