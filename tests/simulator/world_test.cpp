#include "simulator/world/world.h"

#include <catch2/catch.hpp>

#include "platform/files/npy.h"
#include "tests/simulator/support.h"

using namespace crossfade;
using namespace crossfade::simulator;
using namespace crossfade::simulator::testing;

namespace {

// The smallest world that is one, to be spoilt.
void write_tiny_world(const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory);
  write_file(directory / "world.json", R"({"format": "crossfade-world", "version": 1, "kind": "preset",
    "preset": "tiny", "seed": 7, "parameters": {"depth": 2, "share": 0.5, "flag": true, "note": "x"},
    "tracks": 2, "artists": 1, "dimensions": 3, "listeners": 2, "session_budget": 5, "interest_neighbours": 10,
    "artist_discount_gamma": 0.8})");
  write_file(directory / "tracks.json", R"({"track": 0, "artist": "Ora", "title": "One", "genres": ["pop"], "pop": 2.5}
{"track": 1, "artist": "Ora", "title": "Two", "genres": []}
)");
  files::write_npy(directory / "embeddings.npy", files::Matrix(2, 3));
  write_file(directory / "users.json",
             R"({"user": 0, "interests": [1, 0], "consume_bias": -0.25, "consume_sharpness": 4}
{"user": 12, "interests": [0]}
)");
}

std::string read_error(const std::filesystem::path& directory) {
  return error_of([&] { World::read(directory); });
}

}  // namespace

TEST_CASE("world: what is written is read again, to the last bit", "[world]") {
  const TemporaryDirectory directory;
  const World world = small_world(3);
  world.write(directory / "world");
  const World again = World::read(directory / "world");
  CHECK(again.origin == world.origin);
  CHECK(again.rules == world.rules);
  CHECK(again.embeddings == world.embeddings);
  CHECK(again.listeners == world.listeners);
  REQUIRE(again.catalogue.size() == world.catalogue.size());
  for (const recommenders::Track& track : world.catalogue.tracks()) {
    const recommenders::Track& read = again.catalogue.track(track.id);
    REQUIRE(again.catalogue.artist_of(track.id) == world.catalogue.artist_of(track.id));
    REQUIRE(read.title == track.title);
    REQUIRE(read.genres == track.genres);
    REQUIRE(read.popularity == track.popularity);
  }
}

TEST_CASE("world: reads the documented files, with the course's defaults", "[world]") {
  const TemporaryDirectory directory;
  write_tiny_world(directory.path());
  const World world = World::read(directory.path());
  CHECK(world.origin ==
        Origin{.kind = "preset",
               .name = "tiny",
               .seed = 7,
               .parameters = {{"depth", std::int64_t{2}}, {"share", 0.5}, {"flag", true}, {"note", std::string("x")}}});
  CHECK(world.listeners ==
        std::vector<Listener>{{.unit = {"0"}, .interests = {{1}, {0}}, .bias = -0.25, .sharpness = 4},
                              {.unit = {"12"}, .interests = {{0}}, .bias = 5, .sharpness = 1}});
  CHECK(read_catalogue(directory.path()).size() == 2);
}

TEST_CASE("world: a missing directory says how to make one", "[world]") {
  const TemporaryDirectory directory;
  const std::string name = (directory / "none").string();
  CHECK(read_error(name) == name +
                                ": no such world directory; make one with crossfade world generate --preset "
                                "course-2026 --out " +
                                name);
}

TEST_CASE("world: every bad line of users.json is named", "[world]") {
  const TemporaryDirectory directory;
  write_tiny_world(directory.path());
  write_file(directory / "users.json", R"({"user": 0, "interests": [2]}
{"user": -1, "interests": []}
{"user": 0, "interests": [0], "consume_sharpness": 0}
{"user": 3, "interests": [0], "consume_bais": 1}
{"interests": "all"}
{"user": 4, "interests": [0}
)");
  const std::string file = (directory / "users.json").string();
  CHECK(read_error(directory.path()) ==
        file + ":1: interest 2 is no track of the catalogue, want 0..1\n" +  //
            file + ":2: \"user\" is -1, want a whole number from 0 on\n" +   //
            file + ":2: \"interests\" is [], want a list of tracks, at least one\n" + file +
            ":3: \"consume_sharpness\" is 0, want more than 0\n" +  //
            file + ":3: user 0 is already described in line 1\n" +  //
            file + ":4: \"consume_bais\" is no member of a user, did you mean \"consume_bias\"?\n" + file +
            ":5: \"user\" is missing\n" + file + ":5: \"interests\" is \"all\", want a list of tracks, at least one\n" +
            file + ":6:28: not JSON from here on");
}

TEST_CASE("world: sizes that disagree and members that are missing are named together", "[world]") {
  const TemporaryDirectory directory;
  write_tiny_world(directory.path());
  files::write_npy(directory / "embeddings.npy", files::Matrix(4, 5));
  write_file(directory / "world.json", R"({"format": "crossfade-world", "version": 1, "kind": "preset", "seed": 7,
    "tracks": 2, "artists": 3, "dimensions": 3, "listeners": 1, "session_budget": 0, "interest_neighbours": 10})");
  const std::string file = (directory / "world.json").string();
  CHECK(read_error(directory.path()) == file + ": \"preset\" is missing or no text\n" +  //
                                            file +
                                            ": \"session_budget\" is missing or no whole number from 1 on\n" +   //
                                            file + ": \"artist_discount_gamma\" is missing or outside 0..1\n" +  //
                                            file + ": \"tracks\" is 2, but embeddings.npy has 4\n" +             //
                                            file + ": \"artists\" is 3, but tracks.json has 1\n" +               //
                                            file + ": \"dimensions\" is 3, but embeddings.npy has 5\n" +         //
                                            file + ": \"listeners\" is 1, but users.json has 2");
}

TEST_CASE("world: another format or version is refused", "[world]") {
  const TemporaryDirectory directory;
  write_tiny_world(directory.path());
  const std::string file = (directory / "world.json").string();
  write_file(file, R"({"format": "crossfade-world", "version": 2})");
  CHECK(read_error(directory.path()) == file + ": \"version\" is 2, this program reads 1");
  write_file(file, R"({"name": "something else"})");
  CHECK(read_error(directory.path()).starts_with(file + ": \"format\" is missing or no text"));
}

TEST_CASE("world: replaces a world, but no directory of other files", "[world]") {
  const TemporaryDirectory directory;
  const World world = small_world();
  world.write(directory / "world");
  write_file(directory / "world/lists.jsonl", "kept");
  world.write(directory / "world");
  CHECK(read_file(directory / "world/lists.jsonl") == "kept");
  std::filesystem::create_directory(directory / "other");
  write_file(directory / "other/thesis.tex", "years of work");
  CHECK(error_of([&] { world.write(directory / "other"); }) ==
        (directory / "other").string() + ": holds files and no world; want a new or an empty directory");
}
