#include "recommenders/models.h"

namespace crossfade::recommenders {

namespace {

class RandomTrack final : public Recommender {
 public:
  explicit RandomTrack(std::size_t tracks) : tracks_(tracks) {}

  std::optional<Choice> recommend(const Request&, Random& random) const override {
    return Choice{.track = {static_cast<std::uint32_t>(random.below(tracks_))},
                  .propensity = 1.0 / static_cast<double>(tracks_)};
  }
  std::optional<double> propensity(const Request&, TrackId track) const override {
    return track.value < tracks_ ? 1.0 / static_cast<double>(tracks_) : 0;
  }

 private:
  std::size_t tracks_;
};

}  // namespace

Type random_type() {
  return {.name = "random", .options = {}, .make = [](const Ingredients& of) -> std::unique_ptr<Recommender> {
            return std::make_unique<RandomTrack>(of.catalogue.size());
          }};
}

}  // namespace crossfade::recommenders
