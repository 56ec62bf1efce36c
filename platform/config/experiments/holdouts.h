#pragma once

#include <vector>

#include "platform/config/document.h"
#include "platform/config/experiments/experiments.h"

namespace crossfade::config {

// The variants of a holdout, as they are called in the store and on the page.
inline constexpr std::string_view kHeldOut = "held_out";  // the control
inline constexpr std::string_view kNotHeldOut = "open";

// `holdouts: [{key, share, layer, unit, ...}]`: each an experiment that holds that share of the units out of those of a
// layer, or of all.
std::vector<LocatedExperiment> read_holdouts(const Entry& entry, const Context& context, Faults& faults);

}  // namespace crossfade::config
