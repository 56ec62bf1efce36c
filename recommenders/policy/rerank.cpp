#include <algorithm>
#include <limits>

#include "platform/core/error.h"
#include "recommenders/models.h"
#include "recommenders/options.h"
#include "recommenders/policy/diversity.h"
#include "recommenders/rank/candidates.h"
#include "recommenders/rank/vectors.h"

namespace crossfade::recommenders {

namespace {

enum class Diversify { no, mmr, dpp };

// Another recommender's candidates in another order: not too many of one artist, and unlike what the session has
// played.
class Rerank final : public BestCandidate {
 public:
  struct Rules {
    std::size_t candidates = 100;
    std::size_t artist_cap = std::numeric_limits<std::size_t>::max();
    Diversify diversify = Diversify::no;
    double lambda = 0.7;
    std::size_t window = 5;
  };
  Rerank(const Ranker& of, const Catalogue& catalogue, TrackSimilarity similarity, Rules rules)
      : of_(of), catalogue_(catalogue), similarity_(std::move(similarity)), rules_(rules) {}

  std::vector<Candidate> rank(const Request& request, std::size_t most) const override {
    std::vector<Candidate> left = unheard_candidates(of_, request, rules_.candidates);
    const std::unique_ptr<Diversity> diversity = diversity_among(left, request);
    std::vector<std::uint32_t> artists = artists_of(request);
    std::vector<bool> taken(left.size(), false);
    std::vector<Candidate> ranked;
    while (ranked.size() < most) {
      std::optional<std::size_t> best;
      double best_value = 0;
      for (std::size_t i = 0; i < left.size(); ++i) {
        if (best && (!diversity || diversity->bound(i) <= best_value)) break;
        if (taken[i] || is_capped(left[i].track, artists)) continue;
        const double value = diversity ? diversity->value(i) : 0;
        if (best && value <= best_value) continue;
        best = i;
        best_value = value;
      }
      if (!best) break;
      taken[*best] = true;
      artists.push_back(catalogue_.track(left[*best].track).artist);
      ranked.push_back({.track = left[*best].track, .score = 1.0 / static_cast<double>(1 + ranked.size())});
      if (diversity && ranked.size() < most) diversity->take(*best);
    }
    return ranked;
  }

 private:
  // Those of the tracks that the session has played, each as often as it was.
  std::vector<std::uint32_t> artists_of(const Request& request) const {
    std::vector<std::uint32_t> artists;
    for (const Listen& one : request.heard) {
      if (catalogue_.contains(one.track)) artists.push_back(catalogue_.track(one.track).artist);
    }
    return artists;
  }

  bool is_capped(TrackId track, const std::vector<std::uint32_t>& artists) const {
    if (rules_.artist_cap > artists.size()) return false;
    const auto played = std::ranges::count(artists, catalogue_.track(track).artist);
    return static_cast<std::size_t>(played) >= rules_.artist_cap;
  }

  // nullptr: the candidates' own order.
  std::unique_ptr<Diversity> diversity_among(std::span<const Candidate> candidates, const Request& request) const {
    if (rules_.diversify == Diversify::no) return nullptr;
    std::vector<TrackId> there;  // the latest of the session, each once
    for (auto heard = request.heard.rbegin(); heard != request.heard.rend() && there.size() < rules_.window; ++heard) {
      if (catalogue_.contains(heard->track) && std::ranges::find(there, heard->track) == there.end()) {
        there.push_back(heard->track);
      }
    }
    if (rules_.diversify == Diversify::mmr) {
      return std::make_unique<MarginalRelevance>(similarity_, candidates, there, rules_.lambda);
    }
    return std::make_unique<DeterminantalGreedy>(similarity_, candidates, there, rules_.lambda);
  }

  const Ranker& of_;
  const Catalogue& catalogue_;
  TrackSimilarity similarity_;
  Rules rules_;
};

std::unique_ptr<Recommender> make_rerank(const Ingredients& of) {
  const Values& options = of.spec.options;
  const auto diversify = text_option(options, "diversify");
  if (!diversify && !options.contains("artist_cap")) {
    throw Error::user("neither \"artist_cap\" nor \"diversify\" is there, want one of them or both");
  }
  for (const char* const name : {"lambda", "window", "vectors"}) {
    if (!diversify && options.contains(name)) {
      throw Error::user("\"" + std::string(name) + "\" is there, want it with \"diversify\" only");
    }
  }
  Rerank::Rules rules;
  rules.candidates = static_cast<std::size_t>(integer_option(options, "candidates", 100));
  if (options.contains("artist_cap")) {
    rules.artist_cap = static_cast<std::size_t>(integer_option(options, "artist_cap", 1));
  }
  if (diversify) rules.diversify = *diversify == "mmr" ? Diversify::mmr : Diversify::dpp;
  rules.lambda = number_option(options, "lambda", rules.lambda);
  rules.window = static_cast<std::size_t>(integer_option(options, "window", 5));
  TrackSimilarity similarity =
      options.contains("vectors") ? TrackSimilarity(read_track_vectors(of, "vectors")) : TrackSimilarity(of.catalogue);
  return std::make_unique<Rerank>(*of.part_of("of")->recommender.ranker(), of.catalogue, std::move(similarity), rules);
}

}  // namespace

Type rerank_type() {
  return {.name = "rerank",
          .options = {{.name = "of",
                       .kind = Option::Kind::recommender,
                       .required = true,
                       .allowed = {},
                       .candidates = true,
                       .help = "the recommender whose candidates are put in another order"},
                      {.name = "candidates",
                       .kind = Option::Kind::integer,
                       .allowed = {},
                       .least = 1,
                       .most = kMostCandidates,
                       .help = "how many of its best, 100 by default"},
                      {.name = "artist_cap",
                       .kind = Option::Kind::integer,
                       .allowed = {},
                       .least = 1,
                       .help = "at most so many tracks of an artist in a session; no limit by default"},
                      {.name = "diversify",
                       .kind = Option::Kind::text,
                       .allowed = {"mmr", "dpp"},
                       .help = "unlike what the session has played: mmr, maximal marginal relevance; dpp, greedy "
                               "determinantal point process; by default not"},
                      {.name = "lambda",
                       .kind = Option::Kind::number,
                       .allowed = {},
                       .least = 0,
                       .most = 1,
                       .help = "weight of the candidates' scores against diversity, 0..1; 0.7 by default"},
                      {.name = "window",
                       .kind = Option::Kind::integer,
                       .allowed = {},
                       .least = 1,
                       .most = kMostHistory,
                       .help = "how many of the session's latest tracks count for diversity, 5 by default"},
                      {.name = "vectors",
                       .kind = Option::Kind::file,
                       .allowed = {},
                       .help = "a .npy file, a row for each track, whose cosines are the tracks' similarities; by "
                               "default half the same artist, half the cosine of their genres"}},
          .make = make_rerank,
          .gives_candidates = true};
}

}  // namespace crossfade::recommenders
