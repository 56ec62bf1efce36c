#include "tests/recommenders/support.h"

#include <string>
#include <utility>

namespace crossfade::recommenders::test {

Catalogue small_catalogue() {
  const std::vector<std::uint32_t> artist_of = {0, 0, 0, 0, 1, 1, 1, 2, 2, 3};
  std::vector<Track> tracks;
  for (std::uint32_t id = 0; id < 10; ++id) {
    tracks.push_back({.id = {id},
                      .artist = artist_of[id],
                      .title = "track " + std::to_string(id),
                      .genres = {},
                      .popularity = 10.0 - id,
                      .recommendations = {}});
    if (id != 5) tracks.back().recommendations = ids({(id + 1) % 10, (id + 2) % 10});
  }
  return {std::move(tracks), {"a", "b", "c", "d"}};
}

Catalogue plain_catalogue(std::size_t tracks) {
  std::vector<Track> all(tracks);
  std::vector<std::string> artists;
  for (std::size_t i = 0; i < tracks; ++i) {
    if (i % 10 == 0) artists.push_back("artist " + std::to_string(i / 10));
    all[i].id = {static_cast<std::uint32_t>(i)};
    all[i].artist = static_cast<std::uint32_t>(i / 10);
  }
  return {std::move(all), std::move(artists)};
}

std::vector<TrackId> ids(std::initializer_list<std::uint32_t> values) {
  std::vector<TrackId> all;
  for (const std::uint32_t value : values) all.push_back({value});
  return all;
}

std::vector<Listen> listens(const std::vector<TrackId>& tracks) {
  std::vector<Listen> all;
  for (const TrackId track : tracks) all.push_back({.track = track, .fraction = 1});
  return all;
}

}  // namespace crossfade::recommenders::test
