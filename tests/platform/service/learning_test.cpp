#include <catch2/catch.hpp>

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
