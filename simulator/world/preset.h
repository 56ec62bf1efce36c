#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/configuration.h"

namespace crossfade::simulator {

// The recipe of a synthetic world. Shares of variance of an embedding before it is centred: genre_share of its genre,
// artist_share of its artist (the genre's included), the rest its own.
struct Preset {
  std::string name;
  std::size_t tracks = 0;
  std::size_t artists = 0;
  std::size_t genres = 0;
  std::size_t super_genres = 0;
  std::size_t dimensions = 0;
  std::size_t listeners = 0;

  double super_genre_share = 0.35;  // of a genre's vector
  double genre_share = 0;
  double artist_share = 0;         // median over artists: inner product of two tracks of one artist
  double artist_share_spread = 0;  // sd of its logarithm over artists
  double popularity_pull = 0.06;   // along one common direction, a standard deviation of log artist popularity
  double norm_squared = 1;         // median over tracks
  double norm_squared_spread = 0;  // sd of its logarithm; 0: every row has exactly this norm

  double catalogue_shape = 6;          // of the Gamma that an artist's number of tracks is drawn from
  double catalogue_by_popularity = 0;  // its mean is proportional to artist popularity to this power
  double popularity_exponent = 0.9;    // an artist's popularity is rank^-exponent
  double popularity_spread = 0.6;      // sd of a track's log popularity given its artist's

  bool related_interests =
      false;            // true: 1 + Binomial(5, 1/2) interests, walking along similar artists; false: 3 by popularity
  double bias_low = 0;  // listeners' bias is uniform between the two
  double bias_high = 0;
  double sharpness_low = 0;  // and so is their sharpness
  double sharpness_high = 0;
  bool sharpness_inverted = false;  // for every other listener, by chance: 1 / sharpness
};

// "course-2026" and "course-2025": the shapes of the course's own worlds, whose embeddings were never published.
const std::vector<Preset>& presets();

// Throws Error (the user's fault) with the near name when there is none of this name.
const Preset& find_preset(std::string_view name);

// What of a recipe stands in world.json as "parameters": all that its sizes do not say.
Values parameters_of(const Preset& preset);

}  // namespace crossfade::simulator
