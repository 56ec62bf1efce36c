#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "platform/stats/corrections/corrections.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

// Benjamini and Hochberg (1995), section 3.2: fifteen hypotheses on thrombolysis in myocardial infarction.
const std::vector<double> kThrombolysis = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                                           0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};

const auto kAll = {bonferroni, sidak, holm, holm_sidak, hochberg, benjamini_hochberg, benjamini_yekutieli};

auto rejected(const std::vector<double>& adjusted) {
  return std::ranges::count_if(adjusted, [](double p) { return p < 0.05; });
}

}  // namespace

TEST_CASE("multiple testing: the example of Benjamini and Hochberg", "[stats]") {
  // The paper: Bonferroni (and so Holm at the third step) rejects three, the new procedure four.
  const auto by_holm = holm(kThrombolysis);
  const auto by_bh = benjamini_hochberg(kThrombolysis);
  REQUIRE((by_holm && by_bh));
  CHECK(rejected(*by_holm) == 3);
  CHECK(rejected(*by_bh) == 4);
  CHECK((*by_holm)[2] == near(13 * 0.0019));
  CHECK((*by_holm)[3] == near(12 * 0.0095));
  CHECK((*by_bh)[3] == near(0.0095 * 15 / 4));
  CHECK((*by_bh)[5] == near(0.0298 * 15 / 7));  // not 0.0278 * 15 / 6: what follows is smaller
  CHECK((*by_bh)[14] == 1);
}

TEST_CASE("multiple testing: by hand, in any order", "[stats]") {
  const std::vector<double> p = {0.04, 0.01, 0.03, 0.005};
  const auto by_holm = holm(p);
  const auto by_bh = benjamini_hochberg(p);
  REQUIRE((by_holm && by_bh));
  CHECK((*by_holm)[0] == near(0.06));  // at least what stands before it
  CHECK((*by_holm)[1] == near(0.03));
  CHECK((*by_holm)[2] == near(0.06));
  CHECK((*by_holm)[3] == near(0.02));
  CHECK((*by_bh)[0] == near(0.04));
  CHECK((*by_bh)[1] == near(0.02));
  CHECK((*by_bh)[2] == near(0.04));
  CHECK((*by_bh)[3] == near(0.02));
}

TEST_CASE("multiple testing: the other corrections by hand", "[stats]") {
  const std::vector<double> p = {0.04, 0.01, 0.03, 0.005};
  const auto check = [&](auto adjust, const std::vector<double>& expected) {
    const auto adjusted = adjust(p);
    REQUIRE(adjusted);
    for (std::size_t i = 0; i < p.size(); ++i) CHECK((*adjusted)[i] == near(expected[i]));
  };
  check(bonferroni, {0.16, 0.04, 0.12, 0.02});
  check(sidak, {0.15065344, 0.03940399, 0.11470719, 0.019850499375});
  check(holm_sidak, {0.0591, 0.029701, 0.0591, 0.019850499375});  // at least what stands before it
  check(hochberg, {0.04, 0.03, 0.04, 0.02});                      // 0.03 x 2 gives way to the larger p's 0.04
  const double dependence = 25.0 / 12;                            // 1 + 1/2 + 1/3 + 1/4
  check(benjamini_yekutieli, {0.04 * dependence, 0.02 * dependence, 0.04 * dependence, 0.02 * dependence});
}

TEST_CASE("multiple testing: a tiny p keeps its digits", "[stats]") {
  const std::vector<double> p = {1e-300, 0.5, 2e-20};
  for (const auto& adjust : kAll) {
    const auto adjusted = adjust(p);
    REQUIRE(adjusted);
    CHECK((*adjusted)[0] == near(adjust == benjamini_yekutieli ? 5.5e-300 : 3e-300));
  }
  CHECK((*sidak(p))[2] == near(6e-20));
  CHECK((*holm_sidak(p))[2] == near(4e-20));
}

TEST_CASE("multiple testing: one test, none, 0 and 1", "[stats]") {
  for (const auto& adjust : kAll) {
    CHECK(adjust(std::vector<double>{})->empty());
    CHECK((*adjust(std::vector<double>{0.3}))[0] == near(0.3));
    CHECK(*adjust(std::vector<double>{0, 1, 0}) == std::vector<double>{0, 1, 0});
  }
}

TEST_CASE("multiple testing: ties", "[stats]") {
  const std::vector<double> p = {0.9, 0.8, 0.9};
  CHECK(*holm(p) == std::vector<double>{1, 1, 1});
  CHECK(*bonferroni(p) == std::vector<double>{1, 1, 1});
  CHECK(*benjamini_hochberg(p) == std::vector<double>{0.9, 0.9, 0.9});
  CHECK(*hochberg(p) == std::vector<double>{0.9, 0.9, 0.9});
  CHECK(*benjamini_yekutieli(p) == std::vector<double>{1, 1, 1});
}

TEST_CASE("multiple testing: what is no probability is refused", "[stats]") {
  for (const auto& adjust : kAll) {
    for (const double bad : {-0.1, 1.1, std::nan("")}) {
      CHECK(adjust(std::vector<double>{0.5, bad}).reason() == Undefined::invalid_input);
    }
  }
}

TEST_CASE("multiple testing: Holm's levels are met exactly where its p-values are below alpha", "[stats]") {
  const double alpha = 0.05;
  const auto check = [&](const std::vector<double>& p, const std::vector<double>& expected) {
    const auto levels = holm_levels(p, alpha);
    const auto adjusted = holm(p);
    REQUIRE(levels);
    for (std::size_t i = 0; i < p.size(); ++i) {
      CHECK((*levels)[i] == near(expected[i]));
      CHECK((p[i] < (*levels)[i]) == ((*adjusted)[i] < alpha));
    }
  };
  check({0.04}, {0.05});
  check({0.04, 0.01}, {0.05, 0.025});          // the second one has all of alpha after the first is rejected
  check({0.03, 0.04}, {0.025, 0.05 * 4 / 6});  // and not where it is not
  check({0.6, 0.7, 0.9}, {0.05 / 3, 0.05 * 7 / 18, 0.025});
  check({0, 0, 1}, {0.05 / 3, 0.025, 0.05});
  CHECK(holm_levels({}, alpha)->empty());
  CHECK(holm_levels(std::vector<double>{1.1}, alpha).reason() == Undefined::invalid_input);
  CHECK(holm_levels(std::vector<double>{0.1}, 0).reason() == Undefined::invalid_input);
}
