#pragma once

#include <optional>
#include <span>
#include <vector>

#include "recommenders/recommender.h"
#include "recommenders/registry.h"

namespace crossfade::recommenders {

// How a list is served.
enum class Order {
  shuffled,  // any of its tracks, uniform, heard or not: what the course does
  in_order,  // the first that was not heard in this session
};

// The option "order", as the types that serve lists declare it; `standard` is the default that its help names.
Option order_option(Order standard);
// Its value; `standard` where the file says nothing.
Order order_of(const Values& options, Order standard);

// One track, uniform over the list, whose tracks are different from each other; nothing when it is empty.
std::optional<Choice> draw(std::span<const TrackId> list, Random& random);

// One track of the list in that order; nothing when the list is empty or, in order, has been heard.
std::optional<Choice> choose(Order order, std::span<const TrackId> list, const Request& request, Random& random);

// The probability that `choose` gives `track`; nothing where it gives none.
std::optional<double> propensity_of(Order order, std::span<const TrackId> list, const Request& request, TrackId track);

// The tracks that `choose` might give, now or later in the session, best first; at most `most`. A list has no scores of
// its own: 1 / (1 + place in the list, from 0).
std::vector<Candidate> candidates_of(Order order, std::span<const TrackId> list, const Request& request,
                                     std::size_t most);

// Of who has one answer to a request, or none: the probability that it is `track`.
std::optional<double> propensity_of_one(std::optional<TrackId> answer, TrackId track);

// Whether the track was played in this session, the previous one included.
bool is_heard(TrackId track, const Request& request);

}  // namespace crossfade::recommenders
