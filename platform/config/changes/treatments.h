#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/core/configuration_history.h"

// What a variant is: its parameters, the recommenders that they name, and the files that these serve from.
namespace crossfade::config {

// What changed for the units of an experiment, in sentences: "top of recommender charts is 20, was 1".
struct TreatmentChanges {
  std::vector<std::string> definitions;  // parameters that a variant sets, and the recommenders behind them
  std::vector<std::string> files;        // content of their files, as far as it is known of both sides
  // What is no treatment: parameters that all variants share, and files of a recommender that `updates`.
  std::vector<std::string> shared;

  bool same_treatment() const { return definitions.empty() && files.empty(); }
};

// Of experiment `key`, variants that both have. Empty unless both configurations have the experiment.
TreatmentChanges treatment_changes(const Configuration& before, const Configuration& after, std::string_view key);

// Variants of running experiments whose units get something else than their parameters when they are in another running
// experiment too: of two that set a parameter, the later in the file is served. check_parameters lets no such file
// through any more.
std::set<Displacement> displacements(const Configuration& configuration);

}  // namespace crossfade::config
