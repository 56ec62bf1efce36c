#include "platform/analysis/planning/design.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <numeric>

#include "platform/stats/looks/group_sequential.h"
#include "platform/stats/looks/minimum_size.h"
#include "platform/stats/numerics/distributions.h"
#include "platform/stats/planning/planned_test.h"

namespace crossfade::analysis {

namespace {

// What CUPED takes away leaves something.
constexpr double kMostReduction = 0.99;
constexpr double kUnitRounding = 1e-9;

double total(const std::vector<double>& weights) {
  return std::accumulate(weights.begin(), weights.end(), 0.0);
}

double alpha_of_one(const Design& design) {
  return design.alpha / static_cast<double>(design.weights.size() - 1);
}

bool is_share(MetricType type) {
  return type == MetricType::proportion || type == MetricType::retention;
}

bool is_valid(const Design& design) {
  const auto positive = [](double value) { return value > 0 && std::isfinite(value); };
  return design.weights.size() >= 2 && std::ranges::all_of(design.weights, positive) && design.measured > 0 &&
         std::isfinite(design.measured);
}

// The control against the treatment at this position among the weights. A share is looked at from the side on which it
// is to change: finding a smaller one is finding that more units are without.
stats::PlannedTest test_of(const Design& design, std::size_t treatment) {
  const bool share = is_share(design.type);
  const bool mirrored = share && design.direction == Direction::decrease;
  return {.variance = share ? 0 : design.variance,
          .control_mean = mirrored ? 1 - design.mean : design.mean,
          .proportion = share,
          .variance_reduction = design.variance_reduction,
          .ratio = design.weights[treatment] / design.weights.front(),
          .alpha = alpha_of_one(design),
          .looks = design.mode == SequentialMode::always_valid ? stats::PlannedLooks::always_valid
                                                               : stats::PlannedLooks::once,
          .n_star = design.n_star};
}

// Exposed units of each variant, when the control has so many that have a value.
std::vector<double> split(const Design& design, double n_control) {
  std::vector<double> units;
  for (const double weight : design.weights) {
    const double exact = n_control / design.measured * weight / design.weights.front();
    units.push_back(std::max(1.0, std::ceil(exact * (1 - kUnitRounding))));
  }
  return units;
}

// Of those in all variants, the control's that have a value.
double control_of(const Design& design, double units) {
  return units * design.weights.front() / total(design.weights) * design.measured;
}

// So many has the control when the smaller of the two is large enough for anything to be called (docs/verdicts.md),
// with this effect.
double least_control(const Design& design, std::size_t treatment, double effect) {
  const stats::MinimumSizeOptions least;
  const double ratio = design.weights[treatment] / design.weights.front();
  auto smaller = static_cast<double>(least.units);
  if (is_share(design.type)) {
    const double both = design.mean + std::clamp(effect, -design.mean, 1 - design.mean) * ratio / (1 + ratio);
    const double rare = std::min(both, 1 - both);
    if (rare > 0) smaller = std::max(smaller, std::ceil(least.events / rare * (1 - kUnitRounding)));
  }
  return smaller / std::min(1.0, ratio);
}

using SizeOf = std::function<stats::Result<stats::PlannedSize>(std::size_t treatment)>;

// Large enough for each treatment, whose effect is this.
stats::Result<DesignSize> largest(const Design& design, double effect, const SizeOf& size_of) {
  double n_control = 0;
  double inflation = 1;
  for (std::size_t treatment = 1; treatment < design.weights.size(); ++treatment) {
    const auto size = size_of(treatment);
    if (!size) return size.reason();
    const double least = std::max(size->n_control, least_control(design, treatment, effect));
    if (least <= n_control) continue;
    n_control = least;
    inflation = size->inflation;
  }
  DesignSize result{.variants = split(design, n_control), .inflation = inflation};
  result.units = total(result.variants);
  return result;
}

// More looks than kMostCounted ask for less than a fifth of a per cent more units, and take seconds to count.
std::vector<double> equal_looks(const Design& design) {
  constexpr int kMostCounted = 100;
  const int looks = std::min(design.looks, kMostCounted);
  std::vector<double> fractions;
  for (int look = 1; look <= looks; ++look) fractions.push_back(static_cast<double>(look) / looks);
  return fractions;
}

}  // namespace

stats::Result<Design> as_single_look(const Design& design) {
  if (!is_valid(design)) return stats::Undefined::invalid_input;
  if (design.mode != SequentialMode::group_sequential) return design;
  const double alpha = alpha_of_one(design);
  const auto drift = stats::group_sequential_drift(equal_looks(design), design.power, {.alpha = alpha});
  if (!drift) return drift.reason();
  const double critical = stats::normal_upper_quantile(alpha / 2);
  Design single = design;
  single.mode = SequentialMode::fixed;
  single.power = stats::normal_upper_tail(critical - *drift) + stats::normal_upper_tail(critical + *drift);
  return single;
}

stats::Result<DesignSize> size_for(const Design& design, double lift) {
  const auto single = as_single_look(design);
  if (!single) return single.reason();
  if (design.mean == 0) return stats::Undefined::zero_control_mean;
  const double effect = lift * std::abs(design.mean);
  const double change = design.direction == Direction::decrease ? -effect : effect;
  return largest(design, change, [&](std::size_t treatment) -> stats::Result<stats::PlannedSize> {
    const stats::PlannedTest test = test_of(*single, treatment);
    const auto size = stats::planned_size(test, effect, single->power);
    if (!size || design.mode != SequentialMode::group_sequential) return size;
    const auto unlooked = stats::planned_size(test, effect, design.power);
    if (!unlooked) return unlooked;
    stats::PlannedSize with_looks = *size;
    with_looks.inflation = size->n_control / unlooked->n_control;
    return with_looks;
  });
}

stats::Result<DesignSize> size_for_margin(const Design& design, double margin) {
  if (!is_valid(design)) return stats::Undefined::invalid_input;
  const bool once = design.mode == SequentialMode::fixed;
  return largest(design, 0, [&](std::size_t treatment) {
    stats::PlannedTest test = test_of(design, treatment);
    test.control_mean = design.mean;
    // An always-valid guardrail is asked on both sides, for harm and for none.
    test.alpha = once ? design.alpha : design.alpha / 2;
    test.looks = once ? stats::PlannedLooks::once : stats::PlannedLooks::always_valid;
    test.margin = margin;
    test.higher_is_better = design.direction != Direction::decrease;
    return stats::planned_size(test, 0, design.power);
  });
}

stats::Result<double> lift_found(const Design& design, double units) {
  const auto single = as_single_look(design);
  if (!single) return single.reason();
  if (design.mean == 0) return stats::Undefined::zero_control_mean;
  double most = 0;
  for (std::size_t treatment = 1; treatment < design.weights.size(); ++treatment) {
    const auto effect = stats::planned_mde(test_of(*single, treatment), control_of(design, units), single->power);
    if (!effect) return effect.reason();
    most = std::max(most, *effect);
  }
  return most / std::abs(design.mean);
}

stats::Result<double> power_at(const Design& design, double units, double lift) {
  if (!is_valid(design)) return stats::Undefined::invalid_input;
  if (design.mean == 0) return stats::Undefined::zero_control_mean;
  double least = 1;
  for (std::size_t treatment = 1; treatment < design.weights.size(); ++treatment) {
    stats::PlannedTest test = test_of(design, treatment);
    if (design.mode == SequentialMode::group_sequential) {
      test.looks = stats::PlannedLooks::group_sequential;
      test.information_fractions = equal_looks(design);
    }
    const auto power = stats::planned_power(test, control_of(design, units), lift * std::abs(design.mean));
    if (!power) return power.reason();
    least = std::min(least, *power);
  }
  return least;
}

DecisionRule rule_of(const Plan& plan, double gain) {
  return {.alpha = plan.alpha,
          .power = plan.power,
          .mode = plan.mode,
          .looks = plan.looks.value_or(kUsualLooks),
          .variance_reduction = plan.mode == SequentialMode::group_sequential ? 0 : gain};
}

stats::Result<Design> design_of(const ExperimentData& data, const MetricDefinition& metric,
                                std::span<const Sample> samples, const DecisionRule& rule) {
  assert(samples.size() == data.variants.size());
  if (samples.size() < 2 || !(data.control().weight > 0)) return stats::Undefined::insufficient_data;
  const Sample& control = samples.front();
  if (!control.moments) return control.moments.reason();
  const stats::Moments& moments = *control.moments;
  if (moments.n() < 2) return stats::Undefined::insufficient_data;
  Design design{.type = metric.type,
                .mean = moments.mean(),
                .variance = moments.variance(),
                .variance_reduction = std::clamp(rule.variance_reduction, 0.0, kMostReduction),
                .direction = metric.direction,
                .weights = {data.control().weight},
                .alpha = rule.alpha,
                .power = rule.power,
                .mode = rule.mode,
                .looks = rule.looks};
  const auto units = static_cast<double>(data.control().units);
  if (units > 0) design.measured = static_cast<double>(moments.n()) / units;
  for (const VariantData& treatment : data.treatments()) {
    if (treatment.weight > 0) design.weights.push_back(treatment.weight);
  }
  if (design.weights.size() < 2) return stats::Undefined::insufficient_data;
  return design;
}

}  // namespace crossfade::analysis
