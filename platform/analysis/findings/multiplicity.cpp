#include "platform/analysis/findings/multiplicity.h"

#include <optional>
#include <span>
#include <utility>

#include "platform/stats/corrections/corrections.h"
#include "platform/stats/numerics/distributions.h"

namespace crossfade::analysis {

namespace {

// Without dof the test was a normal one.
double critical_value(double alpha, const std::optional<double>& dof) {
  return dof ? stats::student_t_upper_quantile(alpha / 2, *dof) : stats::normal_upper_quantile(alpha / 2);
}

using Correction = stats::Result<std::vector<double>> (*)(std::span<const double>);

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

void set_fcr_intervals(std::vector<MetricReport>& metrics, double q) {
  std::vector<Comparison*> tested, selected;
  for (MetricReport& metric : metrics) {
    if (metric.role != Role::secondary) continue;
    for (Comparison& comparison : metric.comparisons) {
      if (!comparison.adjusted_p_value) continue;
      tested.push_back(&comparison);
      if (*comparison.adjusted_p_value <= q) selected.push_back(&comparison);
    }
  }
  if (selected.empty()) return;
  const double level = q * static_cast<double>(selected.size()) / static_cast<double>(tested.size());
  for (Comparison* comparison : selected) {
    if (!comparison->effect || !comparison->standard_error) continue;
    const double half = critical_value(level, comparison->dof) * *comparison->standard_error;
    comparison->fcr_interval = Interval{.lower = *comparison->effect - half, .upper = *comparison->effect + half};
  }
}

}  // namespace

void adjust(std::vector<MetricReport>& metrics, double confidence_level) {
  std::vector<std::pair<const std::optional<double>*, std::optional<double>*>> primary, sequential, secondary;
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
      if (metric.role == Role::primary && comparison.always_valid) {
        sequential.emplace_back(&comparison.always_valid->p_value, &comparison.always_valid->adjusted_p_value);
      }
    }
  }
  correct(primary, stats::holm);
  correct(sequential, stats::holm);
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
