#include <algorithm>

#include "recommenders/files.h"
#include "recommenders/models.h"
#include "recommenders/options.h"
#include "recommenders/rank/candidates.h"
#include "recommenders/similar_tracks.h"

namespace crossfade::recommenders {

namespace {

constexpr std::int64_t kStandardHistory = 10;

// The course's history rule, the control of its homework of 2026. Anchors are the distinct tracks of the unit's latest
// listens, over all sessions; an anchor's weight is the sum of the fractions that were heard of it, and its candidate
// the first track of its list that is not among these listens. An anchor is drawn by weight; one without a candidate is
// taken out and drawn again among the others, which comes to a draw among those that have one. Where all of their
// weights are 0 the original fails; here it has no answer.
class DrawnAnchor final : public Recommender, public Ranker {
 public:
  DrawnAnchor(TrackRows similar, std::size_t listens) : similar_(std::move(similar)), listens_(listens) {}

  std::optional<Choice> recommend(const Request& request, Random& random) const override {
    const Weighed all = weigh(request);
    if (all.sum <= 0) return std::nullopt;
    double place = random.uniform() * all.sum;
    auto drawn = all.candidates.begin();
    for (; drawn + 1 != all.candidates.end() && place >= drawn->score; ++drawn) place -= drawn->score;
    return Choice{.track = drawn->track, .propensity = all.probability_of(*drawn)};
  }

  std::optional<double> propensity(const Request& request, TrackId track) const override {
    const Weighed all = weigh(request);
    if (all.sum <= 0) return std::nullopt;
    const auto found = std::ranges::find(all.candidates, track, &Candidate::track);
    return found == all.candidates.end() ? 0 : all.probability_of(*found);
  }

  std::size_t history() const override { return listens_; }
  const Ranker* ranker() const override { return this; }

  // The anchors' candidates with their propensities.
  std::vector<Candidate> rank(const Request& request, std::size_t most) const override {
    Weighed all = weigh(request);
    std::ranges::stable_sort(all.candidates, std::ranges::greater{}, &Candidate::score);
    if (all.candidates.size() > most) all.candidates.resize(most);
    for (Candidate& one : all.candidates) one.score = all.probability_of(one);
    return all.candidates;
  }

 private:
  // What may be served, each track once: its score is the weight of the anchors whose candidate it is, above 0.
  struct Weighed {
    std::vector<Candidate> candidates;
    double sum = 0;

    double probability_of(const Candidate& one) const { return std::min(1.0, one.score / sum); }
  };

  Weighed weigh(const Request& request) const {
    const std::span<const Listen> listens = request.history.first(std::min(listens_, request.history.size()));
    Weighed all;
    for (std::size_t i = 0; i < listens.size(); ++i) {
      const TrackId anchor = listens[i].track;
      const double weight = listens[i].fraction;
      if (weight <= 0 || anchor.value >= similar_.size()) continue;
      const std::span<const TrackId> list = similar_[anchor.value];
      const auto candidate = std::ranges::find_if(list, [listens](TrackId track) {
        return std::ranges::find(listens, track, &Listen::track) == listens.end();
      });
      if (candidate == list.end()) continue;
      all.sum += weight;
      const auto known = std::ranges::find(all.candidates, *candidate, &Candidate::track);
      if (known == all.candidates.end()) {
        all.candidates.push_back({.track = *candidate, .score = weight});
      } else {
        known->score += weight;
      }
    }
    return all;
  }

  TrackRows similar_;  // by track of the catalogue
  std::size_t listens_;
};

enum class AnchorOrder {
  best_heard,  // by the fraction heard, of equal ones the latest first; those that were not heard at all are none
  first,       // from the session's first track on
  previous,    // from the previous track back
};

// Goes by one track of this session: serves the first track of its list that the session has not played, or else that
// of the next anchor.
class SessionAnchor final : public BestCandidate {
 public:
  SessionAnchor(TrackRows similar, AnchorOrder order) : similar_(std::move(similar)), order_(order) {}

  // The lists of the anchors one after the other.
  std::vector<Candidate> rank(const Request& request, std::size_t most) const override {
    std::vector<Candidate> candidates;
    for (const TrackId anchor : anchors(request)) {
      if (anchor.value >= similar_.size()) continue;
      for (const TrackId track : similar_[anchor.value]) {
        if (candidates.size() >= most) return candidates;
        if (is_heard(track, request) || std::ranges::find(candidates, track, &Candidate::track) != candidates.end()) {
          continue;
        }
        candidates.push_back({.track = track, .score = 1.0 / static_cast<double>(1 + candidates.size())});
      }
    }
    return candidates;
  }

 private:
  std::vector<TrackId> anchors(const Request& request) const {
    std::vector<Listen> listens(request.heard.begin(), request.heard.end());
    if (listens.empty()) listens.push_back({.track = request.previous, .fraction = request.fraction});
    if (order_ != AnchorOrder::first) std::ranges::reverse(listens);
    if (order_ == AnchorOrder::best_heard) {
      std::erase_if(listens, [](const Listen& one) { return one.fraction <= 0; });
      std::ranges::stable_sort(listens, std::ranges::greater{}, &Listen::fraction);
    }
    std::vector<TrackId> tracks;
    tracks.reserve(listens.size());
    for (const Listen& one : listens) tracks.push_back(one.track);
    return tracks;
  }

  TrackRows similar_;  // by track of the catalogue
  AnchorOrder order_;
};

std::unique_ptr<Recommender> make_history_item_to_item(const Ingredients& of) {
  TrackRows similar = similar_tracks(of);
  const std::string anchor = text_option(of.spec.options, "anchor").value_or("drawn");
  if (anchor == "drawn") {
    const auto listens = static_cast<std::size_t>(integer_option(of.spec.options, "history", kStandardHistory));
    return std::make_unique<DrawnAnchor>(std::move(similar), listens);
  }
  const AnchorOrder order = anchor == "best_heard" ? AnchorOrder::best_heard
                            : anchor == "first"    ? AnchorOrder::first
                                                   : AnchorOrder::previous;
  return std::make_unique<SessionAnchor>(std::move(similar), order);
}

}  // namespace

Type history_item_to_item_type() {
  return {
      .name = "history_item_to_item",
      .options = {similar_tracks_option(),
                  {.name = "history",
                   .kind = Option::Kind::integer,
                   .allowed = {},
                   .least = 1,
                   .most = kMostHistory,
                   .help = "how many of the unit's latest listens, over all sessions, are anchors when one is drawn; "
                           "10 by default"},
                  {.name = "anchor",
                   .kind = Option::Kind::text,
                   .allowed = {"drawn", "best_heard", "first", "previous"},
                   .help = "drawn (default): one of the history, by the fraction heard, and what is new to the "
                           "history; best_heard, first, previous: a track of this session, and what is new to it"}},
      .make = make_history_item_to_item,
      .gives_candidates = true};
}

}  // namespace crossfade::recommenders
