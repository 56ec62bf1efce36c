#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "platform/core/configuration.h"

namespace crossfade {

// A request asks no more of them.
inline constexpr std::size_t kMostAsked = 100;

// Who asks whom: a recommender its parts and, where it has no answer, its fallback. Recommenders are places in the
// specs that the graph is of; names that none of them has are passed over.
struct RecommenderGraph {
  // All of them, each behind those that it asks, as far as there is no circle.
  std::vector<std::size_t> order;
  // Those that ask themselves, in the order of asking: of each set of recommenders that all lead to one another the
  // shortest circle through the one that stands first, which begins it.
  std::vector<std::vector<std::size_t>> circles;
  // Where it is more than kMostAsked: how many one request may ask, those that several ask once for each. Only those
  // that ask nobody of whom it is true.
  struct Crowd {
    std::size_t recommender = 0;
    std::size_t asked = 0;  // itself included
  };
  std::vector<Crowd> crowds;
};

// O(recommenders + names of parts and fallbacks), for each circle again.
RecommenderGraph graph_of(std::span<const RecommenderSpec> specs);

}  // namespace crossfade
