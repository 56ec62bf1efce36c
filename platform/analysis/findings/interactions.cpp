#include "platform/analysis/findings/interactions.h"

#include <algorithm>
#include <array>

#include "platform/analysis/question/sample.h"
#include "platform/stats/corrections/corrections.h"
#include "platform/stats/segments/homogeneity.h"
#include "platform/stats/segments/interaction.h"

namespace crossfade::analysis {

namespace {

// The cells of one variant of this experiment and one of another, against the two controls.
InteractionResult interaction_of(const std::vector<Sample>& other_control, const std::vector<Sample>& other_treatment,
                                 std::size_t treatment, double confidence_level) {
  InteractionResult result;
  const auto moments = [](const Sample& sample) { return sample.moments ? *sample.moments : stats::Moments(); };
  const auto test = stats::interaction({.a0_b0 = moments(other_control[0]),
                                        .a0_b1 = moments(other_treatment[0]),
                                        .a1_b0 = moments(other_control[treatment]),
                                        .a1_b1 = moments(other_treatment[treatment])},
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
  // Of the units, of which a ratio's moments have an effective number only.
  const auto assignment = stats::homogeneity(
      std::array{other_treatment[0].n, other_treatment[treatment].n},
      std::array{other_control[0].n + other_treatment[0].n, other_control[treatment].n + other_treatment[treatment].n});
  if (assignment) result.assignment_p_value = assignment->p_value;
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
    const auto samples_in = [&](const LevelData& level) {
      std::vector<Sample> samples;
      for (const VariantData& variant : level.variants) {
        samples.push_back(sample_of(metric, variant.metrics[position], 1 - confidence_level));
      }
      return samples;
    };
    const auto control = std::ranges::find(other.levels, control_of(*configured).key, &LevelData::level);
    if (control == other.levels.end()) continue;
    const std::vector<Sample> in_control = samples_in(*control);
    for (const LevelData& level : other.levels) {
      if (&level == &*control) continue;
      const std::vector<Sample> in_treatment = samples_in(level);
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
