#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "platform/core/error.h"
#include "platform/service/service.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::service;

namespace {

constexpr std::int64_t kTimeoutMs = 1000;

recommenders::Catalogue twenty_tracks() {
  std::vector<recommenders::Track> tracks(20);
  for (std::uint32_t i = 0; i < 20; ++i) tracks[i].id = {i};
  return {std::move(tracks), {"a"}};
}

// Everybody is in both.
Configuration two_experiments() {
  Configuration all;
  all.recommenders = {{.name = "uniform", .type = "random", .fallback = "", .options = {}}};
  all.parameters = {{"recommender", "uniform"}};
  for (const char* key : {"first", "second"}) {
    Experiment one;
    one.key = one.salt = key;
    one.status = Status::running;
    for (const char* variant : {"control", "b"}) {
      one.variants.push_back({.key = variant,
                              .weight = 0.5,
                              .control = variant == std::string("control"),
                              .parameters = {{"recommender", "uniform"}}});
    }
    all.experiments.push_back(std::move(one));
  }
  return all;
}

// In memory; refuses what it is told to, as a locked file does, and takes its time, as a slow disk does.
class LockedStore final : public storage::MemoryStore {
 public:
  void append(const EventBatch& batch) override {
    // Not for ever: a test that fails must end.
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (held && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    probe();
    MemoryStore::append(batch);
    exposure_rows += batch.exposures.size();
  }
  void probe() override {
    if (locked) throw Error::unavailable("store.db: database is locked");
  }
  std::atomic<bool> locked = false;
  std::atomic<bool> held = false;
  std::atomic<std::size_t> exposure_rows = 0;
};

// A service whose writer heals.
struct Healing {
  Healing() { service.activate(two_experiments()); }
  void lock() { store.locked = true; }
  void unlock() {
    store.locked = false;
    while (!writer.accepts()) std::this_thread::yield();
  }
  Event event(const std::string& unit, std::int64_t at_ms, std::uint32_t track) const {
    return {.unit = {unit}, .track = {track}, .fraction = 0.1, .at = {at_ms}};
  }
  void next(const std::string& unit, std::int64_t at_ms, std::uint32_t track) {
    service.next(event(unit, at_ms, track));
  }
  void last(const std::string& unit, std::int64_t at_ms, std::uint32_t track) {
    service.last(event(unit, at_ms, track));
  }
  std::vector<std::pair<std::int32_t, std::uint32_t>> heard() const {  // position and track
    std::vector<std::pair<std::int32_t, std::uint32_t>> all;
    for (const Playback& one : store.playbacks()) all.emplace_back(one.position, one.track.value);
    return all;
  }

  const recommenders::Catalogue tracks = twenty_tracks();
  LockedStore store;
  storage::EventWriter writer{store, {.heals = true, .retry = std::chrono::milliseconds(1)}};
  Service service{tracks, store, writer, {.session_timeout_ms = kTimeoutMs, .measure_latency = false, .data = {}}};
};

const std::string kLocked = "store.db: database is locked";

}  // namespace

TEST_CASE("service: an exposure whose row was refused is logged with the next request", "[service]") {
  Healing at;
  at.lock();
  for (int i = 0; i < 3; ++i) CHECK_THROWS_WITH(at.next("7", 100, 1), kLocked);
  at.unlock();
  CHECK(at.store.exposures().empty());
  at.next("7", 200, 1);
  REQUIRE(at.store.exposures().size() == 2);
  CHECK(at.store.exposures()[0].first_seen == Timestamp{200});
  CHECK(at.heard() == std::vector<std::pair<std::int32_t, std::uint32_t>>{{0, 1}});
  at.next("7", 300, 2);
  CHECK(at.store.exposures().size() == 2);
}

TEST_CASE("service: of refused playbacks nothing is remembered, to the last bit", "[service]") {
  Healing at;
  at.next("7", 100, 1);
  at.next("7", 200, 2);
  at.lock();
  CHECK_THROWS_WITH(at.next("7", 900, 3), kLocked);
  CHECK_THROWS_WITH(at.last("7", 950, 4), kLocked);
  CHECK_THROWS_WITH(at.next("7", 960, 5), kLocked);
  at.unlock();
  at.last("7", 400, 6);
  CHECK(at.heard() == std::vector<std::pair<std::int32_t, std::uint32_t>>{{0, 1}, {1, 2}, {2, 6}});
  REQUIRE(at.store.sessions().size() == 1);
  CHECK(at.store.sessions()[0] == Session{.id = {1},
                                          .unit = {"7"},
                                          .tracks = 3,
                                          .time = 0.1 + 0.1 + 0.1,
                                          .latency_ms = std::nullopt,
                                          .end = SessionEnd::last,
                                          .started = {100},
                                          .ended = {400}});
}

// Both requests are under way when the first one's commit fails: what the second one did is undone first.
TEST_CASE("service: requests that were queued behind a refused one are undone with it", "[service]") {
  Healing at;
  at.next("7", 100, 1);
  at.lock();
  std::vector<Service::Ticket> tickets;
  // The last of a session, and the first of another: as many as are taken before the refusal is known.
  for (const std::uint32_t track : {2U, 3U}) {
    try {
      tickets.push_back(track == 2 ? at.service.begin_last(at.event("7", 200, track))
                                   : at.service.begin_next(at.event("7", 300, track)).ticket);
    } catch (const Error& error) {
      CHECK(error.what() == kLocked);
    }
  }
  for (const Service::Ticket ticket : tickets) CHECK_THROWS_WITH(at.service.wait(ticket), kLocked);
  at.unlock();
  at.next("7", 400, 4);
  at.last("7", 500, 5);
  CHECK(at.heard() == std::vector<std::pair<std::int32_t, std::uint32_t>>{{0, 1}, {1, 4}, {2, 5}});
  REQUIRE(at.store.sessions().size() == 1);
  CHECK(at.store.sessions()[0].tracks == 3);
  CHECK(at.store.sessions()[0].started == Timestamp{100});
}

// The sweep of a running server threw, and ended it.
TEST_CASE("service: sessions whose end was refused end with a later sweep", "[service]") {
  Healing at;
  for (int unit = 0; unit < 10; ++unit) at.next(std::to_string(unit), 100, 1);
  at.lock();
  CHECK_NOTHROW(at.service.close_idle_sessions({100 + kTimeoutMs}));
  CHECK_NOTHROW(at.service.close_idle_sessions({100 + kTimeoutMs}));
  CHECK(at.store.sessions().empty());
  at.unlock();
  CHECK(at.service.close_idle_sessions({100 + kTimeoutMs}) == 10);
  CHECK(at.store.sessions().size() == 10);
  CHECK(at.service.close_idle_sessions({100 + kTimeoutMs}) == 0);
}

TEST_CASE("service: who comes back while the end of their session is refused begins another one", "[service]") {
  Healing at;
  at.next("7", 100, 1);
  at.lock();
  CHECK(at.service.close_idle_sessions({100 + kTimeoutMs}) == 0);
  CHECK_THROWS_WITH(at.next("7", 200 + kTimeoutMs, 2), kLocked);
  at.unlock();
  at.next("7", 300 + kTimeoutMs, 3);
  CHECK(at.heard() == std::vector<std::pair<std::int32_t, std::uint32_t>>{{0, 1}, {0, 3}});
  CHECK(at.service.close_idle_sessions({300 + kTimeoutMs}) == 1);
  CHECK(at.service.close_idle_sessions({300 + kTimeoutMs}) == 0);
  REQUIRE(at.store.sessions().size() == 1);
  CHECK(at.store.sessions()[0].id == SessionId{1});
  CHECK(at.store.sessions()[0].ended == Timestamp{100});
  CHECK(at.store.open_sessions().size() == 1);
}

// Forgotten, they could not be undone.
TEST_CASE("service: a sweep leaves alone whose request is under way", "[service]") {
  Healing at;
  at.store.held = true;
  const Service::Ticket ticket = at.service.begin_next(at.event("7", 100, 1)).ticket;
  CHECK(at.service.close_idle_sessions({100 + kTimeoutMs}) == 0);
  at.lock();
  at.store.held = false;
  CHECK_THROWS_WITH(at.service.wait(ticket), kLocked);
  at.unlock();
  CHECK(at.service.close_idle_sessions({100 + kTimeoutMs}) == 0);
  at.next("7", 200, 2);
  CHECK(at.heard() == std::vector<std::pair<std::int32_t, std::uint32_t>>{{0, 2}});
  CHECK(at.store.exposures().size() == 2);
  CHECK(at.store.sessions().empty());
}

TEST_CASE("service: who was not heard for the timeout is forgotten, and keeps their first exposure", "[service]") {
  Healing at;
  at.next("7", 100, 1);
  at.last("7", 200, 2);
  CHECK(at.service.close_idle_sessions({199 + kTimeoutMs}) == 0);
  at.last("7", 300, 3);
  CHECK(at.store.exposure_rows == 2);
  CHECK(at.service.close_idle_sessions({300 + kTimeoutMs}) == 0);
  at.next("7", 400 + kTimeoutMs, 4);
  CHECK(at.store.exposure_rows == 4);
  REQUIRE(at.store.exposures().size() == 2);
  for (const Exposure& one : at.store.exposures()) CHECK(one.first_seen == Timestamp{100});
}

// Threads play while the store is locked again and again; each sends again what was refused.
TEST_CASE("service: nothing acknowledged is lost or doubled while the store comes and goes", "[service]") {
  constexpr int kThreads = 4;
  constexpr std::uint32_t kTracks = 300;
  Healing at;
  std::atomic<int> at_work = kThreads;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::uint32_t track = 0; track < kTracks;) {
        try {
          const Event event = at.event(std::to_string(thread), track, track);
          track % 7 == 6 ? at.service.last(event) : static_cast<void>(at.service.next(event));
          ++track;
        } catch (const Error&) {
          std::this_thread::yield();
        }
      }
      --at_work;
    });
  }
  while (at_work > 0) {
    at.store.locked = !at.store.locked;
    std::this_thread::yield();
  }
  for (std::thread& thread : threads) thread.join();
  std::map<UnitId, std::uint32_t> next;
  for (const Playback& one : at.store.playbacks()) {
    CHECK(one.track.value == next[one.unit]++);
    CHECK(one.position == static_cast<std::int32_t>(one.track.value % 7));
  }
  CHECK(next.size() == kThreads);
  for (const auto& [unit, count] : next) CHECK(count == kTracks);
  CHECK(at.store.sessions().size() == kThreads * (kTracks / 7));
  CHECK(at.store.exposures().size() == kThreads * 2);
}
