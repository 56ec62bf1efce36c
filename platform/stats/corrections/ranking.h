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

// The chance that at least one of `count` independent events of probability p happens: 1 - (1 - p)^count, without
// losing a small p in the 1.
double any_of_independent(double p, std::size_t count);

}  // namespace crossfade::stats
