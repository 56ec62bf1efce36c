#include "platform/stats/regression/lin_regression.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "platform/stats/means/welch.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

using Rows = std::vector<std::vector<double>>;

// Outcome and two covariates.
const Rows kControl{{1.2, 2.0, 0.5}, {3.1, 1.0, 1.5}, {2.4, 7.0, 2.5}, {2.9, 4.0, 0.0},
                    {5.3, 4.5, 1.0}, {4.4, 6.0, 3.0}, {3.3, 2.5, 2.0}};
const Rows kTreatment{{2.2, 2.5, 1.5}, {4.1, 3.0, 0.5}, {3.7, 5.0, 2.5}, {5.9, 6.5, 1.0},
                      {6.3, 4.0, 2.0}, {2.8, 1.5, 3.5}, {4.6, 5.5, 0.0}, {5.1, 3.5, 3.0}};

Rows columns(const Rows& rows, std::initializer_list<std::size_t> kept) {
  Rows made;
  for (const auto& row : rows) {
    made.emplace_back();
    for (const std::size_t i : kept) made.back().push_back(row[i]);
  }
  return made;
}

}  // namespace

TEST_CASE("lin regression: statsmodels' OLS with interactions, HC2 and HC3", "[stats]") {
  const auto hc2 = lin_regression(kControl, kTreatment);
  REQUIRE(hc2);
  CHECK(hc2->control.value == near(3.2634671125975467));
  CHECK(hc2->estimate == near(1.030263489512941));
  CHECK(hc2->standard_error == near(0.6663453641496109));
  CHECK(hc2->control_slopes[0] == near(0.13010033444815888, 1e-11));
  CHECK(hc2->control_slopes[1] == near(0.21989966555183973, 1e-11));
  CHECK(hc2->treatment_slopes[0] == near(0.13010033444815888 + 0.4855421236523981, 1e-11));
  CHECK(hc2->treatment_slopes[1] == near(0.21989966555183973 - 0.0426184737455082, 1e-11));
  const auto hc3 = lin_regression(kControl, kTreatment, {.variance = RobustVariance::hc3});
  REQUIRE(hc3);
  CHECK(hc3->estimate == near(hc2->estimate));
  CHECK(hc3->standard_error == near(0.8333367326831029));
}

TEST_CASE("lin regression: one covariate is CUPED with a theta in each variant", "[stats]") {
  const Rows control = columns(kControl, {0, 1});
  const Rows treatment = columns(kTreatment, {0, 1});
  const auto found = lin_regression(control, treatment);
  REQUIRE(found);
  CHECK(found->estimate == near(1.0804044971432079));
  CHECK(found->standard_error == near(0.6671720377819159));
  double covariate = 0;
  for (const Rows& rows : {control, treatment}) {
    for (const auto& row : rows) covariate += row[1] / 15;
  }
  const auto adjusted = [&](const Rows& rows, double theta) {
    double mean = 0;
    for (const auto& row : rows) mean += (row[0] - theta * (row[1] - covariate)) / static_cast<double>(rows.size());
    return mean;
  };
  CHECK(found->control.value == near(adjusted(control, found->control_slopes[0])));
  CHECK(found->treatment.value == near(adjusted(treatment, found->treatment_slopes[0])));
}

TEST_CASE("lin regression: without covariates it is Welch's test", "[stats]") {
  Rows control, treatment;
  for (const double x : {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0}) control.push_back({x});
  for (const double x : {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}) treatment.push_back({x});
  const auto found = lin_regression(control, treatment);
  const auto welch = welch_t(sleep1(), sleep2());
  REQUIRE((found && welch));
  CHECK(found->estimate == near(welch->estimate));
  CHECK(found->standard_error == near(welch->standard_error));
  CHECK(found->dof == near(welch->dof));
  CHECK(found->p_value == near(welch->p_value));
  CHECK(found->interval.lower == near(welch->interval.lower, 1e-11));
  CHECK(found->control_slopes.empty());
}

TEST_CASE("lin regression: covariates that say nothing, or the same again, do no harm", "[stats]") {
  const auto found = lin_regression(kControl, kTreatment);
  Rows control = kControl, treatment = kTreatment;
  for (Rows* rows : {&control, &treatment}) {
    for (auto& row : *rows) {
      row.push_back(1e6);                      // the same for everybody
      row.push_back(3 * row[1] - row[2] + 7);  // a combination
    }
  }
  const auto more = lin_regression(control, treatment);
  // 7 units and 5 columns, of which 3 are free: as many coefficients as before.
  REQUIRE(more);
  CHECK(more->estimate == near(found->estimate, 1e-10));
  CHECK(more->standard_error == near(found->standard_error, 1e-10));
  CHECK(more->dof == near(found->dof, 1e-10));
  CHECK(more->control_slopes[2] == 0);
}

TEST_CASE("lin regression: large offsets cost no digits", "[stats]") {
  Rows control = kControl, treatment = kTreatment;
  for (Rows* rows : {&control, &treatment}) {
    for (auto& row : *rows) {
      row[0] = 1e6 + row[0];
      row[1] = 1e9 + 1024 * row[1];
    }
  }
  const auto found = lin_regression(kControl, kTreatment);
  const auto far = lin_regression(control, treatment);
  REQUIRE((found && far));
  CHECK(far->estimate == near(found->estimate, 1e-8));
  CHECK(far->standard_error == near(found->standard_error, 1e-8));
  CHECK(far->control_slopes[0] * 1024 == near(found->control_slopes[0], 1e-8));
}

TEST_CASE("lin regression: undefined", "[stats]") {
  const Rows two{{1, 2}, {2, 3}};
  const Rows many = columns(kControl, {0, 1});
  CHECK(lin_regression(many, two).reason() == Undefined::insufficient_data);
  CHECK(lin_regression(many, {}).reason() == Undefined::insufficient_data);
  // One value in the treatment, another one on average: how the outcome would be at the average is not known.
  CHECK(lin_regression(many, Rows{{1, 9}, {2, 9}, {4, 9}, {3, 9}}).reason() == Undefined::insufficient_data);
  // One unit alone decides on the slope.
  CHECK(lin_regression(many, Rows{{1, 0}, {2, 0}, {4, 0}, {3, 1}}).reason() == Undefined::insufficient_data);
  CHECK(lin_regression(Rows{{1}, {1}}, Rows{{2}, {2}}).reason() == Undefined::zero_variance);
  CHECK(lin_regression(Rows{{1, 1}, {2, 2}, {3, 3}, {5, 5}}, Rows{{2, 2}, {3, 3}, {4, 4}, {6, 6}}).reason() ==
        Undefined::zero_variance);
  CHECK(lin_regression(many, kTreatment).reason() == Undefined::invalid_input);
  CHECK(lin_regression(Rows{{}}, Rows{{}}).reason() == Undefined::invalid_input);
  CHECK(lin_regression(many, Rows{{1, 2}, {std::nan(""), 1}, {1, 1}}).reason() == Undefined::invalid_input);
  CHECK(lin_regression(many, many, {.test = {.alpha = 0}}).reason() == Undefined::invalid_input);
}
