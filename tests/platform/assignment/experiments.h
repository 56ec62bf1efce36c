#pragma once

#include <string>
#include <vector>

#include "platform/core/configuration.h"

namespace crossfade::assignment {

// Runs, with a variant for each weight; its key is its salt.
inline Experiment experiment_with(const std::string& key, const std::vector<double>& weights, double coverage) {
  Experiment experiment;
  experiment.key = key;
  experiment.salt = key;
  experiment.status = Status::running;
  experiment.coverage = coverage;
  for (const double weight : weights) experiment.variants.emplace_back().weight = weight;
  return experiment;
}

}  // namespace crossfade::assignment
