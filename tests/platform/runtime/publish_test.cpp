#include "platform/runtime/simulation/publish.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "platform/files/text_file.h"
#include "platform/import/botify_log.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "recommenders/manifest.h"
#include "recommenders/registry.h"
#include "simulator/world/generate.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::runtime;

namespace {

simulator::World generated(std::uint64_t seed) {
  simulator::Preset preset = simulator::find_preset("course-2026");
  preset.tracks = 600;
  preset.artists = 50;
  preset.dimensions = 12;
  preset.listeners = 80;
  return simulator::generate_world(preset, seed);
}

std::set<std::string> names_in(const std::filesystem::path& directory) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    names.insert(entry.path().filename().string());
  return names;
}

// A world with lists and other files beside it.
struct Published {
  Published() {
    generated(kSeed).write(world);
    write_file(world / "similar.jsonl", "{\"item_id\": 3, \"recommendations\": [5, 1]}\n");
    recommenders::write_manifest(world / "similar.jsonl", {.type = "item_knn",
                                                           .command = "crossfade train item_knn",
                                                           .program = "0",
                                                           .file = {},
                                                           .catalogue = catalogue().checksum(),
                                                           .tracks = 600});
    write_file(world / "lists.jsonl", "{\"user\": 7, \"tracks\": [5, 1]}\n");
    write_file(world / "top.json", "[4, 2]\n");
    write_file(world / "notes.jsonl", "{\"user\": 7, \"tracks\": [5], \"interests\": [9]}\n");
    write_file(world / "copy_of_users.json", read_file(world / "users.json"));
    write_file(world / "crossfade.db", "SQLite format 3");
    std::filesystem::copy_file(world / "embeddings.npy", world / "other.npy");
    std::filesystem::create_directory(world / "deep");
    done = publish_world(world, out, {.sessions = 300, .days = 2, .seed = 12});
  }
  recommenders::Catalogue catalogue() const { return recommenders::Catalogue::read(world / "tracks.json"); }

  static constexpr std::uint64_t kSeed = 0x0123456789abcdef;
  TemporaryDirectory directory;
  std::filesystem::path world = directory / "world";
  std::filesystem::path out = directory / "public";
  Publication done;
};

}  // namespace

TEST_CASE("publish: catalogue, lists and a log of random sessions, and nothing else", "[publish]") {
  const Published at;
  CHECK(names_in(at.out) == std::set<std::string>{"tracks.json", "similar.jsonl", "similar.jsonl.manifest.json",
                                                  "lists.jsonl", "top.json", "random_sessions.jsonl"});
  CHECK(at.done.tracks == 600);
  CHECK(at.done.lists == std::vector<std::string>{"lists.jsonl", "similar.jsonl", "top.json"});
  std::vector<std::string> left_out;
  for (const Publication::LeftOut& one : at.done.left_out) left_out.push_back(one.file);
  CHECK(left_out == std::vector<std::string>{"copy_of_users.json", "crossfade.db", "deep", "notes.jsonl", "other.npy"});
  CHECK(at.done.sessions == 300);
  CHECK_FALSE(at.done.seed_can_be_guessed);
  CHECK(read_file(at.out / "lists.jsonl") == read_file(at.world / "lists.jsonl"));

  storage::SqliteStore store{at.directory / "store.db", {.access = storage::SqliteStore::Access::write}};
  const auto imported = imports::import_botify_log({at.out / kPublishedLog}, store, {1'767'571'200'000});
  CHECK(imported.sessions == 300);
  CHECK(imported.dropped_sessions == 0);
  CHECK(imported.events == static_cast<std::size_t>(at.done.events));
}

// Popularity is exp of a normal number that the seed gives: whoever has all of its digits inverts the generator.
TEST_CASE("publish: no file says the seed, and popularity has no digits to compute it from", "[publish]") {
  const Published at;
  for (const std::string& name : names_in(at.out)) {
    const std::string text = read_file(at.out / name);
    INFO(name);
    CHECK(text.find(std::to_string(Published::kSeed)) == std::string::npos);
    CHECK(text.find("seed") == std::string::npos);
    CHECK(text.find("interests") == std::string::npos);
  }
  const auto truth = at.catalogue();
  const auto known = recommenders::Catalogue::read(at.out / "tracks.json");
  REQUIRE(known.size() == truth.size());
  std::set<double> different;
  for (const recommenders::Track& track : truth.tracks()) {
    const recommenders::Track& published = known.track(track.id);
    CHECK(published.title == track.title);
    CHECK(published.genres == track.genres);
    CHECK(known.artist_of(track.id) == truth.artist_of(track.id));
    CHECK(published.popularity == Approx(track.popularity).epsilon(0.006));
    const double thousandths = published.popularity / std::pow(10, std::floor(std::log10(published.popularity)) - 2);
    CHECK(thousandths == Approx(std::round(thousandths)).epsilon(1e-9));
    different.insert(track.popularity);
  }
  CHECK(different.size() > 500);  // the world's own do have them
}

TEST_CASE("publish: lists for the one catalogue are lists for the other", "[publish]") {
  const Published at;
  const auto truth = at.catalogue();
  const auto known = recommenders::Catalogue::read(at.out / "tracks.json");
  CHECK(truth.checksum() != known.checksum());
  // What lay beside the world, served from what was published.
  CHECK(recommenders::foreign_lists(at.out / "similar.jsonl", known) == std::nullopt);
  CHECK(recommenders::read_manifest(at.out / "similar.jsonl")->catalogue == known.checksum());
  // What was trained on what was published, served in the world.
  CHECK(recommenders::foreign_lists(at.out / "similar.jsonl", truth) == std::nullopt);
  // Another world's are others.
  generated(9).write(at.directory / "other");
  const auto other = recommenders::Catalogue::read(at.directory / "other/tracks.json");
  CHECK(recommenders::foreign_lists(at.out / "similar.jsonl", other) != std::nullopt);
}

TEST_CASE("publish: a seed that can be guessed is told, and the log differs by its own seed alone", "[publish]") {
  const TemporaryDirectory directory;
  generated(1).write(directory / "world");
  const auto log_of = [&](const char* out, std::uint64_t seed) {
    CHECK(publish_world(directory / "world", directory / out, {.sessions = 50, .days = 1, .seed = seed})
              .seed_can_be_guessed);
    return read_file(directory / out / kPublishedLog);
  };
  const std::string log = log_of("a", 5);
  CHECK(log == log_of("b", 5));
  CHECK(log != log_of("c", 6));
}

TEST_CASE("publish: only a whole world, and only into a new directory", "[publish]") {
  const Published at;
  const auto error = [](const std::filesystem::path& from, const std::filesystem::path& to) {
    return error_of([&] { publish_world(from, to, {.sessions = 5, .seed = 1}); });
  };
  CHECK(error(at.world, at.out) == at.out.string() + ": holds files, want a new or an empty directory");
  CHECK(error(at.world, at.world / "public") ==
        (at.world / "public").string() + ": lies in the world's own directory, want it elsewhere");
  CHECK(
      error(at.out, at.directory / "again") ==
      at.out.string() +
          ": a catalogue without listeners, as world publish leaves it: nobody can be simulated in it; whoever has the "
          "whole world can, with simulate --remote against a server that serves this one");
  CHECK_FALSE(std::filesystem::exists(at.directory / "again"));
}
