#pragma once

#include <optional>
#include <span>

#include "recommenders/registry.h"

// One of several parts, drawn by weights, each above 0, one for each part. Who has no answer is taken out, and drawn is
// among the others: the answer is distributed as the answers of the parts that have one are, by their weights.
namespace crossfade::recommenders {

// Nothing where none of them has an answer. The propensity is 0 unless `knows_propensity` of all of them.
std::optional<Choice> choose_among(std::span<const Part> parts, std::span<const double> weights, const Request& request,
                                   Random& random);

// The probability that `choose_among` gives the track; nothing where none of them has an answer.
std::optional<double> propensity_among(std::span<const Part> parts, std::span<const double> weights,
                                       const Request& request, TrackId track);

// Whether all of them know theirs.
bool know_propensity(std::span<const Part> parts);

// Has the part that gave an answer learn what came of it; it passed on what one of its own parts chose, which nobody
// knows any more.
void pass_on(std::span<const Part> parts, const Feedback& feedback);

}  // namespace crossfade::recommenders
