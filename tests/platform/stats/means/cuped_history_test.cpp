#include "platform/stats/means/cuped_history.h"

#include <catch2/catch.hpp>
#include <vector>

#include "platform/core/random.h"
#include "platform/stats/means/cuped.h"
#include "platform/stats/means/welch.h"
#include "platform/stats/quantiles/quantile_raw.h"

using namespace crossfade;
using namespace crossfade::stats;

namespace {

struct Unit {
  double y = 0;
  double x = 0;  // 0 without history
  double h = 0;
};

// Half of the units have history, which says much about the outcome; those without start lower.
std::vector<Unit> units(std::uint64_t seed, int count, double effect) {
  Random random{seed};
  std::vector<Unit> result;
  for (int i = 0; i < count; ++i) {
    const double taste = 3 + random.uniform() * 4;
    const bool known = random.below(2) == 0;
    const double noise = random.uniform() - 0.5;
    result.push_back({.y = taste + noise + (known ? 2 : 0) + effect,
                      .x = known ? taste + random.uniform() - 0.5 : 0,
                      .h = known ? 1.0 : 0.0});
  }
  return result;
}

MetricMoments moments_of(const std::vector<Unit>& sample) {
  MetricMoments moments;
  for (const Unit& unit : sample) moments.add({unit.y, unit.x, unit.h, 0});
  return moments;
}

// Least squares of y on x and h over all units by the normal equations of the centred columns, from the raw values.
std::pair<double, double> least_squares(std::vector<Unit> all) {
  Unit mean;
  const auto n = static_cast<double>(all.size());
  for (const Unit& unit : all) {
    mean.y += unit.y / n;
    mean.x += unit.x / n;
    mean.h += unit.h / n;
  }
  double xx = 0, hh = 0, xh = 0, xy = 0, hy = 0;
  for (const Unit& unit : all) {
    const double y = unit.y - mean.y, x = unit.x - mean.x, h = unit.h - mean.h;
    xx += x * x, hh += h * h, xh += x * h, xy += x * y, hy += h * y;
  }
  return {(xy * hh - hy * xh) / (xx * hh - xh * xh), (hy * xx - xy * xh) / (xx * hh - xh * xh)};
}

}  // namespace

TEST_CASE("cuped history: the weights are those of least squares over both variants", "[stats]") {
  const auto control = units(1, 500, 0);
  const auto treatment = units(2, 400, 0.2);
  const auto found = history_covariate(moments_of(control), moments_of(treatment));
  REQUIRE(found);
  auto all = control;
  all.insert(all.end(), treatment.begin(), treatment.end());
  const auto [theta, indicator] = least_squares(all);
  CHECK(found->theta == Approx(theta).epsilon(1e-10));
  CHECK(found->indicator == Approx(indicator).epsilon(1e-10));

  // The test at theta 1 is Welch's of the residuals.
  Moments rest_control, rest_treatment;
  for (const Unit& unit : control) rest_control.add(unit.y - theta * unit.x - indicator * unit.h);
  for (const Unit& unit : treatment) rest_treatment.add(unit.y - theta * unit.x - indicator * unit.h);
  const auto welch = welch_t(rest_control, rest_treatment);
  const auto adjusted = cuped(found->control, found->treatment, 1, LiftGradient::unadjusted_ratio, {});
  REQUIRE((welch && adjusted));
  CHECK(adjusted->estimate == Approx(welch->estimate).epsilon(1e-9));
  CHECK(adjusted->standard_error == Approx(welch->standard_error).epsilon(1e-9));
  CHECK(adjusted->p_value == Approx(welch->p_value).epsilon(1e-8));
  CHECK(adjusted->variance_reduction > 0.4);
}

TEST_CASE("cuped history: everybody with history is the usual covariate", "[stats]") {
  MetricMoments control, treatment;
  Random random{3};
  for (int i = 0; i < 200; ++i) {
    const double x = random.uniform();
    (i % 2 == 0 ? control : treatment).add({x + random.uniform(), x, 1, 0});
  }
  const auto found = history_covariate(control, treatment);
  REQUIRE(found);
  MetricMoments pooled = control;
  pooled.merge(treatment);
  CHECK(found->theta == Approx(pooled.covariance(0, 1) / pooled.covariance(1, 1)));
  CHECK(found->indicator == 0);
}

TEST_CASE("cuped history: what cannot be taken out", "[stats]") {
  CHECK(history_covariate({}, {}).reason() == Undefined::insufficient_data);
  MetricMoments flat;
  flat.add({1, 0, 0, 0});
  flat.add({2, 0, 0, 0});
  CHECK(history_covariate(flat, flat).reason() == Undefined::zero_variance);
  // History without any variation of its own: being known says all that there is.
  MetricMoments some;
  for (int i = 0; i < 6; ++i) some.add({i < 3 ? 1.0 : 5.0 + i, i < 3 ? 0.0 : 4.0, i < 3 ? 0.0 : 1.0, 0});
  const auto found = history_covariate(some, some);
  REQUIRE(found);
  CHECK(found->indicator == 0);
  CHECK(found->theta > 0);
}

TEST_CASE("quantile moments: a variant's quantile as a mean with the quantile's error", "[stats]") {
  Random random{4};
  std::vector<std::vector<double>> control(300), treatment(280);
  for (auto* variant : {&control, &treatment}) {
    for (auto& user : *variant) {
      for (int i = 0; i < 5; ++i) user.push_back(random.uniform());
    }
  }
  const auto both = quantile_raw(control, treatment, 0.9);
  const auto c = quantile_moments(control, 0.9);
  const auto t = quantile_moments(treatment, 0.9);
  REQUIRE((both && c && t));
  CHECK(c->mean() == both->control_quantile);
  CHECK(c->n() == 300);
  const double error = std::sqrt(c->variance() / 300 + t->variance() / 280);
  CHECK(error == Approx(both->standard_error).epsilon(1e-12));
  CHECK(quantile_moments(control, 1).reason() == Undefined::invalid_input);
}
