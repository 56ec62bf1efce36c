#include "platform/stats/ratios/ratio_jackknife.h"

#include <algorithm>
#include <cmath>

#include "platform/stats/numerics/linear_form.h"

namespace crossfade::stats {

namespace {

bool is_group(const RatioGroup& group) {
  const Moments& numerators = group.numerators;
  return group.denominator >= 0 && std::isfinite(group.denominator) && numerators.n() >= 0 &&
         std::isfinite(numerators.mean()) && numerators.m2() >= 0 && std::isfinite(numerators.m2());
}

bool says_nothing(const RatioGroup& group) {
  return group.numerators.n() == 0 ||
         (group.denominator == 0 && group.numerators.mean() == 0 && group.numerators.m2() == 0);
}

struct Totals {
  double numerator = 0;
  double denominator = 0;
  double denominator_squared = 0;
};

Totals totals(std::span<const RatioGroup> groups) {
  Totals totals;
  for (const RatioGroup& group : groups) {
    const double n = static_cast<double>(group.numerators.n());
    totals.numerator += n * group.numerators.mean();
    totals.denominator += n * group.denominator;
    totals.denominator_squared += n * group.denominator * group.denominator;
  }
  return totals;
}

}  // namespace

void RatioJackknife::add(const RatioGroup& group) {
  if (!is_group(group)) {
    invalid_ = true;
    return;
  }
  if (says_nothing(group)) return;
  const double rest = denominators_ - group.denominator;
  if (!(rest > kRounding * denominators_)) {
    alone_ = true;
    return;
  }
  left_out_.merge({group.numerators.n(), (group.numerators.mean() - ratio_ * group.denominator) / rest,
                   group.numerators.m2() / rest / rest});
}

Result<VariantEstimate> RatioJackknife::estimate() const {
  if (invalid_) return Undefined::invalid_input;
  if (alone_) return Undefined::insufficient_data;
  const double units = static_cast<double>(left_out_.n());
  const VariantEstimate result{.value = ratio_,
                               .variance = (units - 1) / units * left_out_.m2(),
                               .dof = denominators_ * (denominators_ / squares_) - 1};
  if (!std::isfinite(result.value) || !std::isfinite(result.variance) || !std::isfinite(result.dof)) {
    return Undefined::invalid_input;
  }
  if (!(result.dof > 0)) return Undefined::insufficient_data;
  return result;
}

double RatioJackknife::share_of(double numerator, double denominator) const {
  if (numerator == 0 && denominator == 0) return 0;
  const double units = static_cast<double>(left_out_.n());
  const double below = (numerator - ratio_ * denominator) / (denominators_ - denominator);
  return (below - left_out_.mean()) * std::sqrt((units - 1) / units);
}

Result<VariantEstimate> ratio_jackknife(std::span<const RatioGroup> groups) {
  if (!std::ranges::all_of(groups, is_group)) return Undefined::invalid_input;
  if (std::ranges::all_of(groups, [](const RatioGroup& group) { return group.numerators.n() == 0; })) {
    return Undefined::insufficient_data;
  }
  const Totals all = totals(groups);
  if (all.denominator == 0) return Undefined::zero_denominator;
  RatioJackknife jackknife(all.numerator / all.denominator, all.denominator, all.denominator_squared);
  for (const RatioGroup& group : groups) jackknife.add(group);
  return jackknife.estimate();
}

}  // namespace crossfade::stats
