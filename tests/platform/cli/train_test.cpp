// `crossfade train`, as a program.

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/cli/program.h"
#include "tests/platform/storage/events.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;
using crossfade::test::Outcome;
using crossfade::test::run_program;

namespace {

// A world of five tracks, a store, and the program.
class Training {
 public:
  Training() : store_(directory_ / "store.db", {.access = SqliteStore::Access::write}) {
    std::filesystem::create_directory(directory_ / "world");
    std::ofstream(directory_ / "world/world.json") << "{}\n";  // its catalogue is all that is read
    std::ofstream tracks(directory_ / "world/tracks.json");
    for (int id = 0; id < 5; ++id) {
      tracks << "{\"track\": " << id << ", \"artist\": \"a\", \"title\": \"t\"}\n";
    }
  }

  void played(const std::string& unit, std::int64_t session, std::uint32_t track, double fraction) {
    Playback one = playback(unit, session, 0, 1'000);
    one.track = {track};
    one.fraction = fraction;
    store_.append({.playbacks = {one}, .sessions = {}, .exposures = {}});
  }

  // Runs `crossfade train ARGUMENTS` in the directory of store, world and output.
  Outcome train(const std::string& arguments) const {
    return run_program(directory_.path(), "train " + arguments + " --store store.db --world world --out out.json");
  }

  std::string output() const {
    std::ifstream in(directory_ / "out.json", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  crossfade::TemporaryDirectory directory_;
  SqliteStore store_;
};

// Listeners 1 and 2 like 0, 1 and 2 (2 in a session of its own), a third likes 3 and dislikes 0.
void play_some(Training& training) {
  for (const int listener : {1, 2}) {
    const std::string unit = std::to_string(listener);
    training.played(unit, listener, 0, 1.0);
    training.played(unit, listener, 1, 0.8);
    training.played(unit, listener, 1, 0.0);
    training.played(unit, 10 + listener, 2, 0.71);
  }
  training.played("three", 3, 3, 0.9);
  training.played("three", 3, 0, 0.7);
}

}  // namespace

TEST_CASE("train: item_knn by listener takes what was liked in any session", "[cli]") {
  Training training;
  play_some(training);
  CHECK(training.train("item_knn") == Outcome{0, "out.json: lists for 3 of 5 tracks, from 7 playbacks by 3 users\n"});
  CHECK(training.output() ==
        "{\"item_id\": 0, \"recommendations\": [1, 2]}\n"
        "{\"item_id\": 1, \"recommendations\": [0, 2]}\n"
        "{\"item_id\": 2, \"recommendations\": [0, 1]}\n");
}

TEST_CASE("train: item_knn by session takes what was liked in the same one", "[cli]") {
  Training training;
  play_some(training);
  CHECK(training.train("item_knn --by session") ==
        Outcome{0, "out.json: lists for 2 of 5 tracks, from 7 playbacks by 5 sessions\n"});
  CHECK(training.output() ==
        "{\"item_id\": 0, \"recommendations\": [1]}\n"
        "{\"item_id\": 1, \"recommendations\": [0]}\n");
}

TEST_CASE("train: item_knn keeps so many neighbours, of what was heard long enough", "[cli]") {
  Training training;
  play_some(training);
  CHECK(training.train("item_knn --neighbours 1 --min-fraction 0.6").code == 0);
  CHECK(training.output() ==
        "{\"item_id\": 0, \"recommendations\": [1]}\n"
        "{\"item_id\": 1, \"recommendations\": [2]}\n"
        "{\"item_id\": 2, \"recommendations\": [1]}\n"
        "{\"item_id\": 3, \"recommendations\": [0]}\n");
}

TEST_CASE("train: top_pop ranks by summed listened time", "[cli]") {
  Training training;
  play_some(training);
  CHECK(training.train("top_pop") == Outcome{0, "out.json: 4 of 5 tracks by listened time, from 10 playbacks\n"});
  CHECK(training.output() == "[0, 1, 2, 3]\n");
}

TEST_CASE("train: user_lists names what is similar to a listener's likes", "[cli]") {
  Training training;
  play_some(training);
  training.played("4", 4, 0, 1.0);
  CHECK(training.train("user_lists") == Outcome{0, "out.json: lists for 1 of 4 users, from 8 playbacks\n"});
  CHECK(training.output() == "{\"user\": 4, \"tracks\": [1, 2]}\n");
  CHECK(training.train("user_lists --repeat") == Outcome{0, "out.json: lists for 3 of 4 users, from 8 playbacks\n"});
  CHECK(training.output() ==
        "{\"user\": 1, \"tracks\": [1, 2, 0]}\n"
        "{\"user\": 2, \"tracks\": [1, 2, 0]}\n"
        "{\"user\": 4, \"tracks\": [1, 2]}\n");
  CHECK(training.train("user_lists --repeat --length 1").code == 0);
  CHECK(training.output() ==
        "{\"user\": 1, \"tracks\": [1]}\n"
        "{\"user\": 2, \"tracks\": [1]}\n"
        "{\"user\": 4, \"tracks\": [1]}\n");
}

TEST_CASE("train: playbacks of tracks that the catalogue lacks are left out, and said", "[cli]") {
  Training training;
  play_some(training);
  training.played("1", 1, 5, 1.0);
  CHECK(training.train("top_pop") ==
        Outcome{0,
                "warning: 1 playbacks of tracks that the catalogue of 5 tracks lacks are left out\n"
                "out.json: 4 of 5 tracks by listened time, from 10 playbacks\n"});
}

TEST_CASE("train: with nothing to learn from it says so, with exit code 2, and writes nothing", "[cli]") {
  Training training;
  CHECK(training.train("top_pop") ==
        Outcome{2, "store.db: no playback of a track of the catalogue, want some to learn from\n"});
  training.played("1", 1, 0, 0.7);
  CHECK(training.train("item_knn") ==
        Outcome{2, "store.db: no playback of more than 0.7 of a track of the catalogue, want some to learn from\n"});
  training.played("1", 1, 0, 0.9);
  CHECK(training.train("item_knn --by session") ==
        Outcome{2, "store.db: no session liked two tracks, want some to learn from\n"});
  CHECK(training.train("user_lists") == Outcome{2, "store.db: no user liked two tracks, want some to learn from\n"});
  CHECK(training.output().empty());
  CHECK(training.train("item_knn --by artist").code == 2);
}
