#pragma once

#include <optional>
#include <span>

#include "platform/core/events.h"
#include "platform/core/ids.h"
#include "platform/core/random.h"

namespace crossfade::recommenders {

// What a recommender may know when it answers.
struct Request {
  const UnitId& unit;
  TrackId previous;                // the track that was just played; may be one that the catalogue lacks
  double fraction = 0;             // how much of `previous` was listened to, 0..1
  std::span<const TrackId> heard;  // all tracks of this session in order, `previous` last
};

// What a recommender answers.
struct Choice {
  TrackId track;
  double propensity = 0;  // exact probability of this track given the request, in (0, 1]
};

// Answers "what plays next?". Immutable once made: recommend takes no lock and may run on any number of threads.
class Recommender {
 public:
  virtual ~Recommender() = default;
  // A track of the catalogue, or nothing where this model has no answer: the fallback's turn.
  virtual std::optional<Choice> recommend(const Request& request, Random& random) const = 0;
};

}  // namespace crossfade::recommenders
