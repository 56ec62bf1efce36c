#include "recommenders/files.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "tests/recommenders/support.h"

using namespace crossfade;
using namespace crossfade::recommenders;
using namespace crossfade::recommenders::test;

namespace {

std::vector<TrackId> copy(std::span<const TrackId> tracks) {
  return {tracks.begin(), tracks.end()};
}

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("files: per-user lists, users as numbers or texts", "[recommenders]") {
  const TemporaryDirectory directory;
  const auto file = directory.write("lists.jsonl",
                                    "{\"user\": 7, \"tracks\": [3, 1]}\n"
                                    "{\"user\": \"anna\", \"tracks\": [2], \"model\": \"x\"}\n"
                                    "{\"user\": -1, \"tracks\": []}\n");
  const UserLists lists = read_user_lists(file, small_catalogue());
  CHECK(lists.size() == 3);
  CHECK(copy(lists.of({"7"})) == ids({3, 1}));
  CHECK(copy(lists.of({"anna"})) == ids({2}));
  CHECK(lists.of({"-1"}).empty());
  CHECK(lists.of({"07"}).empty());
  CHECK(lists.of({""}).empty());
}

TEST_CASE("files: per-track lists under item_id or track, with a row for every track", "[recommenders]") {
  const TemporaryDirectory directory;
  const auto file = directory.write("similar.jsonl",
                                    "{\"item_id\": 9, \"recommendations\": [0, 1, 2]}\n"
                                    "{\"track\": 0, \"recommendations\": [9]}\n");
  const TrackRows rows = read_track_lists(file, small_catalogue());
  REQUIRE(rows.size() == 10);
  CHECK(copy(rows[9]) == ids({0, 1, 2}));
  CHECK(copy(rows[0]) == ids({9}));
  CHECK(rows[1].empty());
}

TEST_CASE("files: top tracks are one array, also over several lines", "[recommenders]") {
  const TemporaryDirectory directory;
  CHECK(read_top_tracks(directory.write("top.json", "[5,\n 1,\n 0]"), small_catalogue()) == ids({5, 1, 0}));
  CHECK(read_top_tracks(directory.write_gzip("top.json.gz", "[5, 1, 0]"), small_catalogue()) == ids({5, 1, 0}));
}

TEST_CASE("files: faults of per-user lists", "[recommenders]") {
  const TemporaryDirectory directory;
  const auto file = directory.write("lists.jsonl",
                                    "{\"user\": 1, \"tracks\": [1]}\n"
                                    "{\"user\": 1.5, \"tracks\": [1]}\n"
                                    "{\"tracks\": [1]}\n"
                                    "{\"user\": 2}\n"
                                    "{\"user\": \"1\", \"tracks\": [2]}\n"
                                    "{\"user\": 3, \"tracks\": [0, 12, 1, 99999999999]}\n"
                                    "{\"user\": 4, \"tracks\": [10]}\n"
                                    "{\"user\": 5, \"tracks\": [3, 4, 3]}\n"
                                    "{\"user\": 6, \"tracks\": [\"3\"]}\n"
                                    "{\"user\": 7, \"tracks\": 3}\n");
  const std::string at = file.string() + ":";
  CHECK(error_of([&] { read_user_lists(file, small_catalogue()); }) ==
        at + "2: \"user\" is 1.5, want a whole number or a text\n" +                                          //
            at + "3: \"user\" is missing\n" +                                                                 //
            at + "4: \"tracks\" is missing\n" +                                                               //
            at + "5: user 1 has a list already, want one line a user\n" +                                     //
            at + "6: 2 of 4 tracks of \"tracks\" are not in the catalogue of 10 tracks, the first is 12\n" +  //
            at + "7: 1 of 1 tracks of \"tracks\" is not in the catalogue of 10 tracks, the first is 10\n" +   //
            at + "8: \"tracks\" holds track 3 twice, want each track once\n" +                                //
            at + "9: \"tracks\" holds \"3\", want tracks: whole numbers from 0 on\n" +                        //
            at + "10: \"tracks\" is 3, want a list of tracks");
}

TEST_CASE("files: faults of per-track lists", "[recommenders]") {
  const TemporaryDirectory directory;
  const auto file = directory.write("similar.jsonl",
                                    "{\"item_id\": 1, \"recommendations\": [1]}\n"
                                    "{\"item_id\": 1, \"recommendations\": [2]}\n"
                                    "{\"item_id\": 10, \"recommendations\": [2]}\n"
                                    "{\"item_id\": null, \"recommendations\": [2]}\n"
                                    "{\"recommendations\": [2]}\n"
                                    "{\"track\": 3}\n");
  const std::string at = file.string() + ":";
  CHECK(error_of([&] { read_track_lists(file, small_catalogue()); }) ==
        at + "2: track 1 has a list already, want one line a track\n" +  //
            at + "3: track 10 is not in the catalogue of 10 tracks\n" +  //
            at + "4: the track is null, want a whole number from 0 on\n" + at +
            "5: \"item_id\" (or \"track\") is missing\n" +  //
            at + "6: \"recommendations\" is missing");
}

TEST_CASE("files: faults of top tracks", "[recommenders]") {
  const TemporaryDirectory directory;
  const Catalogue catalogue = small_catalogue();
  const auto fault_of = [&](const std::string& text) {
    const auto file = directory.write("top.json", text);
    std::string what = error_of([&] { read_top_tracks(file, catalogue); });
    return what.substr(std::min(what.size(), file.string().size()));
  };
  CHECK(fault_of("[]") == ": no tracks, want at least one");
  CHECK(fault_of("{}") == ": the file is {}, want a list of tracks");
  CHECK(fault_of("[1,\n2,\n  x]") == ":3:3: not JSON from here on");
  CHECK(fault_of(std::string("[1]\0", 4)) == ":1:4: not JSON from here on");
  CHECK(fault_of("[1, 2, 11, 12, 13]") ==
        ": 3 of 5 tracks of the file are not in the catalogue of 10 tracks, the first is 11");
  CHECK(fault_of("null") == ": the file is null, want a list of tracks");
}

TEST_CASE("files: a file without lists is a mistake", "[recommenders]") {
  const TemporaryDirectory directory;
  const auto file = directory.write("empty.jsonl", "");
  CHECK(error_of([&] { read_user_lists(file, small_catalogue()); }) == file.string() + ": no lists, want at least one");
  CHECK(error_of([&] { read_track_lists(file, small_catalogue()); }) ==
        file.string() + ": no lists, want at least one");
}

TEST_CASE("files: what is written is the course's form and reads back the same", "[recommenders]") {
  const TemporaryDirectory directory;
  const Catalogue catalogue = small_catalogue();

  UserLists users;
  CHECK(users.add({"12"}, ids({4, 2})));
  CHECK(users.add({"so \"what\""}, ids({9})));
  CHECK(users.add({"013"}, ids({1})));
  CHECK(users.add({"5"}, {}));
  CHECK_FALSE(users.add({"12"}, ids({1})));
  write_user_lists(directory.path() / "users.jsonl", users);
  CHECK(content(directory.path() / "users.jsonl") ==
        "{\"user\": 12, \"tracks\": [4, 2]}\n"
        "{\"user\": \"so \\\"what\\\"\", \"tracks\": [9]}\n"
        "{\"user\": \"013\", \"tracks\": [1]}\n");
  const UserLists users_again = read_user_lists(directory.path() / "users.jsonl", catalogue);
  CHECK(copy(users_again.of({"013"})) == ids({1}));
  CHECK(copy(users_again.of({"so \"what\""})) == ids({9}));

  TrackRows rows;
  rows.add(ids({1, 2}));
  rows.add({});
  rows.add(ids({0}));
  write_track_lists(directory.path() / "similar.jsonl", rows);
  CHECK(content(directory.path() / "similar.jsonl") ==
        "{\"item_id\": 0, \"recommendations\": [1, 2]}\n{\"item_id\": 2, \"recommendations\": [0]}\n");
  CHECK(copy(read_track_lists(directory.path() / "similar.jsonl", catalogue)[2]) == ids({0}));

  write_top_tracks(directory.path() / "top.json", ids({3, 0, 8}));
  CHECK(content(directory.path() / "top.json") == "[3, 0, 8]\n");
  CHECK(read_top_tracks(directory.path() / "top.json", catalogue) == ids({3, 0, 8}));
  CHECK(error_of([&] { write_top_tracks(directory.path() / "no" / "top.json", ids({3})); }) ==
        (directory.path() / "no" / "top.json").string() + ": cannot be written: No such file or directory");
}
