#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "recommenders/registry.h"
#include "tests/recommenders/support.h"

namespace crossfade::recommenders::test {

using Parts = std::map<std::string, std::vector<RecommenderPart>>;

// A session as a recommender is asked about it: tracks with fractions, oldest first; the history is the session.
struct Playing {
  std::vector<Listen> heard;
  std::vector<Listen> history;
  UnitId unit{"1"};

  Playing(std::vector<std::pair<std::uint32_t, double>> listens) {
    for (const auto& [track, fraction] : listens) heard.push_back({.track = {track}, .fraction = fraction});
    history.assign(heard.rbegin(), heard.rend());
  }

  Request request() const {
    return {.unit = unit,
            .previous = heard.back().track,
            .fraction = heard.back().fraction,
            .heard = heard,
            .history = history};
  }
};

// The recommender "it", and the others that it names, on a catalogue.
class Asked {
 public:
  Asked(const std::string& type, Values options, const TemporaryDirectory& directory, Parts parts = {},
        std::vector<RecommenderSpec> others = {}, Catalogue catalogue = small_catalogue())
      : catalogue_(std::move(catalogue)),
        set_(with(std::move(others), {.name = "it",
                                      .type = type,
                                      .fallback = "",
                                      .options = std::move(options),
                                      .parts = std::move(parts),
                                      .updates = true}),
             catalogue_, directory.path()) {}

  const Recommender& recommender() const { return set_.recommender("it"); }

  // What one draw gives; nothing where it has no answer.
  std::optional<TrackId> track(const Playing& session, std::uint64_t seed = 1) const {
    Random random{seed};
    const auto choice = recommender().recommend(session.request(), random);
    return choice ? std::optional(choice->track) : std::nullopt;
  }
  std::vector<TrackId> ranked(const Playing& session, std::size_t most = 100) const {
    std::vector<TrackId> tracks;
    for (const Candidate& one : recommender().ranker()->rank(session.request(), most)) tracks.push_back(one.track);
    return tracks;
  }

 private:
  static std::vector<RecommenderSpec> with(std::vector<RecommenderSpec> others, RecommenderSpec it) {
    others.push_back(std::move(it));
    return others;
  }

  Catalogue catalogue_;
  RecommenderSet set_;
};

}  // namespace crossfade::recommenders::test
