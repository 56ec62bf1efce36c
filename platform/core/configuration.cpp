#include "platform/core/configuration.h"

#include <algorithm>
#include <cassert>

namespace crossfade {

const Variant& control_of(const Experiment& experiment) {
  const auto control = std::ranges::find_if(experiment.variants, &Variant::control);
  assert(control != experiment.variants.end());
  return *control;
}

const Variant* find_variant(const Experiment& experiment, std::string_view key) {
  const auto found = std::ranges::find(experiment.variants, key, &Variant::key);
  return found == experiment.variants.end() ? nullptr : &*found;
}

std::set<std::string> varied_parameters(const Experiment& experiment) {
  std::set<std::string> names;
  for (const Variant& variant : experiment.variants) {
    for (const auto& [name, value] : variant.parameters) names.insert(name);
  }
  return names;
}

bool holds_out(const Experiment& holdout, const Experiment& experiment) {
  if (!holdout.holdout || experiment.holdout || holdout.unit != experiment.unit) return false;
  return holdout.holdout->layer.empty() || (experiment.layer && experiment.layer->layer == holdout.holdout->layer);
}

bool may_share_units(const Experiment& a, const Experiment& b) {
  if (a.holdout || b.holdout || a.unit != b.unit) return false;
  const bool apart = a.layer && b.layer && a.layer->layer == b.layer->layer &&
                     (a.layer->begin >= b.layer->end || b.layer->begin >= a.layer->end);
  return !apart && a.coverage > 0 && b.coverage > 0;
}

Values shared_parameters(const Configuration& configuration) {
  std::vector<const Experiment*> decided;
  for (const Experiment& experiment : configuration.experiments) {
    if (experiment.decided) decided.push_back(&experiment);
  }
  std::ranges::stable_sort(decided, {}, [](const Experiment* one) { return one->decided->on; });
  Values parameters = configuration.parameters;
  for (const Experiment* const one : decided) {
    const Variant* const variant = find_variant(*one, one->decided->variant);
    if (variant == nullptr) continue;
    for (const auto& [name, value] : variant->parameters) parameters.insert_or_assign(name, value);
  }
  return parameters;
}

std::string_view to_string(Status status) {
  switch (status) {
    case Status::draft:
      return "draft";
    case Status::running:
      return "running";
    case Status::stopped:
      return "stopped";
  }
  return "";
}

std::string_view to_string(HashAlgorithm hash) {
  switch (hash) {
    case HashAlgorithm::fnv1a_v2:
      return "fnv1a-v2";
    case HashAlgorithm::murmur3_mod:
      return "murmur3-mod";
    case HashAlgorithm::fnv1a_v1:
      return "fnv1a-v1";
  }
  return "";
}

std::string_view to_string(SequentialMode mode) {
  switch (mode) {
    case SequentialMode::fixed:
      return "fixed";
    case SequentialMode::group_sequential:
      return "group_sequential";
    case SequentialMode::always_valid:
      return "always_valid";
  }
  return "";
}

std::vector<MetricDefinition> all_metrics(const Configuration& configuration) {
  std::vector<MetricDefinition> all(standard_metrics().begin(), standard_metrics().end());
  all.insert(all.end(), configuration.metrics.begin(), configuration.metrics.end());
  return all;
}

std::vector<Dimension> all_dimensions(const Configuration& configuration) {
  std::vector<Dimension> all(standard_dimensions().begin(), standard_dimensions().end());
  all.insert(all.end(), configuration.dimensions.begin(), configuration.dimensions.end());
  return all;
}

}  // namespace crossfade
