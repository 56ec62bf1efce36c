#include <algorithm>

#include "platform/core/error.h"
#include "recommenders/choose.h"
#include "recommenders/models.h"
#include "recommenders/options.h"

namespace crossfade::recommenders {

namespace {

class StickyArtist final : public Recommender {
 public:
  StickyArtist(const Catalogue& catalogue, bool unseen_only, double min_fraction)
      : catalogue_(catalogue), unseen_only_(unseen_only), min_fraction_(min_fraction) {}

  std::optional<Choice> recommend(const Request& request, Random& random) const override {
    if (!catalogue_.contains(request.previous) || request.fraction < min_fraction_) return std::nullopt;
    const std::uint32_t artist = catalogue_.track(request.previous).artist;
    const std::span<const TrackId> tracks = catalogue_.tracks_of_artist(artist);
    return unseen_only_ ? draw_unseen(tracks, heard_of(artist, request), random) : draw(tracks, random);
  }

 private:
  // What the session has played of the artist, each track once, in order of id.
  std::vector<TrackId> heard_of(std::uint32_t artist, const Request& request) const {
    std::vector<TrackId> heard = {request.previous};
    for (const TrackId track : request.heard) {
      if (catalogue_.contains(track) && catalogue_.track(track).artist == artist) heard.push_back(track);
    }
    std::ranges::sort(heard);
    heard.erase(std::unique(heard.begin(), heard.end()), heard.end());
    return heard;
  }

  // `tracks` and `heard` in order of id, the second among the first. O(heard), however many tracks there are.
  static std::optional<Choice> draw_unseen(std::span<const TrackId> tracks, const std::vector<TrackId>& heard,
                                           Random& random) {
    const std::size_t unseen = tracks.size() - heard.size();
    if (unseen == 0) return std::nullopt;
    std::size_t place = random.below(unseen);
    for (const TrackId track : heard) {
      const auto skipped = static_cast<std::size_t>(std::ranges::lower_bound(tracks, track) - tracks.begin());
      if (skipped <= place) ++place;
    }
    return Choice{.track = tracks[place], .propensity = 1.0 / static_cast<double>(unseen)};
  }

  const Catalogue& catalogue_;
  bool unseen_only_;
  double min_fraction_;
};

std::unique_ptr<Recommender> make_sticky_artist(const Ingredients& of) {
  const double min_fraction = number_option(of.spec.options, "min_fraction", 0);
  if (min_fraction > 1) throw Error::user("\"min_fraction\" is above 1, want a fraction of a track, 0..1");
  return std::make_unique<StickyArtist>(of.catalogue, boolean_option(of.spec.options, "unseen_only", false),
                                        min_fraction);
}

}  // namespace

Type sticky_artist_type() {
  return {.name = "sticky_artist",
          .options = {{.name = "unseen_only",
                       .kind = Option::Kind::boolean,
                       .allowed = {},
                       .help = "leaves out what was heard in this session; false by default, as in the course"},
                      {.name = "min_fraction",
                       .kind = Option::Kind::number,
                       .allowed = {},
                       .least = 0,
                       .help = "answers only where at least this much of the previous track was heard, 0..1; 0 by "
                               "default"}},
          .make = make_sticky_artist};
}

}  // namespace crossfade::recommenders
