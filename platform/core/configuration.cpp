#include "platform/core/configuration.h"

#include <algorithm>
#include <cassert>

namespace crossfade {

const Variant& control_of(const Experiment& experiment) {
  const auto control = std::ranges::find_if(experiment.variants, &Variant::control);
  assert(control != experiment.variants.end());
  return *control;
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
