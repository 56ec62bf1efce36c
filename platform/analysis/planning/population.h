#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/core/run.h"

namespace crossfade::analysis {

// So many units there can be in a simulated experiment, at most: those listeners of the latest simulation that its
// coverage and its range of a layer leave. None where real listeners come, of whom nobody knows how many there are.
std::optional<double> reachable_units(const Experiment& experiment, const std::vector<Run>& runs);

// "The plan wants 40041 units, and of the world's 10000 listeners at most 5000 can be in the experiment." "" where
// there are enough.
std::string too_few_listeners(const Experiment& experiment, const std::vector<Run>& runs, double wanted);

}  // namespace crossfade::analysis
