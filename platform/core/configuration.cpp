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

}  // namespace crossfade
