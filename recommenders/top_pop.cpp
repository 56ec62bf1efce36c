#include <algorithm>

#include "platform/core/error.h"
#include "recommenders/choose.h"
#include "recommenders/files.h"
#include "recommenders/models.h"
#include "recommenders/options.h"

namespace crossfade::recommenders {

namespace {

class TopPop final : public Recommender, public Ranker {
 public:
  explicit TopPop(std::vector<TrackId> top) : top_(std::move(top)) {}

  std::optional<Choice> recommend(const Request&, Random& random) const override { return draw(top_, random); }
  std::optional<double> propensity(const Request& request, TrackId track) const override {
    return propensity_of(Order::shuffled, top_, request, track);
  }
  const Ranker* ranker() const override { return this; }
  std::vector<Candidate> rank(const Request& request, std::size_t most) const override {
    return candidates_of(Order::shuffled, top_, request, most);
  }

 private:
  std::vector<TrackId> top_;
};

std::vector<TrackId> best_first(const Ingredients& of) {
  if (const auto file = text_option(of.spec.options, "file"))
    return read_top_tracks(world_file(of.data, *file, of.allow_outside), of.catalogue);
  const bool known =
      std::ranges::any_of(of.catalogue.tracks(), [](const Track& track) { return track.popularity != 0; });
  if (!known) throw Error::user("the catalogue states no popularity (\"pop\"), want the option \"file\"");
  return of.catalogue.by_popularity();
}

std::unique_ptr<Recommender> make_top_pop(const Ingredients& of) {
  std::vector<TrackId> top = best_first(of);
  const auto most = static_cast<std::uint64_t>(integer_option(of.spec.options, "top", 100));
  if (top.size() > most) top.resize(most);
  top.shrink_to_fit();
  return std::make_unique<TopPop>(std::move(top));
}

}  // namespace

Type top_pop_type() {
  return {.name = "top_pop",
          .options = {{.name = "top",
                       .kind = Option::Kind::integer,
                       .allowed = {},
                       .least = 1,
                       .help = "how many of the most popular tracks, 100 by default; all when there are fewer"},
                      {.name = "file",
                       .kind = Option::Kind::file,
                       .allowed = {},
                       .help = "an array of tracks, best first; without it the catalogue's popularity counts"}},
          .make = make_top_pop,
          .gives_candidates = true};
}

}  // namespace crossfade::recommenders
