#include "platform/stats/planning/planned_test.h"

#include <algorithm>
#include <cmath>

#include "platform/stats/looks/group_sequential.h"
#include "platform/stats/looks/sequential.h"
#include "platform/stats/numerics/distributions.h"
#include "platform/stats/numerics/root.h"

namespace crossfade::stats {

namespace {

constexpr double kMostPlanned = 1e15;

bool is_plan(const PlannedTest& test) {
  const bool rate = test.control_mean > 0 && test.control_mean < 1;
  const bool looks =
      test.looks != PlannedLooks::group_sequential || (are_information_fractions(test.information_fractions) &&
                                                       (test.margin || test.alternative == Alternative::two_sided));
  const bool n_star = !test.n_star || (*test.n_star > 0 && std::isfinite(*test.n_star));
  return valid_alpha(test.alpha) && test.ratio > 0 && std::isfinite(test.ratio) && std::isfinite(test.control_mean) &&
         test.variance >= 0 && std::isfinite(test.variance) && (!test.proportion || rate) &&
         test.variance_reduction >= 0 && test.variance_reduction < 1 &&
         (!test.margin || (*test.margin > 0 && *test.margin < 1)) && looks && n_star;
}

// What is tested, seen towards the side that rejects: an expected value, and its variance with one unit in the control.
struct Tested {
  double value = 0;
  double variance = 0;
  double variance_under_null = 0;  // what the test takes for it
  bool two_sided = true;
};

// The contrast treatment - r control: r = 1, or as non_inferiority has it.
double control_weight(const PlannedTest& test) {
  if (!test.margin) return 1;
  return test.higher_is_better ? 1 - *test.margin : 1 + *test.margin;
}

Result<Tested> tested(const PlannedTest& test, double effect) {
  if (!is_plan(test) || !std::isfinite(effect)) return Undefined::invalid_input;
  if (test.margin && test.control_mean == 0) return Undefined::zero_control_mean;
  const double r = control_weight(test);
  double of_control = test.variance;
  double of_treatment = test.variance;
  double pooled = test.variance;
  if (test.proportion) {
    const double control = test.control_mean;
    const double treatment = control + effect;
    if (!(treatment > 0 && treatment < 1)) return Undefined::invalid_input;
    const double both = (control + test.ratio * treatment) / (1 + test.ratio);
    of_control = control * (1 - control);
    of_treatment = treatment * (1 - treatment);
    pooled = both * (1 - both);
  }
  const double left = 1 - test.variance_reduction;
  const bool less = test.margin ? !test.higher_is_better : test.alternative == Alternative::less;
  Tested result{.value = effect + (1 - r) * test.control_mean,
                .variance = left * (r * r * of_control + of_treatment / test.ratio),
                .two_sided = !test.margin && test.alternative == Alternative::two_sided};
  const double of_pooled = left * pooled * (r * r + 1 / test.ratio);
  if (test.looks == PlannedLooks::always_valid) {
    result.variance_under_null = std::max(result.variance, of_pooled);  // DifferenceVariance::conservative
  } else {
    result.variance_under_null = test.margin ? result.variance : of_pooled;
  }
  if (result.variance == 0) return Undefined::zero_variance;
  if (less) result.value = -result.value;
  if (result.two_sided) result.value = std::abs(result.value);
  return result;
}

// |z| at which the end rejects. Of group sequential looks that of a single one, to which the others add their own.
Result<double> critical_value(const PlannedTest& test, const Tested& what, double n_control) {
  if (test.looks != PlannedLooks::always_valid) {
    return normal_upper_quantile(what.two_sided ? test.alpha / 2 : test.alpha);
  }
  const double n = n_control * (1 + test.ratio);
  return sequential_multiplier(
      n, {.test = {.alpha = test.alpha, .alternative = what.two_sided ? Alternative::two_sided : Alternative::greater},
          .n_star = test.n_star.value_or(n)});
}

// The z that is to be expected of a test whose error is the true one, with the same chance beyond `critical`.
double drift(const Tested& what, double critical, double n_control) {
  return critical + (what.value * std::sqrt(n_control) - critical * std::sqrt(what.variance_under_null)) /
                        std::sqrt(what.variance);
}

// Looks spend alpha on two sides; of a margin one of them counts.
GroupSequentialOptions looks_of(const PlannedTest& test) {
  return {.alpha = test.margin ? std::min(2 * test.alpha, 0.999) : test.alpha, .spending = test.spending};
}

Result<double> chance(const PlannedTest& test, const Tested& what, double n_control) {
  const Result<double> critical = critical_value(test, what, n_control);
  if (!critical) return critical.reason();
  const double expected = drift(what, *critical, n_control);
  if (test.looks == PlannedLooks::group_sequential) {
    // Both sides count there: behind its margin a test would be found on the wrong one.
    if (test.margin && expected < 0) return Undefined::not_attainable;
    return group_sequential_power(test.information_fractions, expected, looks_of(test));
  }
  const double other_side = what.two_sided ? normal_upper_tail(*critical + expected) : 0;
  return std::min(1.0, normal_upper_tail(*critical - expected) + other_side);
}

// The drift at which a test with this critical value has the power.
std::optional<double> drift_for(double critical, bool two_sided, double target_power) {
  const auto lacking = [&](double shift) {
    return normal_upper_tail(critical - shift) + (two_sided ? normal_upper_tail(critical + shift) : 0) - target_power;
  };
  return growing_root(lacking, 0, 1, kMostPlanned);
}

double units_for_drift(const Tested& what, double critical, double wanted) {
  const double root_n =
      (critical * std::sqrt(what.variance_under_null) + (wanted - critical) * std::sqrt(what.variance)) / what.value;
  return root_n * root_n;
}

}  // namespace

Result<double> planned_power(const PlannedTest& test, double n_control, double effect) {
  const Result<Tested> what = tested(test, effect);
  if (!what) return what.reason();
  if (!(n_control >= 0) || !std::isfinite(n_control)) return Undefined::invalid_input;
  if (n_control == 0) return Undefined::insufficient_data;
  return chance(test, *what, n_control);
}

Result<PlannedSize> planned_size(const PlannedTest& test, double effect, double target_power) {
  const Result<Tested> what = tested(test, effect);
  if (!what) return what.reason();
  if (!valid_alpha(target_power)) return Undefined::invalid_input;
  if (!(what->value > 0) || target_power <= test.alpha) return Undefined::not_attainable;

  const double critical = normal_upper_quantile(what->two_sided ? test.alpha / 2 : test.alpha);
  const std::optional<double> once = drift_for(critical, what->two_sided, target_power);
  if (!once) return Undefined::not_attainable;
  PlannedTest single_look = test;  // whose variance is the pooled one of shares
  single_look.looks = PlannedLooks::once;
  const double single = units_for_drift(*tested(single_look, effect), critical, *once);
  double n = single;
  if (test.looks == PlannedLooks::group_sequential) {
    const Result<double> wanted = group_sequential_drift(test.information_fractions, target_power, looks_of(test));
    if (!wanted) return wanted.reason();
    n = units_for_drift(*what, critical, *wanted);
  } else if (test.looks == PlannedLooks::always_valid) {
    const auto lacking = [&](double units) {
      const Result<double> there = chance(test, *what, units);
      return there ? *there - target_power : -1;
    };
    const std::optional<double> root = growing_root(lacking, 0, single, kMostPlanned);
    if (!root) return Undefined::not_attainable;
    n = *root;
  }
  if (!(n < kMostPlanned)) return Undefined::not_attainable;
  return PlannedSize{.n_control = n,
                     .n_control_ceil = std::max(1.0, std::ceil(n)),
                     .n_treatment_ceil = std::max(1.0, std::ceil(n * test.ratio)),
                     .inflation = n / single};
}

Result<double> planned_mde(const PlannedTest& test, double n_control, double target_power) {
  if (!is_plan(test) || test.margin || !valid_alpha(target_power) || !(n_control >= 0) || !std::isfinite(n_control)) {
    return Undefined::invalid_input;
  }
  if (n_control == 0) return Undefined::insufficient_data;
  if (test.variance == 0 && !test.proportion) return Undefined::zero_variance;
  if (target_power <= test.alpha) return Undefined::not_attainable;
  const double side = test.alternative == Alternative::less ? -1 : 1;
  const double most = !test.proportion ? kInfinity : side > 0 ? 1 - test.control_mean : test.control_mean;
  const auto lacking = [&](double effect) {
    if (!(effect < most)) return 1.0;
    const Result<double> there = planned_power(test, n_control, side * effect);
    return there ? *there - target_power : -1;
  };
  const double unit = std::sqrt((test.proportion ? 0.25 : test.variance) / n_control);
  const std::optional<double> effect = growing_root(lacking, 0, std::min(unit, most / 2), kInfinity);
  if (!effect || !(*effect < most)) return Undefined::not_attainable;
  return side * *effect;
}

}  // namespace crossfade::stats
