#include <algorithm>

#include "platform/core/error.h"
#include "recommenders/choose.h"
#include "recommenders/models.h"
#include "recommenders/options.h"

namespace crossfade::recommenders {

namespace {

class StickyArtist final : public Recommender {
 public:
  struct Rules {
    bool unseen_only = false;
    bool without_previous = false;
    double min_fraction = 0;
  };
  StickyArtist(const Catalogue& catalogue, Rules rules) : catalogue_(catalogue), rules_(rules) {}

  std::optional<Choice> recommend(const Request& request, Random& random) const override {
    const auto left = choices(request);
    if (!left) return std::nullopt;
    if (left->without.empty()) return draw(left->tracks, random);
    // O(without), however many tracks there are.
    std::size_t place = random.below(left->size());
    for (const TrackId track : left->without) {
      const auto skipped =
          static_cast<std::size_t>(std::ranges::lower_bound(left->tracks, track) - left->tracks.begin());
      if (skipped <= place) ++place;
    }
    return Choice{.track = left->tracks[place], .propensity = 1.0 / static_cast<double>(left->size())};
  }

  std::optional<double> propensity(const Request& request, TrackId track) const override {
    const auto left = choices(request);
    if (!left) return std::nullopt;
    const bool is_left =
        std::ranges::binary_search(left->tracks, track) && !std::ranges::binary_search(left->without, track);
    return is_left ? 1.0 / static_cast<double>(left->size()) : 0;
  }

 private:
  // Both in order of id, the second among the first.
  struct Choices {
    std::span<const TrackId> tracks;
    std::vector<TrackId> without;

    std::size_t size() const { return tracks.size() - without.size(); }
  };

  // Nothing where none is left.
  std::optional<Choices> choices(const Request& request) const {
    if (!catalogue_.contains(request.previous) || request.fraction < rules_.min_fraction) return std::nullopt;
    const std::uint32_t artist = catalogue_.track(request.previous).artist;
    Choices all{.tracks = catalogue_.tracks_of_artist(artist), .without = {}};
    if (rules_.unseen_only) {
      all.without = heard_of(artist, request);
    } else if (rules_.without_previous) {
      all.without = {request.previous};
    }
    return all.size() == 0 ? std::nullopt : std::optional(std::move(all));
  }

  // What the session has played of the artist, each track once, in order of id.
  std::vector<TrackId> heard_of(std::uint32_t artist, const Request& request) const {
    std::vector<TrackId> heard = {request.previous};
    for (const auto& [track, fraction, at] : request.heard) {
      if (catalogue_.contains(track) && catalogue_.track(track).artist == artist) heard.push_back(track);
    }
    std::ranges::sort(heard);
    heard.erase(std::unique(heard.begin(), heard.end()), heard.end());
    return heard;
  }

  const Catalogue& catalogue_;
  Rules rules_;
};

std::unique_ptr<Recommender> make_sticky_artist(const Ingredients& of) {
  const double min_fraction = number_option(of.spec.options, "min_fraction", 0);
  if (min_fraction > 1) throw Error::user("\"min_fraction\" is above 1, want a fraction of a track, 0..1");
  return std::make_unique<StickyArtist>(
      of.catalogue, StickyArtist::Rules{.unseen_only = boolean_option(of.spec.options, "unseen_only", false),
                                        .without_previous = boolean_option(of.spec.options, "without_previous", false),
                                        .min_fraction = min_fraction});
}

}  // namespace

Type sticky_artist_type() {
  return {.name = "sticky_artist",
          .options = {{.name = "unseen_only",
                       .kind = Option::Kind::boolean,
                       .allowed = {},
                       .help = "leaves out what was heard in this session; false by default, as in the course"},
                      {.name = "without_previous",
                       .kind = Option::Kind::boolean,
                       .allowed = {},
                       .help = "leaves out the previous track, which may come again otherwise; false by default, as in "
                               "the course"},
                      {.name = "min_fraction",
                       .kind = Option::Kind::number,
                       .allowed = {},
                       .least = 0,
                       .help = "answers only where at least this much of the previous track was heard, 0..1; 0 by "
                               "default"}},
          .make = make_sticky_artist};
}

}  // namespace crossfade::recommenders
