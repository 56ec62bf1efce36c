#include "platform/analysis/findings/interactions.h"

#include <algorithm>

#include "platform/analysis/question/sample.h"
#include "platform/stats/corrections/corrections.h"
#include "platform/stats/segments/interaction.h"

namespace crossfade::analysis {

namespace {

// The cells of one variant of this experiment and one of another, against the two controls.
InteractionResult interaction_of(const std::vector<stats::Moments>& other_control,
                                 const std::vector<stats::Moments>& other_treatment, std::size_t treatment,
                                 double confidence_level) {
  InteractionResult result;
  const auto test = stats::interaction({.a0_b0 = other_control[0],
                                        .a0_b1 = other_treatment[0],
                                        .a1_b0 = other_control[treatment],
                                        .a1_b1 = other_treatment[treatment]},
                                       {.alpha = 1 - confidence_level});
  if (!test) {
    result.reason = to_string(test.reason());
    return result;
  }
  result.estimate = test->estimate;
  result.standard_error = test->standard_error;
  result.p_value = test->p_value;
  result.adjusted_p_value = test->p_value;
  result.interval = Interval{.lower = test->interval.lower, .upper = test->interval.upper};
  result.assignment_p_value = test->assignment_p;
  return result;
}

void adjust(std::vector<InteractionResult>& results) {
  std::vector<double> p_values;
  for (const InteractionResult& result : results) {
    if (result.p_value) p_values.push_back(*result.p_value);
  }
  const auto corrected = stats::holm(p_values);
  if (!corrected) return;
  auto next = corrected->begin();
  for (InteractionResult& result : results) {
    if (result.p_value) result.adjusted_p_value = *next++;
  }
}

}  // namespace

std::vector<InteractionResult> interactions_of(const ExperimentData& data, const MetricDefinition& metric,
                                               std::size_t position, const Configuration& configuration,
                                               double confidence_level) {
  std::vector<InteractionResult> results;
  if (metric.type == MetricType::quantile) return results;
  for (const GroupingData& other : data.overlaps) {
    const auto configured = std::ranges::find(configuration.experiments, other.name, &Experiment::key);
    if (configured == configuration.experiments.end()) continue;
    const auto moments_in = [&](const LevelData& level) {
      std::vector<stats::Moments> moments;
      for (const VariantData& variant : level.variants) {
        const Sample sample = sample_of(metric, variant.metrics[position], 1 - confidence_level);
        moments.push_back(sample.moments ? *sample.moments : stats::Moments());
      }
      return moments;
    };
    const auto control = std::ranges::find(other.levels, control_of(*configured).key, &LevelData::level);
    if (control == other.levels.end()) continue;
    const std::vector<stats::Moments> in_control = moments_in(*control);
    for (const LevelData& level : other.levels) {
      if (&level == &*control) continue;
      const std::vector<stats::Moments> in_treatment = moments_in(level);
      for (std::size_t i = 1; i < data.variants.size(); ++i) {
        results.push_back(interaction_of(in_control, in_treatment, i, confidence_level));
        results.back().experiment = other.name;
        results.back().variant = data.variants[i].key;
        results.back().other_variant = level.level;
      }
    }
  }
  adjust(results);
  return results;
}

}  // namespace crossfade::analysis
