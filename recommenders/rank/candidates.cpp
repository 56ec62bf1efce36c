#include "recommenders/rank/candidates.h"

namespace crossfade::recommenders {

std::vector<Candidate> unheard_candidates(const Ranker& ranker, const Request& request, std::size_t most) {
  // Of these at least `most` are left, where the ranker has so many.
  std::vector<Candidate> candidates = ranker.rank(request, most + request.heard.size() + 1);
  std::erase_if(candidates, [&](const Candidate& one) { return is_heard(one.track, request); });
  if (candidates.size() > most) candidates.resize(most);
  return candidates;
}

}  // namespace crossfade::recommenders
