#include "recommenders/policy/diversity.h"

#include <algorithm>
#include <cmath>

namespace crossfade::recommenders {

namespace {

// A track and its like among those that are there have no volume together: below this it is rounding.
constexpr double kLeastGain = 1e-9;

// Candidates are looked at in their order: what is compared of the next ones is there when its turn comes.
constexpr std::size_t kFetchedAhead = 6;

template <class Items>
void fetch_ahead(const TrackSimilarity& similarity, const Items& items, std::size_t i) {
  if (i + kFetchedAhead < items.size()) similarity.fetch(items[i + kFetchedAhead].track);
}

}  // namespace

std::vector<double> relevance_of(std::span<const Candidate> candidates) {
  if (candidates.empty()) return {};
  const auto [least, greatest] = std::ranges::minmax(candidates, {}, &Candidate::score);
  std::vector<double> relevance;
  relevance.reserve(candidates.size());
  for (const Candidate& one : candidates) {
    relevance.push_back(greatest.score > least.score ? (one.score - least.score) / (greatest.score - least.score) : 1);
  }
  return relevance;
}

MarginalRelevance::MarginalRelevance(const TrackSimilarity& similarity, std::span<const Candidate> candidates,
                                     std::span<const TrackId> there, double lambda)
    : similarity_(similarity),
      lambda_(lambda),
      relevance_(relevance_of(candidates)),
      there_(there.begin(), there.end()) {
  items_.reserve(candidates.size());
  for (const Candidate& one : candidates) items_.push_back({.track = one.track});
}

double MarginalRelevance::value(std::size_t i) {
  fetch_ahead(similarity_, items_, i);
  Item& item = items_[i];
  for (; item.compared < there_.size(); ++item.compared) {
    item.nearest = std::max(item.nearest, similarity_(item.track, there_[item.compared]));
  }
  return lambda_ * relevance_[i] - (1 - lambda_) * item.nearest;
}

DeterminantalGreedy::DeterminantalGreedy(const TrackSimilarity& similarity, std::span<const Candidate> candidates,
                                         std::span<const TrackId> there, double lambda)
    : similarity_(similarity), lambda_(lambda), relevance_(relevance_of(candidates)) {
  there_.reserve(there.size());
  for (const TrackId track : there) add({.track = track});
  items_.reserve(candidates.size());
  for (const Candidate& one : candidates) items_.push_back({.track = one.track});
}

void DeterminantalGreedy::compare(Item& item) const {
  item.factor.reserve(there_.size());
  while (item.factor.size() < there_.size()) {
    const Item& other = there_[item.factor.size()];
    double entry = similarity_(item.track, other.track);
    for (std::size_t i = 0; i < item.factor.size(); ++i) entry -= other.factor[i] * item.factor[i];
    entry /= std::sqrt(other.gain);
    item.factor.push_back(entry);
    item.gain = std::max(0.0, item.gain - entry * entry);
  }
}

void DeterminantalGreedy::add(Item item) {
  compare(item);
  if (item.gain >= kLeastGain) there_.push_back(std::move(item));
}

double DeterminantalGreedy::value(std::size_t i) {
  fetch_ahead(similarity_, items_, i);
  compare(items_[i]);
  return lambda_ * relevance_[i] + (1 - lambda_) * std::log(std::max(kLeastGain, items_[i].gain));
}

}  // namespace crossfade::recommenders
