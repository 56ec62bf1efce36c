#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "platform/core/error.h"
#include "platform/service/service.h"
#include "platform/storage/contract/event_writer.h"
#include "tests/platform/storage/null_store.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::service;

namespace {

recommenders::Catalogue three_tracks() {
  std::vector<recommenders::Track> tracks(3);
  for (std::uint32_t id = 0; id < 3; ++id) {
    tracks[id].id = {id};
    tracks[id].popularity = 3.0 - id;
  }
  return {std::move(tracks), {"a"}};
}

// Whoever is asked recommends track 0, by the one arm of a bandit that keeps its state.
Configuration bandit() {
  Configuration made;
  made.recommenders = {{.name = "top", .type = "top_pop", .fallback = "", .options = {{"top", std::int64_t{1}}}},
                       {.name = "it",
                        .type = "thompson",
                        .fallback = "",
                        .options = {{"state", std::string("state.json")}},
                        .parts = {{"of", {{"top"}}}},
                        .updates = true}};
  made.parameters = {{"recommender", std::string("it")}};
  return made;
}

std::string state(int version, const std::string& sums) {
  return R"({"format":"crossfade-learned-state","format_version":1,"type":"thompson","of":["top"],"version":)" +
         std::to_string(version) + R"(,"sums":[)" + sums + "]}\n";
}

class Served {
 public:
  explicit Served(const std::filesystem::path& data)
      : catalogue_(three_tracks()), writer_(store_, {}), service_(catalogue_, store_, writer_, {.data = data}) {
    service_.activate(bandit());
  }

  Service& service() { return service_; }
  TrackId next(std::uint32_t track, double fraction) { return service_.next({{"1"}, {track}, fraction, at_}); }
  void last(std::uint32_t track, double fraction) { service_.last({{"1"}, {track}, fraction, at_}); }

 private:
  storage::NullStore store_;
  recommenders::Catalogue catalogue_;
  storage::EventWriter writer_;
  Service service_;
  Timestamp at_{1'767'571'200'000};
};

}  // namespace

TEST_CASE("learning: what was recommended is learned from when it is played next", "[service]") {
  const TemporaryDirectory directory;
  Served served(directory.path());
  CHECK(served.service().learns());
  CHECK(served.next(2, 1) == TrackId{0});     // of nobody's
  CHECK(served.next(0, 0.75) == TrackId{0});  // learned
  CHECK(served.next(1, 0.5) == TrackId{0});   // the listener's own choice
  served.last(0, 0.25);                       // learned
  served.next(0, 1);                          // the next session's first track is nobody's
  CHECK_FALSE(std::filesystem::exists(directory / "state.json"));
  served.service().advance();
  CHECK(read_file(directory / "state.json") == state(1, "20000,10000"));
}

TEST_CASE("learning: a configuration that is read again goes on from what was learned", "[service]") {
  const TemporaryDirectory directory;
  Served served(directory.path());
  served.next(2, 1);
  served.next(0, 0.5);
  served.service().activate(bandit());
  CHECK(read_file(directory / "state.json") == state(1, "10000,5000"));
  served.next(0, 1);  // what the former one recommended
  served.service().advance();
  CHECK(read_file(directory / "state.json") == state(2, "20000,15000"));
}

namespace {

// Refuses while it is told to, as a locked file does.
class LockedStore final : public storage::NullStore {
 public:
  void append(const EventBatch&) override { probe(); }
  void probe() override {
    if (locked) throw Error::unavailable("store.db: database is locked");
  }
  std::atomic<bool> locked = false;
};

}  // namespace

// It was learned at once, and again when the client sent the refused request once more.
TEST_CASE("learning: of a request that was refused nothing is learned, and of its second try once", "[service]") {
  const TemporaryDirectory directory;
  const recommenders::Catalogue catalogue = three_tracks();
  LockedStore store;
  storage::EventWriter writer(store, {.heals = true, .retry = std::chrono::milliseconds(1)});
  Service service(catalogue, store, writer, {.data = directory.path()});
  service.activate(bandit());
  const auto play = [&](std::uint32_t track, double fraction) {
    service.next({{"1"}, {track}, fraction, {1'767'571'200'000}});
  };
  play(2, 1);
  play(0, 0.75);
  store.locked = true;
  CHECK_THROWS_AS(play(0, 0.5), Error);
  CHECK_THROWS_AS(play(0, 0.5), Error);
  service.advance();
  CHECK(read_file(directory / "state.json") == state(1, "10000,7500"));
  store.locked = false;
  while (!writer.accepts()) std::this_thread::yield();
  play(0, 0.5);
  service.advance();
  CHECK(read_file(directory / "state.json") == state(2, "20000,12500"));
}

TEST_CASE("learning: what many requests leave behind is learned once each", "[service]") {
  const TemporaryDirectory directory;
  const recommenders::Catalogue catalogue = three_tracks();
  LockedStore store;
  storage::EventWriter writer(store, {.heals = true});
  Service service(catalogue, store, writer, {.data = directory.path()});
  service.activate(bandit());
  constexpr int kRequests = 200;  // more than a shard remembers
  for (int i = 0; i <= kRequests; ++i) service.next({{"1"}, {0}, 0.5, {1'767'571'200'000}});
  service.advance();
  CHECK(read_file(directory / "state.json") ==
        state(1, std::to_string(kRequests * 10'000) + "," + std::to_string(kRequests * 5'000)));
}
