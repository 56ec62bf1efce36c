#include "recommenders/rank/candidates.h"

namespace crossfade::recommenders {

std::vector<Candidate> unheard_candidates(const Ranker& ranker, const Request& request, std::size_t most) {
  // Of these at least `most` are left, where the ranker has so many.
  std::vector<Candidate> candidates = ranker.rank(request, most + request.heard.size() + 1);
  std::vector<TrackId> heard = {request.previous};
  heard.reserve(1 + request.heard.size());
  for (const Listen& one : request.heard) heard.push_back(one.track);
  std::erase_if(candidates, [&](const Candidate& one) {
    bool is_heard = false;  // without a branch for each: of a few hundred candidates hardly any is
    for (const TrackId track : heard) is_heard |= track == one.track;
    return is_heard;
  });
  if (candidates.size() > most) candidates.resize(most);
  return candidates;
}

}  // namespace crossfade::recommenders
