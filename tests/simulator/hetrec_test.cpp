#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "simulator/clients/dummy_client.h"
#include "simulator/import/import_hetrec.h"
#include "simulator/listener/simulation.h"
#include "simulator/world/description.h"
#include "simulator/world/nearest.h"
#include "tests/simulator/clients.h"
#include "tests/simulator/support.h"

using namespace crossfade;
using namespace crossfade::simulator;
using namespace crossfade::simulator::testing;

TEST_CASE("hetrec import: the real data make a world whose neighbours are of one kind", "[import]") {
  const auto source = shared_data("lastfm_hetrec2011");
  if (source.empty()) return;
  const World world = import_hetrec(source, {.random_time = 3.8, .threads = 2});
  // Artists with at least 5 of the 1 892 listeners, and listeners who know one of them: counted with awk in
  // user_artists.dat.
  CHECK(world.catalogue.size() == 2828);
  CHECK(world.listeners.size() == 1881);

  const auto random = simulate(world, {.sessions = 40'000, .seed = 99, .threads = 2},
                               [&](std::size_t) { return std::make_unique<DummyClient>(world.catalogue.size(), 99); });
  CHECK(std::abs(random.mean_time - 3.8) < 4 * random.mean_time_error);
  CHECK(std::abs(random.mean_difference - 5) < 4 * random.mean_difference_error);

  // The inner products of random pairs are those of course-2026 (measured: -0.225, -0.101, -0.003, 0.098, 0.239) as
  // well as one factor allows.
  const Quantiles products = describe(world).inner_product;
  CHECK(products[1] == Approx(-0.225).margin(0.05));
  CHECK(products[3] == Approx(0).margin(0.05));
  CHECK(products[5] == Approx(0.239).margin(0.05));

  const auto tracks = world.catalogue.tracks();
  const auto by_name = [&](const char* name) {
    return std::ranges::find(tracks, name, &recommenders::Track::title)->id;
  };
  std::vector<TrackId> all;
  for (const recommenders::Track& track : tracks) all.push_back(track.id);
  const NearestTracks neighbours(world.embeddings, 10);
  neighbours.find(all);
  // Each one's ten nearest share its first tag, most of them.
  for (const auto& [name, genre] : {std::pair{"Lady Gaga", "pop"}, std::pair{"Megadeth", "thrash metal"}}) {
    const auto near = neighbours.of(by_name(name));
    const auto alike = std::ranges::count_if(
        near, [&](TrackId track) { return std::ranges::count(world.catalogue.track(track).genres, genre) > 0; });
    CAPTURE(name);
    CHECK(alike >= 5);
  }
  // Who recommends what is near does better than chance by far.
  const auto near = simulate(world, {.sessions = 40'000, .threads = 2},
                             [&](std::size_t) { return std::make_unique<NearClient>(neighbours); });
  CHECK(near.mean_time > 1.5 * random.mean_time);
}
