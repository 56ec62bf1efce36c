#include "platform/analysis/findings/multiplicity.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "platform/stats/corrections/corrections.h"
#include "platform/stats/counts/score_intervals.h"
#include "platform/stats/numerics/distributions.h"

namespace crossfade::analysis {

namespace {

// Without dof the test was a normal one.
double critical_value(double alpha, const std::optional<double>& dof) {
  return dof ? stats::student_t_upper_quantile(alpha / 2, *dof) : stats::normal_upper_quantile(alpha / 2);
}

using Correction = stats::Result<std::vector<double>> (*)(std::span<const double>);

// Of those p-values that there are; alpha for the others.
std::vector<double> levels_of(const std::vector<std::optional<double>>& p_values, double alpha) {
  std::vector<double> present;
  for (const auto& p : p_values) {
    if (p) present.push_back(*p);
  }
  std::vector<double> levels(p_values.size(), alpha);
  const auto shared = stats::holm_levels(present, alpha);
  if (!shared) return levels;
  auto next = shared->begin();
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    if (p_values[i]) levels[i] = *next++;
  }
  return levels;
}

// Reads p-values where there are any, and writes the corrected ones beside them.
void correct(const std::vector<std::pair<const std::optional<double>*, std::optional<double>*>>& family,
             Correction correction) {
  std::vector<double> p_values;
  for (const auto& [raw, adjusted] : family) {
    if (*raw) p_values.push_back(**raw);
  }
  const auto corrected = correction(p_values);
  if (!corrected) return;  // p-values of our own are probabilities
  auto next = corrected->begin();
  for (const auto& [raw, adjusted] : family) {
    if (*raw) *adjusted = *next++;
  }
}

stats::Trials trials_of(const VariantSummary& variant) {
  const double successes = std::round(variant.mean.value_or(0) * static_cast<double>(variant.n));
  return {.n = variant.n, .successes = static_cast<std::int64_t>(successes)};
}

// At the level that was selected at; of shares the dual of their test, as everywhere.
std::optional<Interval> selected_interval(const MetricReport& metric, std::size_t treatment, double level) {
  const Comparison& comparison = metric.comparisons[treatment];
  const bool shares = metric.type == MetricType::proportion || metric.type == MetricType::retention;
  if (shares && metric.variants.size() > treatment + 1) {
    const stats::Bounds bounds = stats::score_difference(trials_of(metric.variants.front()),
                                                         trials_of(metric.variants[treatment + 1]), {.alpha = level});
    return Interval{.lower = bounds.lower, .upper = bounds.upper};
  }
  if (!comparison.effect || !comparison.standard_error) return std::nullopt;
  const double half = critical_value(level, comparison.dof) * *comparison.standard_error;
  return Interval{.lower = *comparison.effect - half, .upper = *comparison.effect + half};
}

void set_fcr_intervals(std::vector<MetricReport>& metrics, double q) {
  std::size_t tested = 0, selected = 0;
  const auto for_secondary = [&metrics](const auto& visit) {
    for (MetricReport& metric : metrics) {
      for (std::size_t i = 0; metric.role == Role::secondary && i < metric.comparisons.size(); ++i) {
        if (metric.comparisons[i].adjusted_p_value) visit(metric, i);
      }
    }
  };
  const auto is_selected = [q](const MetricReport& metric, std::size_t i) {
    return *metric.comparisons[i].adjusted_p_value <= q;
  };
  for_secondary([&](const MetricReport& metric, std::size_t i) {
    ++tested;
    if (is_selected(metric, i)) ++selected;
  });
  if (selected == 0) return;
  const double level = q * static_cast<double>(selected) / static_cast<double>(tested);
  for_secondary([&](MetricReport& metric, std::size_t i) {
    if (is_selected(metric, i)) metric.comparisons[i].fcr_interval = selected_interval(metric, i, level);
  });
}

// What is not tested yet will be: it takes its part of alpha at every look.
std::vector<double> sequential_p_values(const std::vector<Comparison>& comparisons) {
  std::vector<double> p_values;
  for (const Comparison& comparison : comparisons) {
    p_values.push_back(comparison.always_valid ? comparison.always_valid->p_value.value_or(1) : 1);
  }
  return p_values;
}

void correct_sequential(std::vector<MetricReport>& metrics) {
  for (MetricReport& metric : metrics) {
    if (metric.role != Role::primary) continue;
    const auto corrected = stats::holm(sequential_p_values(metric.comparisons));
    for (std::size_t i = 0; corrected && i < metric.comparisons.size(); ++i) {
      auto& sequence = metric.comparisons[i].always_valid;
      if (sequence && sequence->p_value) sequence->adjusted_p_value = (*corrected)[i];
    }
  }
}

}  // namespace

std::vector<DecidingLevels> deciding_levels(const std::vector<Comparison>& comparisons, double alpha) {
  std::vector<std::optional<double>> plain, after_cuped;
  for (const Comparison& comparison : comparisons) {
    plain.push_back(comparison.p_value);
    after_cuped.push_back(comparison.adjusted ? comparison.adjusted->p_value : std::nullopt);
  }
  const std::vector<double> of_plain = levels_of(plain, alpha);
  const std::vector<double> of_cuped = levels_of(after_cuped, alpha);
  const auto sequential = stats::holm_levels(sequential_p_values(comparisons), alpha);
  std::vector<DecidingLevels> levels;
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    levels.push_back({.always_valid = sequential ? (*sequential)[i] : alpha,
                      .planned = comparisons[i].adjusted ? of_cuped[i] : of_plain[i]});
  }
  return levels;
}

void adjust(std::vector<MetricReport>& metrics, double confidence_level) {
  std::vector<std::pair<const std::optional<double>*, std::optional<double>*>> primary, secondary;
  std::vector<std::pair<const std::optional<double>*, std::optional<double>*>> adjusted_primary, adjusted_secondary;
  for (MetricReport& metric : metrics) {
    metric.adjustment = metric.role == Role::primary     ? "holm"
                        : metric.role == Role::secondary ? "benjamini_hochberg"
                                                         : "none";
    for (Comparison& comparison : metric.comparisons) {
      if (metric.role == Role::primary) primary.emplace_back(&comparison.p_value, &comparison.adjusted_p_value);
      if (metric.role == Role::secondary) secondary.emplace_back(&comparison.p_value, &comparison.adjusted_p_value);
      if (comparison.adjusted && metric.role != Role::guardrail) {
        auto& family = metric.role == Role::primary ? adjusted_primary : adjusted_secondary;
        if (metric.role != Role::other) {
          family.emplace_back(&comparison.adjusted->p_value, &comparison.adjusted->adjusted_p_value);
        }
      }
    }
  }
  correct(primary, stats::holm);
  correct_sequential(metrics);
  correct(secondary, stats::benjamini_hochberg);
  correct(adjusted_primary, stats::holm);
  correct(adjusted_secondary, stats::benjamini_hochberg);
  set_fcr_intervals(metrics, 1 - confidence_level);
  for (MetricReport& metric : metrics) {
    for (Comparison& comparison : metric.comparisons) {
      comparison.significant = comparison.adjusted_p_value && *comparison.adjusted_p_value < 1 - confidence_level;
    }
  }
}

}  // namespace crossfade::analysis
