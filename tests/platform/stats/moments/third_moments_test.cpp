#include "platform/stats/moments/third_moments.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

using namespace crossfade::stats;

TEST_CASE("third moments: the cube of every linear form, as the units have it", "[stats]") {
  const std::vector<std::array<double, 3>> units = {{1, 4, -2}, {0, 3, 5},    {7, 1, 1},
                                                    {2, 2, 2},  {-3, 0.5, 4}, {11, -6, 0.25}};
  std::array<double, 3> mean{};
  for (const auto& unit : units) {
    for (std::size_t i = 0; i < 3; ++i) mean[i] += unit[i] / static_cast<double>(units.size());
  }
  ThirdMoments<3> third;
  for (const auto& unit : units) third.add({unit[0] - mean[0], unit[1] - mean[1], unit[2] - mean[2]});
  for (const std::array<double, 3>& form :
       std::vector<std::array<double, 3>>{{1, 0, 0}, {0, 0, 1}, {1, -0.5, 0}, {1, -2, 3}, {0.25, 1, -1}, {-1, 0, 1}}) {
    double want = 0;
    for (const auto& unit : units) {
      double of_unit = 0;
      for (std::size_t i = 0; i < 3; ++i) of_unit += form[i] * (unit[i] - mean[i]);
      want += std::pow(of_unit, 3);
    }
    CHECK(third.of(form) == Approx(want).epsilon(1e-12));
  }
}
