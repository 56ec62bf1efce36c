// Several threads at the same time: what must not depend on them, and what must hold under them.
#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "platform/core/random.h"
#include "platform/service/service.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::service;

namespace {

recommenders::Catalogue catalogue() {
  std::vector<recommenders::Track> tracks;
  tracks.reserve(1000);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    tracks.push_back({.id = {i},
                      .artist = i % 50,
                      .title = std::to_string(i),
                      .genres = {},
                      .popularity = 1000.0 - i,
                      .recommendations = {}});
  }
  return {std::move(tracks), std::vector<std::string>(50, "artist")};
}

// Units get `top` most popular tracks at random; half of them, in the experiment, a sticky artist.
Configuration configuration(std::int64_t top) {
  Configuration all;
  all.recommenders = {
      {.name = "top", .type = "top_pop", .fallback = "", .options = {{"top", top}}},
      {.name = "sticky", .type = "sticky_artist", .fallback = "top", .options = {}},
  };
  all.parameters = {{"recommender", std::string("top")}};
  Experiment one;
  one.key = one.salt = "e";
  one.status = Status::running;
  one.variants = {{.key = "control", .weight = 0.5, .control = true, .parameters = {}},
                  {.key = "b", .weight = 0.5, .parameters = {{"recommender", std::string("sticky")}}}};
  all.experiments = {one};
  return all;
}

template <typename Work>
void in_threads(int count, Work work) {
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) threads.emplace_back([&work, i] { work(i); });
  for (std::thread& thread : threads) thread.join();
}

// (unit, session's start, position) -> what was played and recommended.
using Log = std::map<std::tuple<std::string, std::int64_t, std::int32_t>, std::tuple<std::uint32_t, std::uint32_t>>;

// 200 units play three sessions each; who plays follows what was recommended.
Log played_by(int threads, std::uint64_t seed) {
  const auto tracks = catalogue();
  storage::MemoryStore store;
  storage::EventWriter writer{store, {}};
  Service service{
      tracks, store, writer, {.seed = seed, .wait_for_commit = false, .measure_latency = false, .data = {}}};
  service.activate(configuration(100));
  std::atomic<int> next_unit{0};
  in_threads(threads, [&](int) {
    for (int unit = next_unit++; unit < 200; unit = next_unit++) {
      for (std::int64_t session = 0; session < 3; ++session) {
        Event event{.unit = {std::to_string(unit)}, .track = {1}, .fraction = 1, .at = {1000 * session}};
        for (int i = 0; i < 10; ++i, ++event.at.ms) event.track = service.next(event);
        service.last(event);
      }
    }
  });
  service.flush();
  std::map<SessionId, std::int64_t> started;
  for (const Session& session : store.sessions()) started[session.id] = session.started.ms;
  Log log;
  for (const Playback& playback : store.playbacks()) {
    log[{playback.unit.value, started.at(playback.session), playback.position}] = {
        playback.track.value, playback.recommended ? playback.recommended->track.value : 0};
  }
  return log;
}

}  // namespace

TEST_CASE("service: answers depend on the seed, not on the threads", "[service]") {
  const Log alone = played_by(1, 42);
  CHECK(alone.size() == 6600);
  CHECK(played_by(4, 42) == alone);
  CHECK(played_by(1, 43) != alone);
}

TEST_CASE("service: requests of one unit are handled one after the other", "[service]") {
  constexpr int threads = 8;
  constexpr int each = 200;
  const auto tracks = catalogue();
  storage::MemoryStore store;
  storage::EventWriter writer{store, {}};
  Service service{tracks, store, writer, {.data = {}}};
  service.activate(configuration(100));
  in_threads(threads, [&](int) {
    for (int i = 0; i < each; ++i) service.next({.unit = {"7"}, .track = {1}, .fraction = 0.5, .at = {100}});
  });
  service.last({.unit = {"7"}, .track = {1}, .fraction = 0.5, .at = {100}});
  const auto playbacks = store.playbacks();
  REQUIRE(playbacks.size() == std::size_t{threads} * each + 1);
  for (std::size_t i = 0; i < playbacks.size(); ++i) {
    REQUIRE(playbacks[i].position == static_cast<std::int32_t>(i));
    REQUIRE(playbacks[i].session == SessionId{1});
  }
  REQUIRE(store.sessions().size() == 1);
  CHECK(store.sessions()[0].tracks == threads * each + 1);
  CHECK(store.exposures().size() == 1);
}

TEST_CASE("service: a configuration is replaced while requests are under way", "[service]") {
  const auto tracks = catalogue();
  storage::MemoryStore store;
  storage::EventWriter writer{store, {}};
  Service service{tracks, store, writer, {.data = {}}};
  service.activate(configuration(1));
  std::atomic<int> running{4};
  std::atomic<int> strangers{0};
  std::atomic<std::int64_t> now{0};
  std::thread operators([&] {
    for (int i = 0; running > 0; ++i) {
      auto changed = configuration(1 + i % 2);
      changed.experiments[0].version = 1 + i % 3;
      service.activate(changed);
      service.close_idle_sessions({++now});
    }
  });
  in_threads(4, [&](int thread) {
    for (int i = 0; i < 500; ++i) {
      Event event{.unit = {std::to_string(thread * 1000 + i % 50)}, .track = {0}, .fraction = 1, .at = {++now}};
      // Track 0's artist has every 50th track.
      const TrackId answer = service.next(event);
      if (answer.value > 1 && answer.value % 50 != 0) ++strangers;
      if (i % 10 == 9) service.last(event);
    }
    --running;
  });
  operators.join();
  CHECK(strangers == 0);
  CHECK(store.playbacks().size() == 2200);
  CHECK(store.sessions().size() == 200);
}
