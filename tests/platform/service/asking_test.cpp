// Requests whose recommender is another process: what they hold up, and what not.
#include <catch2/catch.hpp>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "platform/core/error.h"
#include "platform/core/random.h"
#include "platform/service/service.h"
#include "platform/storage/contract/event_writer.h"
#include "tests/platform/storage/memory_store.h"
#include "tests/recommenders/external/fake_transports.h"

using namespace crossfade;
using namespace crossfade::service;
using recommenders::external::test::FakeTransports;

namespace {

recommenders::Catalogue catalogue() {
  std::vector<recommenders::Track> tracks(20);
  for (std::uint32_t i = 0; i < 20; ++i) {
    tracks[i].id = {i};
    tracks[i].popularity = 20.0 - i;
  }
  return {std::move(tracks), {"a"}};
}

// Everybody is served by another process, behind which stands the most popular track; unit "in" of the experiment is
// served in process.
Configuration configuration(const std::string& name = "mine") {
  Configuration all;
  all.recommenders = {{.name = name,
                       .type = "process",
                       .fallback = "hit",
                       .options = {{"command", std::string("unused")}, {"timeout_ms", std::int64_t{60'000}}}},
                      {.name = "hit", .type = "top_pop", .fallback = "", .options = {{"top", std::int64_t{1}}}},
                      {.name = "quick", .type = "random", .fallback = "", .options = {}}};
  all.parameters = {{"recommender", name}};
  return all;
}

struct Fixture {
  explicit Fixture(std::size_t most_waiting = 128)
      : service(tracks, store, writer,
                {.session_timeout_ms = 1000, .data = {}, .transports = &transports, .most_waiting = most_waiting}) {
    service.activate(configuration());
  }
  std::future<TrackId> begin(const std::string& unit, std::int64_t at_ms, std::uint32_t track = 3) {
    return std::async(std::launch::async, [this, unit, at_ms, track] { return next(unit, at_ms, track); });
  }
  TrackId next(const std::string& unit, std::int64_t at_ms, std::uint32_t track = 3) {
    return service.next({.unit = {unit}, .track = {track}, .fraction = 0.5, .at = {at_ms}});
  }
  void answer(std::size_t message, const std::string& track) {
    const std::string text = transports.sent(message).at(message - 1).text;
    const std::string id = text.substr(6, text.find(',') - 6);
    transports.receiver().received(0, "{\"id\":" + id + ",\"track\":" + track + "}");
  }

  const recommenders::Catalogue tracks = catalogue();
  storage::MemoryStore store;
  storage::EventWriter writer{store, {}};
  FakeTransports transports;
  Service service;
};

// Another unit whose requests share a lock with those of `unit`.
std::string of_same_shard(const std::string& unit) {
  const auto shard = [](const std::string& name) { return mix64(key_of(name)) % 256; };
  for (int i = 0;; ++i) {
    const std::string other = "other-" + std::to_string(i);
    if (shard(other) == shard(unit)) return other;
  }
}

}  // namespace

TEST_CASE("service: another process answers, and the log says so", "[service]") {
  Fixture at;
  auto first = at.begin("7", 100);
  at.answer(1, "9");
  CHECK(first.get() == TrackId{9});
  auto second = at.begin("7", 200, 9);
  CHECK(at.transports.sent(2)[1].text ==
        R"({"id":2,"unit":"7","previous":9,"fraction":0.5,"heard":[{"track":3,"fraction":0.5},)"
        R"({"track":9,"fraction":0.5}],"history":[{"track":9,"fraction":0.5,"at":"1970-01-01T00:00:00.200Z"},)"
        R"({"track":3,"fraction":0.5,"at":"1970-01-01T00:00:00.100Z"}],"attributes":{},"candidates":[]})");
  at.answer(2, "5");
  CHECK(second.get() == TrackId{5});
  at.service.last({.unit = {"7"}, .track = {5}, .fraction = 0.5, .at = {300}});
  const auto playbacks = at.store.playbacks();
  REQUIRE(playbacks.size() == 3);
  CHECK(playbacks[0].recommended->recommender == "mine");
  CHECK(playbacks[1].position == 1);
  CHECK(playbacks[1].session == playbacks[0].session);
  REQUIRE(at.store.sessions().size() == 1);
  CHECK(at.store.sessions()[0].tracks == 3);
}

TEST_CASE("service: what another process does not answer the fallback does, recorded as such", "[service]") {
  Fixture at;
  auto one = at.begin("7", 100);
  at.answer(1, "null");
  CHECK(one.get() == TrackId{0});
  CHECK(at.store.playbacks().at(0).recommended == Recommended{.track = {0}, .recommender = "hit", .propensity = 1});
}

TEST_CASE("service: nobody else waits for a request that asks, not even those of its shard", "[service]") {
  Fixture at;
  auto slow = at.begin("7", 100);
  at.transports.sent(1);
  const std::string neighbour = of_same_shard("7");
  auto quick = at.begin(neighbour, 110);
  at.answer(2, "4");
  CHECK(quick.get() == TrackId{4});
  // Events and sweeps go on, too, and the sweep leaves the unit that asks alone.
  at.service.wait(
      at.service.begin_log({.events = {{.unit = {"7"}, .name = "e", .at = {120}}}, .ids = {std::nullopt}, .at = {120}})
          ->ticket);
  CHECK(at.service.close_idle_sessions({100'000}) == 1);
  at.answer(1, "9");
  CHECK(slow.get() == TrackId{9});
  CHECK(at.store.playbacks().size() == 2);
}

TEST_CASE("service: while a request of a unit asks, others of it wait", "[service]") {
  Fixture at;
  auto first = at.begin("7", 100);
  at.transports.sent(1);
  auto second = at.begin("7", 200, 9);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // for it to wait; if it did not, it would be seen below
  CHECK(at.transports.sent(1).size() == 1);
  at.answer(1, "9");
  CHECK(first.get() == TrackId{9});
  at.answer(2, "5");
  CHECK(second.get() == TrackId{5});
  const auto playbacks = at.store.playbacks();
  REQUIRE(playbacks.size() == 2);
  CHECK(playbacks[0].track == TrackId{3});
  CHECK(playbacks[1].position == 1);
}

TEST_CASE("service: too many requests of one unit at a time are refused", "[service]") {
  Fixture at;
  std::vector<std::future<TrackId>> all;
  all.push_back(at.begin("7", 100));
  at.transports.sent(1);
  std::atomic<int> refused = 0;
  for (int i = 0; i < 9; ++i) {
    all.push_back(std::async(std::launch::async, [&] {
      try {
        return at.next("7", 200);
      } catch (const Error& error) {
        CHECK(error.kind() == Error::Kind::unavailable);
        ++refused;
        return TrackId{};
      }
    }));
  }
  while (refused == 0) std::this_thread::yield();
  for (std::size_t i = 1; i <= 9; ++i) at.answer(i, "9");
  for (auto& one : all) one.get();
  CHECK(refused == 1);
}

TEST_CASE("service: beyond the threads that may wait the fallback answers at once", "[service]") {
  Fixture at(1);
  auto slow = at.begin("7", 100);
  at.transports.sent(1);
  CHECK(at.next("8", 100) == TrackId{0});
  CHECK(at.transports.sent(1).size() == 1);
  at.answer(1, "9");
  CHECK(slow.get() == TrackId{9});
}

TEST_CASE("service: a request under way ends by the configuration that it began with", "[service]") {
  Fixture at;
  auto slow = at.begin("7", 100);
  at.transports.sent(1);
  auto& former = at.transports.receiver();
  at.service.activate(configuration("new"));
  CHECK(at.transports.connections() == 2);  // the former one still runs
  auto fresh = at.begin("8", 150);
  at.answer(2, "6");
  CHECK(fresh.get() == TrackId{6});
  former.received(0, R"({"id":1,"track":9})");
  CHECK(slow.get() == TrackId{9});
  CHECK(at.transports.connections() == 1);
  const auto playbacks = at.store.playbacks();
  REQUIRE(playbacks.size() == 2);
  CHECK(playbacks[0].recommended->recommender == "new");
  CHECK(playbacks[1].recommended->recommender == "mine");
}

TEST_CASE("service: when the one who asks fails, the unit goes on as if nothing had been", "[service]") {
  FakeTransports transports(true);
  const auto tracks = catalogue();
  storage::MemoryStore store;
  storage::EventWriter writer(store, {});
  Service service(tracks, store, writer, {.data = {}, .transports = &transports});
  service.activate(configuration());
  auto one = std::async(std::launch::async,
                        [&] { return service.next({.unit = {"7"}, .track = {3}, .fraction = 0.5, .at = {100}}); });
  transports.sent(1);
  transports.receiver().down("ended with status 1");
  CHECK_THROWS_AS(one.get(), Error);
  service.flush();
  CHECK(store.playbacks().empty());
  service.last({.unit = {"7"}, .track = {3}, .fraction = 0.5, .at = {200}});
  REQUIRE(store.playbacks().size() == 1);
  CHECK(store.playbacks()[0].position == 0);
}
