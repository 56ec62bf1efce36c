#pragma once

#include <span>
#include <vector>

#include "recommenders/policy/track_similarity.h"
#include "recommenders/recommender.h"

// Which candidate to take next, so that what is taken is both relevant and unlike what is there already. Relevance is
// the candidates' score, scaled so that the least of them is 0 and the greatest 1; all equal: 1.
namespace crossfade::recommenders {

// Chooses among candidates one after the other.
class Diversity {
 public:
  virtual ~Diversity() = default;
  // The value of candidate i now: the next one to take has the greatest. Values do not rise when others are taken.
  virtual double value(std::size_t i) const = 0;
  virtual void take(std::size_t i) = 0;
};

// Maximal marginal relevance (J. Carbonell, J. Goldstein, SIGIR 1998): lambda x relevance - (1 - lambda) x the largest
// similarity to a track that is there. O(candidates) a track that is there or taken.
class MarginalRelevance final : public Diversity {
 public:
  // `similarity` outlives this; `there` are tracks of the catalogue, too.
  MarginalRelevance(const TrackSimilarity& similarity, std::span<const Candidate> candidates,
                    std::span<const TrackId> there, double lambda);
  double value(std::size_t i) const override;
  void take(std::size_t i) override { add(std::span(tracks_).subspan(i, 1)); }

 private:
  void add(std::span<const TrackId> there);

  const TrackSimilarity& similarity_;
  double lambda_;
  std::vector<double> relevance_;
  std::vector<TrackId> tracks_;  // of the candidates
  std::vector<double> nearest_;  // largest similarity to what is there, at least 0
};

// Greedy maximum a posteriori of a determinantal point process (L. Chen, G. Zhang, E. Zhou, NeurIPS 2018) given what is
// there: lambda x relevance + (1 - lambda) x log of how much the determinant of the similarities grows. O((candidates +
// there) x tracks that are there or taken) for each of these.
class DeterminantalGreedy final : public Diversity {
 public:
  DeterminantalGreedy(const TrackSimilarity& similarity, std::span<const Candidate> candidates,
                      std::span<const TrackId> there, double lambda);
  double value(std::size_t i) const override;
  void take(std::size_t i) override;

 private:
  void add(std::size_t i, std::vector<double> row);  // into tracks_; its similarities, by tracks_

  const TrackSimilarity& similarity_;
  double lambda_;
  std::vector<double> relevance_;
  std::vector<TrackId> tracks_;               // the candidates, then those that are there
  std::vector<double> gain_;                  // of each: what the determinant is multiplied by if it is added
  std::vector<std::vector<double>> factors_;  // of each that is added: the row of the Cholesky factor, by tracks_
};

// Of the candidates, in their order.
std::vector<double> relevance_of(std::span<const Candidate> candidates);

}  // namespace crossfade::recommenders
