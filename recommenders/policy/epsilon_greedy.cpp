#include <algorithm>

#include "recommenders/models.h"
#include "recommenders/options.h"
#include "recommenders/rank/candidates.h"

namespace crossfade::recommenders {

namespace {

// Mostly the best candidate of another recommender, and with probability epsilon any of its best ones, that one
// included: so every candidate has a propensity, and what nobody serves otherwise gets into the log.
class EpsilonGreedy final : public Recommender {
 public:
  EpsilonGreedy(const Ranker& of, double epsilon, std::size_t candidates)
      : of_(of), epsilon_(epsilon), candidates_(candidates) {}

  std::optional<Choice> recommend(const Request& request, Random& random) const override {
    const std::vector<Candidate> best = unheard_candidates(of_, request, candidates_);
    if (best.empty()) return std::nullopt;
    const bool explores = random.uniform() < epsilon_;
    const std::size_t place = explores ? random.below(best.size()) : 0;
    return Choice{.track = best[place].track, .propensity = probability(place, best.size())};
  }

  std::optional<double> propensity(const Request& request, TrackId track) const override {
    const std::vector<Candidate> best = unheard_candidates(of_, request, candidates_);
    if (best.empty()) return std::nullopt;
    const auto found = std::ranges::find(best, track, &Candidate::track);
    if (found == best.end()) return 0;
    return probability(static_cast<std::size_t>(found - best.begin()), best.size());
  }

 private:
  double probability(std::size_t place, std::size_t candidates) const {
    const double explored = epsilon_ / static_cast<double>(candidates);
    return place == 0 ? (candidates == 1 ? 1 : 1 - epsilon_ + explored) : explored;
  }

  const Ranker& of_;
  double epsilon_;
  std::size_t candidates_;
};

std::unique_ptr<Recommender> make_epsilon_greedy(const Ingredients& of) {
  return std::make_unique<EpsilonGreedy>(*of.part_of("of")->recommender.ranker(),
                                         number_option(of.spec.options, "epsilon", 0.1),
                                         static_cast<std::size_t>(integer_option(of.spec.options, "candidates", 10)));
}

}  // namespace

Type epsilon_greedy_type() {
  return {.name = "epsilon_greedy",
          .options = {{.name = "of",
                       .kind = Option::Kind::recommender,
                       .required = true,
                       .allowed = {},
                       .candidates = true,
                       .help = "the recommender whose candidates are served"},
                      {.name = "epsilon",
                       .kind = Option::Kind::number,
                       .allowed = {},
                       .least = 0,
                       .most = 1,
                       .help = "how often any of the candidates is served, uniform, instead of the best: 0..1, 0.1 by "
                               "default"},
                      {.name = "candidates",
                       .kind = Option::Kind::integer,
                       .allowed = {},
                       .least = 1,
                       .most = kMostCandidates,
                       .help = "among how many of the best, 10 by default"}},
          .make = make_epsilon_greedy};
}

}  // namespace crossfade::recommenders
