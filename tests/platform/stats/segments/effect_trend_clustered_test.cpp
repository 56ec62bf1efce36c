#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "platform/stats/segments/effect_trend.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

const std::vector<double> kDays = {0, 1, 2};
const std::vector<UnitDays> kControl = {
    {{0, 1}, {1, 2}, {2, 4}}, {{0, 3}, {2, 5}}, {{0, 2}, {1, 1}}, {{1, 6}, {2, 2}}, {{0, 5}}};
const std::vector<UnitDays> kTreatment = {
    {{0, 4}, {1, 3}, {2, 3}}, {{0, 6}, {1, 5}}, {{1, 7}, {2, 2}}, {{0, 3}, {2, 4}}};

}  // namespace

TEST_CASE("trend of the effect, clustered: the same slope with the units' error", "[stats]") {
  const auto result = effect_trend_clustered(kDays, kControl, kTreatment);
  REQUIRE(result);
  CHECK(result->slope == near(-1.1603053435114504));
  CHECK(result->slope_standard_error == near(0.90427414650944305));
  CHECK(result->p_value == near(0.19944496308102618));
  const auto independent = effect_trend(kDays, std::vector<TwoSamples>{{sample({1, 3, 2, 5}), sample({4, 6, 3})},
                                                                       {sample({2, 1, 6}), sample({3, 5, 7})},
                                                                       {sample({4, 5, 2}), sample({3, 2, 4})}});
  REQUIRE(independent);
  CHECK(independent->slope == near(result->slope));
  CHECK(independent->slope_standard_error == near(0.80761851607974113));
  CHECK(independent->first_day_fit == near(result->first_day_fit));
}

TEST_CASE("trend of the effect, clustered: with a day a unit it is the independent error", "[stats]") {
  const std::vector<UnitDays> control = {{{0, 1}}, {{0, 3}}, {{0, 2}}, {{1, 2}}, {{1, 7}}, {{2, 1}}, {{2, 5}}};
  const std::vector<UnitDays> treatment = {{{0, 2}}, {{0, 5}}, {{1, 2}}, {{1, 3}}, {{1, 9}}, {{2, 4}}, {{2, 8}}};
  const auto clustered = effect_trend_clustered(kDays, control, treatment);
  const auto independent = effect_trend(kDays, std::vector<TwoSamples>{{sample({1, 3, 2}), sample({2, 5})},
                                                                       {sample({2, 7}), sample({2, 3, 9})},
                                                                       {sample({1, 5}), sample({4, 8})}});
  CHECK(clustered->slope == near(independent->slope));
  CHECK(clustered->slope_standard_error == near(independent->slope_standard_error));
}

TEST_CASE("trend of the effect, clustered: undefined", "[stats]") {
  const auto reason = [](const std::vector<UnitDays>& control) {
    return effect_trend_clustered(kDays, control, kTreatment).reason();
  };
  CHECK(reason({{{3, 1}}}) == Undefined::invalid_input);
  CHECK(reason({{{0, 1}, {0, 2}}}) == Undefined::invalid_input);
  CHECK(reason({{{0, std::nan("")}}}) == Undefined::invalid_input);
  CHECK(reason({}) == Undefined::insufficient_data);
  CHECK(effect_trend_clustered({}, {}, {}).reason() == Undefined::insufficient_data);
  CHECK(effect_trend_clustered(std::vector<double>{0, 0}, kControl, kTreatment).reason() == Undefined::invalid_input);
  // Each unit is the same every day: the days differ, the slope has no error.
  const std::vector<UnitDays> steady = {{{0, 1}, {1, 1}}, {{0, 3}, {1, 3}}};
  CHECK(effect_trend_clustered(std::vector<double>{0, 1}, steady, steady).reason() == Undefined::zero_variance);
}
