#pragma once

#include <optional>
#include <span>

#include "recommenders/recommender.h"
#include "recommenders/registry.h"

namespace crossfade::recommenders {

// How a list is served.
enum class Order {
  shuffled,  // any of its tracks, uniform, heard or not: what the course does
  in_order,  // the first that was not heard in this session
};

// The option "order" of the types that serve lists; `standard` where the file says nothing.
Option order_option(Order standard);
Order order_of(const Values& options, Order standard);

// Uniform over the list, whose tracks are different from each other; nothing when it is empty.
std::optional<Choice> draw(std::span<const TrackId> list, Random& random);

// A track of the list in that order; nothing when there is none (left).
std::optional<Choice> choose(Order order, std::span<const TrackId> list, const Request& request, Random& random);

// Whether the track was played in this session, the previous one included.
bool is_heard(TrackId track, const Request& request);

}  // namespace crossfade::recommenders
