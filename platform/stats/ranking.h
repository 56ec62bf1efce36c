#pragma once

#include <cstddef>
#include <span>
#include <vector>

// What the corrections for multiple testing have in common.
namespace crossfade::stats {

// Whether each lies in [0, 1]; NaN does not.
bool probabilities(std::span<const double> values);

// The positions of the values from the smallest to the largest; equal ones in the order of the input.
std::vector<std::size_t> ascending(std::span<const double> values);

}  // namespace crossfade::stats
