#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/configuration.h"

namespace crossfade::simulator {

// The recipe of a synthetic world. Shares of variance of an embedding before it is centred: genre_share of its genre,
// artist_share of its artist (the genre's included), the rest its own.
//
// Another value of any of these is another world for the same seed.
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

  // True: a listener has 1 + Binomial(5, 1/2) interests, walking along similar artists. False: 3, drawn by popularity.
  bool related_interests = false;
  // A listener's bias is uniform between the two.
  double bias_low = 0;
  double bias_high = 0;
  // A listener's sharpness is uniform between the two.
  double sharpness_low = 0;
  double sharpness_high = 0;
  // True: half of the listeners, by chance, have 1 / sharpness instead.
  bool sharpness_inverted = false;
};

// "course-2026" and "course-2025": the shapes of the course's own worlds, whose embeddings were never published.
const std::vector<Preset>& presets();

// Throws Error (the user's fault) with the near name when there is none of this name.
const Preset& find_preset(std::string_view name);

// What of a recipe stands in world.json as "parameters": all that its sizes do not say.
Values parameters_of(const Preset& preset);

}  // namespace crossfade::simulator
