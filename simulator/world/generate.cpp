#include "simulator/world/generate.h"

#include <algorithm>
#include <boost/random/binomial_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <cmath>
#include <numeric>

#include "simulator/world/names.h"

namespace crossfade::simulator {

namespace {

using Vector = std::vector<double>;

double normal(Random& random) {
  return boost::random::normal_distribution<double>()(random);
}

double uniform(double low, double high, Random& random) {
  return low + (high - low) * random.uniform();
}

double norm_of(const Vector& v) {
  return std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.0));
}

Vector random_unit(std::size_t dimensions, Random& random) {
  Vector v(dimensions);
  for (double& x : v) x = normal(random);
  const double norm = norm_of(v);
  for (double& x : v) x /= norm;
  return v;
}

void add_scaled(Vector& to, double factor, const Vector& v) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * v[i];
}

// Draws indices in proportion to weights.
class WeightedDraw {
 public:
  explicit WeightedDraw(const std::vector<double>& weights) : cumulative_(weights.size()) {
    std::partial_sum(weights.begin(), weights.end(), cumulative_.begin());
  }
  std::size_t operator()(Random& random) const {
    const auto found = std::ranges::upper_bound(cumulative_, random.uniform() * cumulative_.back());
    return std::min(static_cast<std::size_t>(found - cumulative_.begin()), cumulative_.size() - 1);
  }

 private:
  std::vector<double> cumulative_;
};

template <typename T>
void shuffle(std::vector<T>& values, Random& random) {
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[random.below(i)]);
}

// Everything about artists and tracks, before it becomes a catalogue.
struct Draft {
  std::vector<Vector> genre_vectors;
  std::vector<std::size_t> genre_of_artist;
  std::vector<double> artist_popularity;
  std::vector<std::size_t> artist_of_track;
  std::vector<double> track_popularity;
};

std::vector<Vector> draw_genres(const Preset& preset, Random random) {
  std::vector<Vector> supers(preset.super_genres);
  for (Vector& v : supers) v = random_unit(preset.dimensions, random);
  std::vector<Vector> genres(preset.genres, Vector(preset.dimensions));
  for (std::size_t i = 0; i < genres.size(); ++i) {
    add_scaled(genres[i], std::sqrt(preset.super_genre_share), supers[i % supers.size()]);
    add_scaled(genres[i], std::sqrt(1 - preset.super_genre_share), random_unit(preset.dimensions, random));
    const double norm = norm_of(genres[i]);
    for (double& x : genres[i]) x /= norm;
  }
  return genres;
}

std::vector<double> draw_artist_popularity(const Preset& preset, Random random) {
  std::vector<double> popularity(preset.artists);
  for (std::size_t rank = 0; rank < popularity.size(); ++rank) {
    popularity[rank] = std::pow(static_cast<double>(rank + 1), -preset.popularity_exponent);
  }
  shuffle(popularity, random);
  return popularity;
}

std::vector<std::size_t> draw_genre_of_artist(const Preset& preset, Random random) {
  std::vector<double> weights(preset.genres);
  for (std::size_t rank = 0; rank < weights.size(); ++rank) weights[rank] = 1 / static_cast<double>(rank + 1);
  const WeightedDraw draw(weights);
  std::vector<std::size_t> genre(preset.artists);
  for (std::size_t& one : genre) one = draw(random);
  return genre;
}

// How many tracks each artist has: at least 1, preset.tracks in all.
std::vector<std::size_t> draw_catalogue_sizes(const Preset& preset, const std::vector<double>& popularity,
                                              Random random) {
  std::vector<double> mean(preset.artists);
  std::ranges::transform(popularity, mean.begin(),
                         [&](double p) { return std::pow(p, preset.catalogue_by_popularity); });
  const double scale = static_cast<double>(preset.tracks) / std::accumulate(mean.begin(), mean.end(), 0.0);
  std::vector<std::size_t> sizes(preset.artists);
  boost::random::gamma_distribution<double> gamma(preset.catalogue_shape, 1 / preset.catalogue_shape);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const double rate = std::max(mean[i] * scale * gamma(random), 1e-9);
    const int drawn = boost::random::poisson_distribution<int, double>(rate)(random);
    sizes[i] = static_cast<std::size_t>(std::max(drawn, 1));
  }
  std::size_t sum = std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
  while (sum != preset.tracks) {
    std::size_t& size = sizes[random.below(sizes.size())];
    if (sum > preset.tracks && size == 1) continue;
    sum > preset.tracks ? (--size, --sum) : (++size, ++sum);
  }
  return sizes;
}

Draft draft_catalogue(const Preset& preset, std::uint64_t seed) {
  Draft draft;
  draft.genre_vectors = draw_genres(preset, Random{seed, key_of("genres")});
  draft.artist_popularity = draw_artist_popularity(preset, Random{seed, key_of("artist popularity")});
  draft.genre_of_artist = draw_genre_of_artist(preset, Random{seed, key_of("genre of artist")});
  const auto sizes = draw_catalogue_sizes(preset, draft.artist_popularity, Random{seed, key_of("catalogue sizes")});
  for (std::size_t artist = 0; artist < sizes.size(); ++artist) {
    draft.artist_of_track.insert(draft.artist_of_track.end(), sizes[artist], artist);
  }
  // A track's id says nothing about it.
  Random order{seed, key_of("order of tracks")};
  shuffle(draft.artist_of_track, order);
  Random random{seed, key_of("track popularity")};
  for (const std::size_t artist : draft.artist_of_track) {
    draft.track_popularity.push_back(draft.artist_popularity[artist] *
                                     std::exp(preset.popularity_spread * normal(random)));
  }
  return draft;
}

// Of each artist: (x - mean) / sd of the logarithm of popularity. Mean and sd are taken over tracks, so that an artist
// of many tracks counts as often: over artists, course-2025's top 100 would come out a fifth too well liked.
Vector standardised_log_popularity(const Draft& draft) {
  Vector z(draft.artist_popularity.size());
  std::ranges::transform(draft.artist_popularity, z.begin(), [](double x) { return std::log(x); });
  const double n = static_cast<double>(draft.artist_of_track.size());
  double mean = 0;
  for (const std::size_t artist : draft.artist_of_track) mean += z[artist] / n;
  double variance = 0;
  for (const std::size_t artist : draft.artist_of_track) variance += (z[artist] - mean) * (z[artist] - mean) / n;
  for (double& x : z) x = (x - mean) / std::sqrt(variance);
  return z;
}

// What the tracks of an artist have in common, and how much of the variance that leaves to each.
struct ArtistPart {
  Vector common;
  double own_share = 0;
};

std::vector<ArtistPart> draw_artist_parts(const Preset& preset, const Draft& draft, Random random) {
  const Vector z = standardised_log_popularity(draft);
  const Vector pull = random_unit(preset.dimensions, random);
  std::vector<ArtistPart> parts(preset.artists, {Vector(preset.dimensions), 0});
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double drawn = preset.artist_share * std::exp(preset.artist_share_spread * normal(random));
    const double share = std::max(std::clamp(drawn, 0.1, 0.85) - preset.genre_share, 0.02);
    add_scaled(parts[i].common, std::sqrt(preset.genre_share), draft.genre_vectors[draft.genre_of_artist[i]]);
    add_scaled(parts[i].common, std::sqrt(share), random_unit(preset.dimensions, random));
    add_scaled(parts[i].common, preset.popularity_pull * z[i], pull);
    parts[i].own_share = 1 - preset.genre_share - share;
  }
  return parts;
}

files::Matrix draw_embeddings(const Preset& preset, const Draft& draft, std::uint64_t seed) {
  const auto parts = draw_artist_parts(preset, draft, Random{seed, key_of("artists' embeddings")});
  Random random{seed, key_of("embeddings")};
  std::vector<Vector> rows;
  rows.reserve(preset.tracks);
  Vector mean(preset.dimensions);
  for (const std::size_t artist : draft.artist_of_track) {
    Vector& row = rows.emplace_back(parts[artist].common);
    add_scaled(row, std::sqrt(parts[artist].own_share), random_unit(preset.dimensions, random));
    add_scaled(mean, 1 / static_cast<double>(preset.tracks), row);
  }
  files::Matrix embeddings(preset.tracks, preset.dimensions);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    add_scaled(rows[i], -1, mean);
    double wanted = std::sqrt(preset.norm_squared);
    if (preset.norm_squared_spread > 0) wanted *= std::exp(preset.norm_squared_spread * normal(random) / 2);
    const double factor = wanted / norm_of(rows[i]);
    std::ranges::transform(rows[i], embeddings.row(i).begin(),
                           [&](double x) { return static_cast<float>(x * factor); });
  }
  return embeddings;
}

recommenders::Catalogue name_tracks(const Preset& preset, const Draft& draft, std::uint64_t seed) {
  Random artist_names{seed, key_of("names of artists")};
  Random titles{seed, key_of("titles")};
  std::vector<recommenders::Track> tracks(preset.tracks);
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    const std::size_t artist = draft.artist_of_track[i];
    tracks[i] = {.id = TrackId{static_cast<std::uint32_t>(i)},
                 .artist = static_cast<std::uint32_t>(artist),
                 .title = invent_title(titles),
                 .genres = {genre_names()[draft.genre_of_artist[artist]]},
                 .popularity = draft.track_popularity[i],
                 .recommendations = {}};
  }
  return {std::move(tracks), invent_artists(preset.artists, artist_names)};
}

// Draws the interests of listeners.
class Interests {
 public:
  Interests(const Preset& preset, const World& world, const Draft& draft)
      : preset_(preset),
        catalogue_(world.catalogue),
        by_track_popularity_(draft.track_popularity),
        by_artist_popularity_(draft.artist_popularity),
        directions_(preset.artists, Vector(preset.dimensions)) {
    for (std::size_t artist = 0; artist < directions_.size(); ++artist) {
      for (const TrackId track : catalogue_.tracks_of_artist(static_cast<std::uint32_t>(artist))) {
        const auto row = world.embeddings.row(track.value);
        std::ranges::transform(directions_[artist], row, directions_[artist].begin(), std::plus<>());
      }
      const double norm = norm_of(directions_[artist]);
      for (double& x : directions_[artist]) x /= norm;
    }
  }

  std::vector<TrackId> draw(Random& random) const {
    constexpr std::size_t unrelated = 3;
    constexpr int most_more = 5;
    const std::size_t count =
        preset_.related_interests
            ? 1 + static_cast<std::size_t>(boost::random::binomial_distribution<int, double>(most_more, 0.5)(random))
            : unrelated;
    const double afresh = preset_.related_interests ? uniform(0.25, 0.75, random) : 1;
    std::vector<TrackId> interests;
    while (interests.size() < count) {
      const bool related = !interests.empty() && random.uniform() >= afresh;
      const TrackId track = related ? related_track(interests.back(), random) : popular_track(random);
      if (std::ranges::find(interests, track) == interests.end()) interests.push_back(track);
    }
    return interests;
  }

 private:
  TrackId popular_track(Random& random) const { return {static_cast<std::uint32_t>(by_track_popularity_(random))}; }

  // Of the artist most similar to the track's own among 100 drawn by popularity; its own is not among them.
  TrackId related_track(TrackId track, Random& random) const {
    constexpr int drawn = 100;
    const std::uint32_t own = catalogue_.track(track).artist;
    std::size_t best = own;
    double nearest = -2;
    for (int i = 0; i < drawn; ++i) {
      const std::size_t artist = by_artist_popularity_(random);
      if (artist == own) continue;
      const double cosine =
          std::inner_product(directions_[own].begin(), directions_[own].end(), directions_[artist].begin(), 0.0);
      if (cosine > nearest) {
        nearest = cosine;
        best = artist;
      }
    }
    const auto tracks = catalogue_.tracks_of_artist(static_cast<std::uint32_t>(best));
    return tracks[random.below(tracks.size())];
  }

  const Preset& preset_;
  const recommenders::Catalogue& catalogue_;
  WeightedDraw by_track_popularity_;
  WeightedDraw by_artist_popularity_;
  std::vector<Vector> directions_;  // unit mean of an artist's tracks
};

std::vector<Listener> draw_listeners(const Preset& preset, const World& world, const Draft& draft, std::uint64_t seed) {
  const Interests interests(preset, world, draft);
  std::vector<Listener> listeners(preset.listeners);
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    Random random{seed, key_of("listener"), i};
    listeners[i].unit = UnitId{std::to_string(i)};
    listeners[i].interests = interests.draw(random);
    listeners[i].bias = uniform(preset.bias_low, preset.bias_high, random);
    const double sharpness = uniform(preset.sharpness_low, preset.sharpness_high, random);
    const bool inverted = preset.sharpness_inverted && random.below(2) == 1;
    listeners[i].sharpness = inverted ? 1 / sharpness : sharpness;
  }
  return listeners;
}

}  // namespace

World generate_world(const Preset& preset, std::uint64_t seed) {
  const Draft draft = draft_catalogue(preset, seed);
  World world{.origin = {.kind = "preset", .name = preset.name, .seed = seed, .parameters = parameters_of(preset)},
              .rules = {},
              .catalogue = name_tracks(preset, draft, seed),
              .embeddings = draw_embeddings(preset, draft, seed),
              .listeners = {}};
  world.listeners = draw_listeners(preset, world, draft, seed);
  return world;
}

}  // namespace crossfade::simulator
