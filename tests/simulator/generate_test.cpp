#include "simulator/world/generate.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <set>

#include "simulator/world/names.h"
#include "tests/simulator/support.h"

using namespace crossfade;
using namespace crossfade::simulator;

TEST_CASE("generate: the same seed gives the same world, another seed another", "[generate]") {
  const World a = testing::small_world(5);
  const World b = testing::small_world(5);
  const World c = testing::small_world(6);
  CHECK(a.embeddings == b.embeddings);
  CHECK(a.listeners == b.listeners);
  CHECK(a.catalogue.track({7}).title == b.catalogue.track({7}).title);
  CHECK_FALSE(a.embeddings == c.embeddings);
  CHECK_FALSE(a.listeners == c.listeners);
}

TEST_CASE("generate: sizes, norms and ranges are the preset's", "[generate]") {
  for (const Preset& preset : presets()) {
    CAPTURE(preset.name);
    const World world = generate_world(preset, 1);
    CHECK(world.catalogue.size() == preset.tracks);
    CHECK(world.catalogue.artists() == preset.artists);
    CHECK(world.embeddings.rows == preset.tracks);
    CHECK(world.embeddings.columns == preset.dimensions);
    CHECK(world.listeners.size() == preset.listeners);
    for (std::uint32_t artist = 0; artist < preset.artists; ++artist) {
      REQUIRE_FALSE(world.catalogue.tracks_of_artist(artist).empty());
    }
    // Norms: the median of 19 exp(N(0, 0.35)) over 20 000 tracks has a standard error of
    // 1.2533 x 0.35 / sqrt(20 000) = 0.31 %; band: 4 of them.
    std::vector<double> norms;
    for (std::size_t i = 0; i < world.embeddings.rows; ++i) {
      norms.push_back(static_cast<double>(files::inner_product(world.embeddings.row(i), world.embeddings.row(i))));
    }
    std::ranges::sort(norms);
    CHECK(norms[norms.size() / 2] == Approx(preset.norm_squared).epsilon(0.0124));
    if (preset.norm_squared_spread == 0) CHECK(norms.back() - norms.front() < 1e-5);
    for (const Listener& listener : world.listeners) {
      REQUIRE(listener.bias >= preset.bias_low);
      REQUIRE(listener.bias <= preset.bias_high);
      REQUIRE(listener.interests.size() <= 6);
      REQUIRE(std::set(listener.interests.begin(), listener.interests.end()).size() == listener.interests.size());
    }
  }
}

TEST_CASE("generate: course-2025's sharpness is inverted for half of the listeners", "[generate]") {
  const World world = generate_world(find_preset("course-2025"), 1);
  const auto inverted = std::ranges::count_if(world.listeners, [](const Listener& l) { return l.sharpness < 1; });
  // Binomial(10 000, 1/2): standard deviation 50; band: 4 of them.
  CHECK(std::abs(static_cast<double>(inverted) - 5000) < 200);
}

TEST_CASE("generate: an unknown preset is answered with the near one", "[generate]") {
  CHECK(crossfade::error_of([] { find_preset("course-2062"); }) ==
        "there is no preset \"course-2062\", want course-2026 or course-2025; did you mean course-2026?");
}

TEST_CASE("names: artists are all different, titles are words", "[names]") {
  Random random{1};
  const auto artists = invent_artists(5000, random);
  CHECK(std::set(artists.begin(), artists.end()).size() == 5000);
  for (int i = 0; i < 1000; ++i) {
    const std::string title = invent_title(random);
    REQUIRE(title.size() >= 3);
    REQUIRE(title.size() <= 40);
    REQUIRE((title[0] >= 'A' && title[0] <= 'Z'));
  }
}
