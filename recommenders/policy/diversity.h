#pragma once

#include <span>
#include <vector>

#include "recommenders/policy/track_similarity.h"
#include "recommenders/recommender.h"

// Which candidate to take next, so that what is taken is both relevant and unlike what is there already. Relevance is
// the candidates' score, scaled so that the least of them is 0 and the greatest 1; all equal: 1.
namespace crossfade::recommenders {

// Chooses among candidates one after the other. A candidate is compared with what is there or taken when its value is
// asked for, and with each once: most are never asked for, as who is less relevant cannot be worth more.
class Diversity {
 public:
  virtual ~Diversity() = default;
  // The value of candidate i now: the next one to take has the greatest. Values do not rise when others are taken.
  virtual double value(std::size_t i) = 0;
  // No value of i, nor of one behind it, is above this.
  virtual double bound(std::size_t i) const = 0;
  virtual void take(std::size_t i) = 0;
};

// Maximal marginal relevance (J. Carbonell, J. Goldstein, SIGIR 1998): lambda x relevance - (1 - lambda) x the largest
// similarity to a track that is there. A value is O(tracks that are there or taken since it was last asked for).
class MarginalRelevance final : public Diversity {
 public:
  // `similarity` outlives this; candidates best first; `there` are tracks of the catalogue, too.
  MarginalRelevance(const TrackSimilarity& similarity, std::span<const Candidate> candidates,
                    std::span<const TrackId> there, double lambda);
  double value(std::size_t i) override;
  double bound(std::size_t i) const override { return lambda_ * relevance_[i]; }
  void take(std::size_t i) override { there_.push_back(items_[i].track); }

 private:
  struct Item {
    TrackId track;
    std::size_t compared = 0;  // with so many of there_
    double nearest = 0;        // largest similarity to these, at least 0
  };

  const TrackSimilarity& similarity_;
  double lambda_;
  std::vector<double> relevance_;
  std::vector<Item> items_;     // the candidates
  std::vector<TrackId> there_;  // what is there, then what is taken
};

// Greedy maximum a posteriori of a determinantal point process (L. Chen, G. Zhang, E. Zhou, NeurIPS 2018) given what is
// there: lambda x relevance + (1 - lambda) x log of how much the determinant of the similarities grows. A value is
// O(tracks that are there or taken) for each of these since it was last asked for.
class DeterminantalGreedy final : public Diversity {
 public:
  DeterminantalGreedy(const TrackSimilarity& similarity, std::span<const Candidate> candidates,
                      std::span<const TrackId> there, double lambda);
  double value(std::size_t i) override;
  double bound(std::size_t i) const override { return lambda_ * relevance_[i]; }
  void take(std::size_t i) override { add(items_[i]); }

 private:
  struct Item {
    TrackId track;
    double gain = 1;                  // what the determinant is multiplied by if it is added, by all in `factor`
    std::vector<double> factor = {};  // its row of the Cholesky factor, by there_
  };

  void compare(Item& item) const;  // with those of there_ that it has not been compared with
  void add(Item item);

  const TrackSimilarity& similarity_;
  double lambda_;
  std::vector<double> relevance_;
  std::vector<Item> items_;  // the candidates
  std::vector<Item> there_;  // what is there, then what is taken, but for what adds nothing to those before
};

// Of the candidates, in their order.
std::vector<double> relevance_of(std::span<const Candidate> candidates);

}  // namespace crossfade::recommenders
