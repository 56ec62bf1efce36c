#pragma once

#include <optional>
#include <span>
#include <string>

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

// Choice::part of who passes on what the part called `name` chose.
std::string part_of_choice(const std::string& name, const Choice& choice);

// Which of the parts gave the answer of which something came; null: none of them.
const Part* part_that_chose(std::span<const Part> parts, const Feedback& feedback);
// Has it learn what came of that.
void pass_on(std::span<const Part> parts, const Feedback& feedback);

}  // namespace crossfade::recommenders
