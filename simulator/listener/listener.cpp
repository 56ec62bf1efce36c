#include "simulator/listener/listener.h"

#include <algorithm>
#include <cmath>

namespace crossfade::simulator {

double fraction_of(const Impression& impression, const Listener& listener, double artist_discount) {
  if (impression.heard) return 0;
  const double x = (static_cast<double>(impression.score) - listener.bias) * listener.sharpness;
  const double liking = 1 / (1 + std::exp(-x));
  const double discount = impression.artist_count == 0 ? 1 : std::pow(artist_discount, impression.artist_count);
  return std::nearbyint(100 * (liking * discount)) / 100;
}

ListenerSession::ListenerSession(const World& world) : world_(world) {
  constexpr std::size_t usual = 256;  // tracks; a longer session makes the room grow once
  heard_.reserve(usual);
  artists_.reserve(usual);
}

void ListenerSession::begin(const Listener& listener, TrackId interest) {
  listener_ = &listener;
  taste_ = world_.embeddings.row(interest.value);
  heard_.clear();
  artists_.clear();
  hundredths_ = 0;
  rules_ = listener.rules(world_.rules);
  budget_ = rules_.session_budget;
}

void ListenerSession::play_first(TrackId track) {
  heard_.push_back(track.value);
  artists_.push_back(world_.catalogue.track(track).artist);
  hundredths_ += 100;
}

Impression ListenerSession::impression_of(TrackId track, std::uint32_t artist) const {
  return {.score = files::inner_product(world_.embeddings.row(track.value), taste_),
          .heard = std::ranges::find(heard_, track.value) != heard_.end(),
          .artist_count = static_cast<int>(std::ranges::count(artists_, artist))};
}

int ListenerSession::play(TrackId track) {
  const std::uint32_t artist = world_.catalogue.track(track).artist;
  const double fraction = fraction_of(impression_of(track, artist), *listener_, rules_.artist_discount);
  const int hundredths = static_cast<int>(std::lrint(100 * fraction));
  heard_.push_back(track.value);
  artists_.push_back(artist);
  hundredths_ += hundredths;
  return hundredths;
}

bool ListenerSession::goes_on(int hundredths, Random& random) {
  if (static_cast<int>(random.below(100)) >= hundredths) --budget_;
  return budget_ > 0;
}

}  // namespace crossfade::simulator
