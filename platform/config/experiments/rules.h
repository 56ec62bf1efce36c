#pragma once

#include <vector>

#include "platform/config/experiments/experiments.h"

namespace crossfade::config {

// What experiments must not do to one another. Only those that run or will run (not the stopped ones) are in each
// other's way:
// - keys differ, also from those of stopped ones: they stand in the store;
// - ranges of one layer do not overlap;
// - salts differ, from one another and from the layers': a salt shared by two splits would make them the same split,
//   and one shared with its layer would give the units of a range to one variant.
void check_experiments(const std::vector<LocatedExperiment>& experiments, const Layers& layers, Faults& faults);

// - units that two of them share get each parameter from one of them only, unless all their variants have the same
// value:
//   whoever is in both would get something else than their variant of the other one.
// - of what was decided on one day nothing contradicts: of two days the later one stands.
// `shared`: what units get outside them.
void check_parameters(const std::vector<LocatedExperiment>& experiments, const Values& shared, Faults& faults);

}  // namespace crossfade::config
