#include "simulator/world/preset.h"

#include "platform/core/error.h"

namespace crossfade::simulator {

const std::vector<Preset>& presets() {
  static const std::vector<Preset> all = {
      {.name = "course-2026",
       .tracks = 16'200,
       .artists = 1'290,
       .genres = 20,
       .super_genres = 6,
       .dimensions = 48,
       .listeners = 10'000,
       .genre_share = 0.17,
       .artist_share = 0.45,
       .artist_share_spread = 0.21,
       .related_interests = true,
       .bias_low = -0.1,
       .bias_high = 0.4,
       .sharpness_low = 4,
       .sharpness_high = 15},
      {.name = "course-2025",
       .tracks = 20'000,
       .artists = 4'600,
       .genres = 20,
       .super_genres = 8,
       .dimensions = 64,
       .listeners = 10'000,
       .genre_share = 0.15,
       .artist_share = 0.55,  // 0.15 of the genre and 0.40 of the artist
       .artist_share_spread = 0.21,
       .norm_squared = 19,
       .norm_squared_spread = 0.35,
       .catalogue_shape = 1,
       .catalogue_by_popularity = 0.35,
       .bias_low = 0,
       .bias_high = 10,
       .sharpness_low = 1,
       .sharpness_high = 2,
       .sharpness_inverted = true},
  };
  return all;
}

const Preset& find_preset(std::string_view name) {
  std::vector<std::string> names;
  for (const Preset& preset : presets()) {
    if (preset.name == name) return preset;
    names.push_back(preset.name);
  }
  const std::string near = nearest_name(name, names);
  throw Error::user("there is no preset \"" + std::string(name) + "\", want " + names[0] + " or " + names[1] +
                    (near.empty() ? "" : "; did you mean " + near + "?"));
}

Values parameters_of(const Preset& preset) {
  const auto whole = [](std::size_t n) { return Value(static_cast<std::int64_t>(n)); };
  return {{"genres", whole(preset.genres)},
          {"super_genres", whole(preset.super_genres)},
          {"super_genre_share", preset.super_genre_share},
          {"genre_share", preset.genre_share},
          {"artist_share", preset.artist_share},
          {"artist_share_spread", preset.artist_share_spread},
          {"popularity_pull", preset.popularity_pull},
          {"norm_squared", preset.norm_squared},
          {"norm_squared_spread", preset.norm_squared_spread},
          {"catalogue_shape", preset.catalogue_shape},
          {"catalogue_by_popularity", preset.catalogue_by_popularity},
          {"popularity_exponent", preset.popularity_exponent},
          {"popularity_spread", preset.popularity_spread},
          {"related_interests", preset.related_interests},
          {"bias_low", preset.bias_low},
          {"bias_high", preset.bias_high},
          {"sharpness_low", preset.sharpness_low},
          {"sharpness_high", preset.sharpness_high},
          {"sharpness_inverted", preset.sharpness_inverted}};
}

}  // namespace crossfade::simulator
