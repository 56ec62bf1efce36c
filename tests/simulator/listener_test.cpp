#include "simulator/listener/listener.h"

#include <array>
#include <catch2/catch.hpp>
#include <charconv>
#include <cmath>

#include "platform/files/text_file.h"
#include "tests/simulator/support.h"

using namespace crossfade;
using namespace crossfade::simulator;
using namespace crossfade::simulator::testing;

TEST_CASE("listener: the fraction is that of the course's own simulator", "[listener]") {
  const auto file = crossfade::shared_data("course_reference/listen.csv");
  if (file.empty()) return;
  const std::string text = files::read_text(file);
  const auto lines = files::lines_of(text);
  REQUIRE(lines.size() == 3001);
  REQUIRE(lines[0] ==
          "session,step,user,interest,first_track,recommendation,already_seen,artist_count,score_f32,consume_bias,"
          "consume_sharpness,time");
  int different = 0;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto row = numbers_in(lines[i]);
    const Impression impression{
        .score = static_cast<float>(row[8]), .heard = row[6] != 0, .artist_count = static_cast<int>(row[7])};
    const Listener listener{.unit = {}, .interests = {}, .bias = row[9], .sharpness = row[10]};
    if (fraction_of(impression, listener, 0.8) != row[11]) ++different;
  }
  CHECK(different == 0);
}

TEST_CASE("listener: a half is rounded to the even hundredth", "[listener]") {
  // sigmoid(0) = 0.5 exactly; 0.5 x 0.25 = 0.125 and 0.5 x 0.75 = 0.375, in hundredths 12.5 and 37.5.
  const Listener listener{.unit = {}, .interests = {}, .bias = 1, .sharpness = 3};
  CHECK(fraction_of({.score = 1, .heard = false, .artist_count = 0}, listener, 0.8) == 0.5);
  CHECK(fraction_of({.score = 1, .heard = false, .artist_count = 1}, listener, 0.25) == 0.12);
  CHECK(fraction_of({.score = 1, .heard = false, .artist_count = 1}, listener, 0.75) == 0.38);
}

TEST_CASE("listener: scores far off give 0 and 1", "[listener]") {
  const Listener listener{.unit = {}, .interests = {}, .bias = 0, .sharpness = 1};
  CHECK(fraction_of({.score = 5000, .heard = false, .artist_count = 0}, listener, 0.8) == 1);
  CHECK(fraction_of({.score = -5000, .heard = false, .artist_count = 0}, listener, 0.8) == 0);
}

TEST_CASE("session: a track heard before gives nothing and still counts for its artist", "[listener]") {
  World world = testing::small_world();
  Listener& listener = world.listeners[0];
  listener.bias = -1000;  // likes everything
  const auto by_artist = world.catalogue.tracks_of_artist(0);
  REQUIRE(by_artist.size() >= 3);
  ListenerSession session(world);
  session.begin(listener, listener.interests[0]);
  session.play_first(by_artist[0]);
  CHECK(session.play(by_artist[0]) == 0);
  CHECK(session.play(by_artist[1]) == 64);  // 0.8^2
  CHECK(session.play(by_artist[2]) == 51);  // 0.8^3 = 0.512
  CHECK(session.tracks() == 4);
  CHECK(session.hundredths() == 215);
  session.begin(listener, listener.interests[0]);
  CHECK(session.play(by_artist[0]) == 100);
}

TEST_CASE("session: each track costs 1 of the budget with probability 1 - fraction", "[listener]") {
  const World world = testing::small_world();
  ListenerSession session(world);
  Random random{1};
  session.begin(world.listeners[0], {0});
  for (int i = 0; i < 1000; ++i) REQUIRE(session.goes_on(100, random));
  for (int i = 0; i < 4; ++i) REQUIRE(session.goes_on(0, random));
  CHECK_FALSE(session.goes_on(0, random));

  // Tracks until the budget of 5 is used up at fraction 0.75: negative binomial, mean 5 / 0.25 = 20, variance
  // 5 x 0.75 / 0.25^2 = 60. Band: 4 standard errors.
  constexpr int sessions = 20'000;
  std::int64_t tracks = 0;
  for (int i = 0; i < sessions; ++i) {
    session.begin(world.listeners[0], {0});
    ++tracks;
    while (session.goes_on(75, random)) ++tracks;
  }
  CHECK(std::abs(static_cast<double>(tracks) / sessions - 20) < 4 * std::sqrt(60.0 / sessions));
}
