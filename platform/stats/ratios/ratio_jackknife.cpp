#include "platform/stats/ratios/ratio_jackknife.h"

#include <algorithm>
#include <cmath>

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

Result<VariantEstimate> ratio_jackknife(std::span<const RatioGroup> groups) {
  if (!std::ranges::all_of(groups, is_group)) return Undefined::invalid_input;
  if (std::ranges::all_of(groups, [](const RatioGroup& group) { return group.numerators.n() == 0; })) {
    return Undefined::insufficient_data;
  }
  const Totals all = totals(groups);
  if (all.denominator == 0) return Undefined::zero_denominator;
  const double ratio = all.numerator / all.denominator;
  // The ratio without a unit lies (m - ratio d) / (sum d - d) below the ratio with it.
  Moments left_out;
  for (const RatioGroup& group : groups) {
    if (says_nothing(group)) continue;
    const double rest = all.denominator - group.denominator;
    if (!(rest > 0)) return Undefined::insufficient_data;
    left_out.merge({group.numerators.n(), (group.numerators.mean() - ratio * group.denominator) / rest,
                    group.numerators.m2() / rest / rest});
  }
  const double units = static_cast<double>(left_out.n());
  const VariantEstimate result{.value = ratio,
                               .variance = (units - 1) / units * left_out.m2(),
                               .dof = all.denominator * (all.denominator / all.denominator_squared) - 1};
  if (!std::isfinite(result.value) || !std::isfinite(result.variance) || !std::isfinite(result.dof)) {
    return Undefined::invalid_input;
  }
  if (!(result.dof > 0)) return Undefined::insufficient_data;
  return result;
}

}  // namespace crossfade::stats
