#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>

#include "recommenders/models.h"
#include "recommenders/options.h"
#include "recommenders/policy/learner.h"
#include "recommenders/policy/track_similarity.h"
#include "recommenders/rank/candidates.h"

namespace crossfade::recommenders {

namespace {

// Each within 0..1: a constant; what the candidate's place in the list is worth, 1 / (1 + place); whether it is of the
// previous track's artist; how alike their genres are; how popular it is, as its place among all tracks.
constexpr std::size_t kFeatures = 5;
constexpr std::size_t kPairs = kFeatures * (kFeatures + 1) / 2;
using Features = Eigen::Matrix<double, kFeatures, 1>;
using Square = Eigen::Matrix<double, kFeatures, kFeatures>;

// Ridge regression of the fraction heard on the features, with a penalty of 1.
struct LinearModel {
  Features weights;
  Square inverse;  // of the penalty + the features' cross products

  double bound(const Features& x, double alpha) const {
    return weights.dot(x) + alpha * std::sqrt(std::max(0.0, x.dot(inverse * x)));
  }
};

std::shared_ptr<const LinearModel> model_of(std::span<const std::int64_t> sums) {
  Square products = Square::Identity();
  Features rewards;
  std::size_t place = 0;
  for (std::size_t i = 0; i < kFeatures; ++i) {
    for (std::size_t j = i; j < kFeatures; ++j, ++place) {
      const double sum = static_cast<double>(sums[place]) * LearnedSums::kUnit;
      const auto row = static_cast<Eigen::Index>(i);
      const auto column = static_cast<Eigen::Index>(j);
      products(row, column) += sum;
      if (i != j) products(column, row) += sum;
    }
  }
  for (std::size_t i = 0; i < kFeatures; ++i, ++place) {
    rewards(static_cast<Eigen::Index>(i)) = static_cast<double>(sums[place]) * LearnedSums::kUnit;
  }
  auto model = std::make_shared<LinearModel>();
  model->inverse = products.llt().solve(Square::Identity());
  model->weights = model->inverse * rewards;
  return model;
}

// LinUCB with one model for all tracks (L. Li, W. Chu, J. Langford, R. Schapire: A contextual-bandit approach to
// personalized news article recommendation, WWW 2010): the candidate with the largest upper bound of what will be heard
// of it. No chance in it: the propensity is 1.
class LinUcb final : public BestCandidate {
 public:
  LinUcb(const Ingredients& of, const Ranker& ranker, std::size_t candidates, double alpha)
      : catalogue_(of.catalogue),
        similarity_(of.catalogue),
        popularity_(popularity(of.catalogue)),
        ranker_(ranker),
        candidates_(candidates),
        alpha_(alpha),
        learner_(of, {"constant", "place", "artist", "genres", "popularity"}, kPairs + kFeatures, model_of) {}

  std::vector<Candidate> rank(const Request& request, std::size_t most) const override {
    std::vector<Candidate> candidates = unheard_candidates(ranker_, request, candidates_);
    const auto model = learner_.model();
    for (std::size_t place = 0; place < candidates.size(); ++place) {
      candidates[place].score = model->bound(features(request, candidates[place].track, place), alpha_);
    }
    std::ranges::stable_sort(candidates, std::ranges::greater{}, &Candidate::score);
    if (candidates.size() > most) candidates.resize(most);
    return candidates;
  }

  bool learns() const override { return true; }
  void learn(const Feedback& feedback) const override {
    const std::vector<Candidate> candidates = unheard_candidates(ranker_, feedback.request, candidates_);
    const auto served = std::ranges::find(candidates, feedback.track, &Candidate::track);
    if (served == candidates.end()) return;  // a part has other files by now
    const Features x =
        features(feedback.request, feedback.track, static_cast<std::size_t>(served - candidates.begin()));
    std::size_t place = 0;
    for (Eigen::Index i = 0; i < x.size(); ++i) {
      for (Eigen::Index j = i; j < x.size(); ++j) learner_.add(place++, x(i) * x(j));
    }
    for (Eigen::Index i = 0; i < x.size(); ++i) learner_.add(place++, x(i) * feedback.fraction);
  }
  void advance() const override { learner_.advance(); }

 private:
  static std::vector<float> popularity(const Catalogue& catalogue) {
    std::vector<float> by_track(catalogue.size());
    const std::vector<TrackId> order = catalogue.by_popularity();
    for (std::size_t i = 0; i < order.size(); ++i) {
      by_track[order[i].value] = 1 - static_cast<float>(i) / static_cast<float>(order.size());
    }
    return by_track;
  }

  Features features(const Request& request, TrackId track, std::size_t place) const {
    Features x = Features::Zero();
    x(0) = 1;
    x(1) = 1.0 / static_cast<double>(1 + place);
    if (catalogue_.contains(request.previous)) {
      x(2) = catalogue_.track(track).artist == catalogue_.track(request.previous).artist ? 1 : 0;
      x(3) = 2 * similarity_(track, request.previous) - x(2);  // half of it is the artist's
    }
    x(4) = static_cast<double>(popularity_[track.value]);
    return x;
  }

  const Catalogue& catalogue_;
  TrackSimilarity similarity_;
  std::vector<float> popularity_;  // by track, 1: the most popular
  const Ranker& ranker_;
  std::size_t candidates_;
  double alpha_;
  mutable Learner<LinearModel> learner_;  // its state is not the recommender's definition
};

std::unique_ptr<Recommender> make_linucb(const Ingredients& of) {
  return std::make_unique<LinUcb>(of, *of.part_of("candidates_from")->recommender.ranker(),
                                  static_cast<std::size_t>(integer_option(of.spec.options, "candidates", 20)),
                                  number_option(of.spec.options, "alpha", 0.5));
}

}  // namespace

Type linucb_type() {
  return {
      .name = "linucb",
      .options = {{.name = "candidates_from",
                   .kind = Option::Kind::recommender,
                   .required = true,
                   .allowed = {},
                   .candidates = true,
                   .help = "the recommender among whose candidates the best is learned"},
                  {.name = "candidates",
                   .kind = Option::Kind::integer,
                   .allowed = {},
                   .least = 1,
                   .most = kMostCandidates,
                   .help = "among how many of its best, 20 by default"},
                  {.name = "alpha",
                   .kind = Option::Kind::number,
                   .allowed = {},
                   .least = 0,
                   .help = "how many standard deviations above what is expected count: the more, the more is tried; "
                           "0.5 by default"},
                  state_option()},
      .make = make_linucb,
      .gives_candidates = true};
}

}  // namespace crossfade::recommenders
