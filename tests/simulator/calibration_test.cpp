#include <catch2/catch.hpp>
#include <cmath>

#include "simulator/clients/dummy_client.h"
#include "simulator/listener/simulation.h"
#include "simulator/world/generate.h"
#include "tests/simulator/clients.h"

// The presets against what the course's own worlds gave: mean session times within 15 %. Two seeds, so that no lucky
// world is needed.
using namespace crossfade::simulator;

namespace {

struct Expected {
  const char* preset;
  double random;
  double random_tracks;
  double sticky;
  double top;
};

Summary run(const World& world, const std::function<std::unique_ptr<Client>(std::size_t)>& make_client) {
  const Summary summary = simulate(world, {.sessions = 40'000, .seed = 1, .threads = 2}, make_client);
  CHECK(std::abs(summary.mean_difference - 5) < 4 * summary.mean_difference_error);
  return summary;
}

}  // namespace

TEST_CASE("presets: random, sticky artist and top 100 come out as in the course's worlds", "[calibration]") {
  const Expected expected = GENERATE(Expected{"course-2026", 3.80, 8.80, 3.00, 3.97},  //
                                     Expected{"course-2025", 1.95, 7.05, 3.17, 2.21});
  const std::uint64_t seed = GENERATE(1U, 2U);
  CAPTURE(expected.preset, seed);
  const World world = generate_world(find_preset(expected.preset), seed);
  const Summary random =
      run(world, [&](std::size_t) { return std::make_unique<DummyClient>(world.catalogue.size(), 7); });
  const Summary sticky = run(world, [&](std::size_t) { return std::make_unique<testing::StickyClient>(world); });
  const Summary top = run(world, [&](std::size_t) { return std::make_unique<testing::TopClient>(world); });
  CHECK(random.mean_time == Approx(expected.random).epsilon(0.15));
  CHECK(random.mean_tracks == Approx(expected.random_tracks).epsilon(0.03));
  CHECK(sticky.mean_time == Approx(expected.sticky).epsilon(0.15));
  CHECK(top.mean_time == Approx(expected.top).epsilon(0.15));
  // The order of the arms, which is the point of having two worlds.
  if (std::string_view(expected.preset) == "course-2026") {
    CHECK(sticky.mean_time < random.mean_time);
  } else {
    CHECK(sticky.mean_time > top.mean_time);
  }
  CHECK(random.mean_time <= top.mean_time + top.mean_time_error);
}
