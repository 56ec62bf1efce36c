// Listeners with rules of their own, and the course's real files through the import.
#include <catch2/catch.hpp>
#include <charconv>
#include <cmath>
#include <fstream>
#include <set>

#include "platform/files/npy.h"
#include "platform/files/text_file.h"
#include "simulator/clients/dummy_client.h"
#include "simulator/import/import_course.h"
#include "simulator/listener/listener.h"
#include "simulator/listener/simulation.h"
#include "tests/simulator/support.h"

using namespace crossfade;
using namespace crossfade::simulator;
using namespace crossfade::simulator::testing;

namespace {

// Tracks 0..11, all of one artist; embeddings of one number.
World world_of_one_artist() {
  std::vector<recommenders::Track> tracks;
  for (std::uint32_t id = 0; id < 12; ++id)
    tracks.push_back({.id = {id}, .title = "t", .genres = {}, .recommendations = {}});
  return {.origin = {},
          .rules = {},
          .catalogue = recommenders::Catalogue(std::move(tracks), {"a"}),
          .embeddings = files::Matrix(12, 1),
          .listeners = {{.unit = {"7"}, .interests = {{0}}}}};
}

// A world of the users and tracks of a year, with embeddings that were made up.
void write_year(const std::filesystem::path& directory, const std::filesystem::path& users,
                const std::filesystem::path& tracks, std::size_t rows) {
  std::filesystem::create_directories(directory);
  std::filesystem::copy_file(users, directory / "users.json.gz");
  std::filesystem::copy_file(tracks, directory / tracks.filename());
  files::write_npy(directory / "embeddings.npy", files::Matrix(rows, 1));
}

}  // namespace

TEST_CASE("users: rules of their own are read, written and read again", "[world]") {
  const TemporaryDirectory directory;
  const auto file = write_file(directory / "users.json",
                               R"({"user": 1, "interests": [0], "session_budget": 9, "interest_neighbours": 3})"
                               "\n"
                               R"({"user": 2, "interests": [1], "artist_discount_gamma": 0.5, "openness": 0.1})"
                               "\n"
                               R"({"user": 18446744073709551615, "interests": [1], "openness": null, "mood": []})"
                               "\n");
  const ListenerFile read = read_listener_file(file, 2);
  REQUIRE(read.listeners.size() == 3);
  const SessionRules rules;
  CHECK(read.listeners[0].rules(rules) ==
        SessionRules{.session_budget = 9, .interest_neighbours = 3, .artist_discount = 0.8});
  CHECK(read.listeners[1].rules(rules) ==
        SessionRules{.session_budget = 5, .interest_neighbours = 10, .artist_discount = 0.5});
  CHECK(read.listeners[2].rules(rules) == rules);
  CHECK(read.ignored == std::map<std::string, std::size_t>{{"openness", 2}, {"mood", 1}});
  write_listeners(directory / "again.json", read.listeners);
  CHECK(read_listeners(directory / "again.json", 2) == read.listeners);
}

TEST_CASE("users: rules that cannot be are refused, line by line", "[world]") {
  const TemporaryDirectory directory;
  const auto file = write_file(directory / "users.json",
                               R"({"user": 1, "interests": [0], "session_budget": 0, "interest_neighbours": 2.5})"
                               "\n"
                               R"({"user": 2, "interests": [1], "artist_discount_gamma": 1.5, "sesion_budget": 4})"
                               "\n"
                               R"({"user": 4294967296, "interests": [4294967296]})"
                               "\n");
  const std::string at = file.string() + ":";
  CHECK(error_of([&] { read_listeners(file, 2); }) ==
        at + "1: \"session_budget\" is 0, want a whole number from 1 to 1000000000\n" +             //
            at + "1: \"interest_neighbours\" is 2.5, want a whole number from 1 to 1000000000\n" +  //
            at + "2: \"sesion_budget\" is no member of a user, did you mean \"session_budget\"?\n" + at +
            "2: \"artist_discount_gamma\" is 1.5, want a number from 0 to 1\n" +  //
            at + "3: interest 4294967296 is no track of the catalogue, want 0..1");
}

TEST_CASE("users: a lenient reading leaves out lines, and counts them", "[world]") {
  const TemporaryDirectory directory;
  const auto file = write_file(directory / "users.json",
                               "{\"user\": 1, \"interests\": [0]}\n"
                               "{\"user\": 1, \"interests\": [1]}\n"
                               "{\"user\": 2, \"interests\": []}\n"
                               "[1]\n"
                               "{\"user\": 3, \"interests\": [9, 9]}\n"
                               "{\"user\": 4, \"interests\": [1]}\n"
                               "{\"user\": 5, \"inter");
  const ListenerFile read = read_listener_file(file, 2, true);
  CHECK(read.left_out == 5);
  CHECK(read.faults.size() == 6);
  REQUIRE(read.listeners.size() == 2);
  CHECK(read.listeners[1].unit == UnitId{"4"});
  const auto none = write_file(directory / "none.json", "{\"user\": 2, \"interests\": []}\n");
  CHECK(error_of([&] { read_listener_file(none, 2, true); }) ==
        none.string() + ":1: \"interests\" is [], want a list of tracks, at least one");
}

TEST_CASE("listener: the course's 3 000 answers come of a session whose listener has rules of their own",
          "[listener]") {
  const auto file = crossfade::shared_data("course_reference/listen.csv");
  if (file.empty()) return;
  World world = world_of_one_artist();
  world.rules.artist_discount = 0.5;  // which the listener's own stands for
  world.embeddings.values[0] = 1;     // the taste
  const std::string text = files::read_text(file);
  int different = 0;
  int answers = 0;
  const auto lines = files::lines_of(text);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto row = numbers_in(lines[i]);
    const auto earlier = static_cast<std::uint32_t>(row[7]);
    REQUIRE(earlier < 10);
    world.embeddings.values[11] = static_cast<float>(row[8]);
    const Listener listener{.unit = {},
                            .interests = {{0}},
                            .bias = row[9],
                            .sharpness = row[10],
                            .session_budget = 7,
                            .artist_discount = 0.8};
    ListenerSession session(world);
    session.begin(listener, {0});
    for (std::uint32_t track = 1; track <= earlier; ++track) session.play({track});
    if (row[6] != 0) session.play({11});
    if (session.play({11}) != std::lround(100 * row[11])) ++different;
    ++answers;
    CHECK(session.rules().session_budget == 7);
  }
  CHECK(answers == 3000);
  CHECK(different == 0);
}

TEST_CASE("simulation: tracks - time is the mean of the listeners' own budgets", "[simulation]") {
  World world = small_world(4);
  for (std::size_t i = 0; i < world.listeners.size(); i += 2)
    world.listeners[i].session_budget = 2 + static_cast<int>(i);
  const Summary summary = simulate(world, {.sessions = 20'000, .seed = 3, .threads = 2}, [&](std::size_t) {
    return std::make_unique<DummyClient>(world.catalogue.size(), 9);
  });
  CHECK(summary.mean_budget > 10);
  CHECK(std::abs(summary.mean_difference - summary.mean_budget) < 4 * summary.mean_difference_error);
  // Of the budgets' own spread nothing counts as chance.
  CHECK(summary.mean_difference_error < 0.05);
}

TEST_CASE("simulation: a listener's first tracks are as many as they want, whoever else has the interest",
          "[simulation]") {
  World world = small_world(4);
  world.listeners.resize(2);
  world.listeners[0].interests = world.listeners[1].interests = {{17}};
  world.listeners[1].interest_neighbours = 1;
  struct FirstTracks final : Client {
    explicit FirstTracks(std::map<UnitId, std::set<std::uint32_t>>& seen) : seen_(seen) {}
    TrackId next(const UnitId& unit, TrackId track, double fraction, Timestamp /*at*/) override {
      if (fresh_) seen_[unit].insert(track.value);
      fresh_ = false;
      static_cast<void>(fraction);
      return {0};
    }
    void last(const UnitId& /*unit*/, TrackId /*track*/, double /*fraction*/, Timestamp /*at*/) override {
      fresh_ = true;
    }
    std::map<UnitId, std::set<std::uint32_t>>& seen_;
    bool fresh_ = true;
  };
  std::map<UnitId, std::set<std::uint32_t>> seen;
  simulate(world, {.sessions = 400}, [&](std::size_t) { return std::make_unique<FirstTracks>(seen); });
  CHECK(seen[world.listeners[0].unit].size() == 10);
  CHECK(seen[world.listeners[1].unit].size() == 1);
}

TEST_CASE("course import: users of every year go through as they are", "[import]") {
  const auto data = shared_data("course");
  if (data.empty()) return;
  struct Case {
    const char* year;
    std::size_t tracks;
    std::size_t interests;  // of user 1
    std::map<std::string, std::size_t> ignored;
  };
  for (const Case& one : {Case{"2023", 50'000, 3, {}}, Case{"2024", 50'000, 3, {}}, Case{"2025", 50'000, 3, {}},
                          Case{"2026", 16'200, 5, {{"openness", 10'000}}}}) {
    INFO(one.year);
    const ListenerFile read = read_listener_file(data / one.year / "users.json.gz", one.tracks);
    CHECK(read.listeners.size() == 10'000);
    CHECK(read.listeners[1].interests.size() == one.interests);
    CHECK(read.ignored == one.ignored);
    CHECK(read.left_out == 0);
  }
}

TEST_CASE("course import: users and tracks of 2023 make a world", "[import]") {
  const auto data = shared_data("course");
  if (data.empty()) return;
  const TemporaryDirectory directory;
  write_year(directory / "2023", data / "2023/users.json.gz", data / "2023/tracks.json.gz", 50'000);
  const CourseImport done = import_course(directory / "2023");
  CHECK(done.world.catalogue.size() == 50'000);
  CHECK(done.world.catalogue.track({0}).title == "The Cove");
  CHECK(done.world.listeners.size() == 10'000);
  CHECK(done.left_out == 0);
  CHECK(done.read.at(2) == "users.json.gz: 10000 listeners, 0 of them with rules of their own");
}

TEST_CASE("course import: tracks of 2025, whose ids are in no order and whose genres are numbers", "[import]") {
  const auto data = shared_data("course");
  if (data.empty()) return;
  // Seven lines as they stand in the file, and others for the tracks between.
  const std::string head = files::read_text(data / "2025/tracks_head.json");
  const std::set<int> ids = {41164, 27544, 34702, 45907, 17776, 18234, 33439};
  const TemporaryDirectory directory;
  {
    std::ofstream tracks(directory / "tracks.json");
    tracks << head;
    for (int id = 49'999; id >= 0; --id) {
      if (!ids.contains(id))
        tracks << R"({"artist": "a", "title": "t", "genre": [], "pop": -1.5, "track": )" << id << "}\n";
    }
  }
  write_year(directory / "2025", data / "2025/users.json.gz", directory / "tracks.json", 50'000);
  const CourseImport done = import_course(directory / "2025");
  const recommenders::Track& track = done.world.catalogue.track({41164});
  CHECK(track.title == "Сорок тысяч верст");
  CHECK(track.genres == std::vector<std::string>{"1", "47"});
  CHECK(track.popularity == -0.500251829624176);
  done.world.write(directory / "world", done.tracks);
  CHECK(read_file(directory / "world/tracks.json").starts_with(head));  // with album and duration
  CHECK(World::read(directory / "world").listeners == done.world.listeners);
}
