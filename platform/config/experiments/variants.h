#pragma once

#include <vector>

#include "platform/config/experiments/experiments.h"

namespace crossfade::config {

// `variants: [{key, weight, control, parameters}]`: at least two with keys of their own, one control, weights that sum
// to 1 within kWeightTolerance. Where no variant has a weight, all have the same.
std::vector<Variant> read_variants(const Entry& entry, const Context& context, Faults& faults);

}  // namespace crossfade::config
