#pragma once

#include <vector>

#include "recommenders/choose.h"
#include "recommenders/recommender.h"

namespace crossfade::recommenders {

// The best `most` candidates of `ranker` that this session has not played.
std::vector<Candidate> unheard_candidates(const Ranker& ranker, const Request& request, std::size_t most);

// Serves its own best candidate: a type that ranks, and has no chance in it, needs to say no more than `rank`, which
// leaves out what this session has played.
class BestCandidate : public Recommender, public Ranker {
 public:
  std::optional<Choice> recommend(const Request& request, Random&) const override {
    const auto best = best_of(request);
    if (!best) return std::nullopt;
    return Choice{.track = *best, .propensity = 1};
  }
  std::optional<double> propensity(const Request& request, TrackId track) const override {
    return propensity_of_one(best_of(request), track);
  }
  const Ranker* ranker() const override { return this; }

 private:
  std::optional<TrackId> best_of(const Request& request) const {
    const std::vector<Candidate> best = rank(request, 1);
    return best.empty() ? std::nullopt : std::optional(best.front().track);
  }
};

}  // namespace crossfade::recommenders
