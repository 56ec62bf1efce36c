#include "recommenders/policy/diversity.h"

#include <algorithm>
#include <cmath>

namespace crossfade::recommenders {

namespace {

// A track and its like among those that are there have no volume together: below this it is rounding.
constexpr double kLeastGain = 1e-9;

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
    : similarity_(similarity), lambda_(lambda), relevance_(relevance_of(candidates)), nearest_(candidates.size(), 0) {
  tracks_.reserve(candidates.size());
  for (const Candidate& one : candidates) tracks_.push_back(one.track);
  add(there);
}

void MarginalRelevance::add(std::span<const TrackId> there) {
  const std::vector<double> similarities = similarity_.between(there, tracks_);
  for (auto one = similarities.begin(); one != similarities.end();) {
    for (double& nearest : nearest_) nearest = std::max(nearest, *one++);
  }
}

double MarginalRelevance::value(std::size_t i) const {
  return lambda_ * relevance_[i] - (1 - lambda_) * nearest_[i];
}

DeterminantalGreedy::DeterminantalGreedy(const TrackSimilarity& similarity, std::span<const Candidate> candidates,
                                         std::span<const TrackId> there, double lambda)
    : similarity_(similarity), lambda_(lambda), relevance_(relevance_of(candidates)) {
  for (const Candidate& one : candidates) tracks_.push_back(one.track);
  tracks_.insert(tracks_.end(), there.begin(), there.end());
  gain_.assign(tracks_.size(), 1);
  const std::vector<double> similarities = similarity_.between(there, tracks_);
  for (std::size_t j = 0; j < there.size(); ++j) {
    const auto row = similarities.begin() + static_cast<std::ptrdiff_t>(j * tracks_.size());
    add(candidates.size() + j, {row, row + static_cast<std::ptrdiff_t>(tracks_.size())});
  }
}

void DeterminantalGreedy::take(std::size_t i) {
  add(i, similarity_.between(std::span(tracks_).subspan(i, 1), tracks_));
}

void DeterminantalGreedy::add(std::size_t added, std::vector<double> row) {
  if (gain_[added] < kLeastGain) return;  // adds nothing to what is there
  const double root = std::sqrt(gain_[added]);
  for (const std::vector<double>& former : factors_) {
    const double of_added = former[added];
    for (std::size_t i = 0; i < tracks_.size(); ++i) row[i] -= of_added * former[i];
  }
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    row[i] /= root;
    gain_[i] = std::max(0.0, gain_[i] - row[i] * row[i]);
  }
  factors_.push_back(std::move(row));
}

double DeterminantalGreedy::value(std::size_t i) const {
  return lambda_ * relevance_[i] + (1 - lambda_) * std::log(std::max(kLeastGain, gain_[i]));
}

}  // namespace crossfade::recommenders
