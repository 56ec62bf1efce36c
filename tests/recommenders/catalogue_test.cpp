#include "recommenders/catalogue.h"

#include <catch2/catch.hpp>

#include "tests/recommenders/support.h"

using namespace crossfade;
using namespace crossfade::recommenders;
using namespace crossfade::recommenders::test;

namespace {

const char* const kThreeTracks =
    R"({"track": 2, "artist": "b", "title": "two", "genres": ["rock", "pop"], "pop": 3, "recommendations": [0, 1]})"
    "\n"
    R"({"track": 0, "artist": "a", "title": "zero", "genre": "jazz"})"
    "\n\n"
    R"({"track": 1, "artist": "b", "title": "one", "genre": ["folk"], "pop": 4.5, "year": 1999})"
    "\r\n";

}  // namespace

TEST_CASE("catalogue: reads the course's tracks.json, lines in any order", "[recommenders]") {
  const TemporaryDirectory directory;
  const Catalogue catalogue = Catalogue::read(directory.write("tracks.json", kThreeTracks));
  REQUIRE(catalogue.size() == 3);
  CHECK(catalogue.contains({2}));
  CHECK_FALSE(catalogue.contains({3}));
  CHECK(catalogue.track({0}).title == "zero");
  CHECK(catalogue.track({0}).genres == std::vector<std::string>{"jazz"});
  CHECK(catalogue.track({0}).popularity == 0);
  CHECK(catalogue.track({1}).genres == std::vector<std::string>{"folk"});
  CHECK(catalogue.track({2}).genres == std::vector<std::string>{"rock", "pop"});
  CHECK(catalogue.track({2}).recommendations == ids({0, 1}));
  CHECK(catalogue.artist_of({2}) == "b");
  CHECK(catalogue.artists() == 2);
  const auto of_b = catalogue.tracks_of_artist(catalogue.track({2}).artist);
  CHECK(std::vector<TrackId>(of_b.begin(), of_b.end()) == ids({1, 2}));
  CHECK(catalogue.by_popularity() == ids({1, 2, 0}));
}

TEST_CASE("catalogue: gzip gives the same as plain text", "[recommenders]") {
  const TemporaryDirectory directory;
  const Catalogue catalogue = Catalogue::read(directory.write_gzip("tracks.json.gz", kThreeTracks));
  REQUIRE(catalogue.size() == 3);
  CHECK(catalogue.track({1}).title == "one");
}

TEST_CASE("catalogue: ties of popularity go by id", "[recommenders]") {
  CHECK(plain_catalogue(4).by_popularity() == ids({0, 1, 2, 3}));
}

TEST_CASE("catalogue: every bad line is named, all at once", "[recommenders]") {
  const TemporaryDirectory directory;
  const auto file = directory.write("tracks.json",
                                    "{\"track\": 0, \"artist\": \"a\", \"title\": \"t\"}\n"
                                    "{\"track\": 1, \"artist\": \n"
                                    "[1, 2]\n"
                                    "{\"track\": -1, \"artist\": 7}\n"
                                    "{\"track\": \"2\", \"artist\": \"a\", \"title\": \"t\", \"genre\": [1.5], "
                                    "\"pop\": \"much\", \"recommendations\": [0.5]}\n"
                                    "null\n"
                                    "{\"artist\": \"a\", \"title\": \"t\", \"pop\": 1e999}");
  const std::string at = file.string() + ":";
  CHECK(error_of([&] { Catalogue::read(file); }) ==
        at + "2:24: not JSON from here on\n" +                               //
            at + "3: [1,2] is not a JSON object\n" +                         //
            at + "4: \"artist\" is 7, want a text\n" +                       //
            at + "4: \"track\" is -1, want a whole number from 0 on\n" +     //
            at + "4: \"title\" is missing\n" +                               //
            at + "5: \"track\" is \"2\", want a whole number from 0 on\n" +  //
            at + "5: \"genre\" is [1.5], want a text, a whole number or a list of them\n" + at +
            "5: \"pop\" is \"much\", want a number\n" +                        //
            at + "5: \"recommendations\" is [0.5], want a list of tracks\n" +  //
            at + "6: null is not a JSON object\n" +                            //
            at + "7: not JSON: a number is too large");
}

TEST_CASE("catalogue: ids run from 0 without gaps, each once", "[recommenders]") {
  const TemporaryDirectory directory;
  const auto line = [](int id, const std::string& more) {
    return "{\"track\": " + std::to_string(id) + ", \"artist\": \"a\", \"title\": \"t\"" + more + "}\n";
  };
  const auto file = directory.write("tracks.json",
                                    line(0, "") + line(4, "") + line(0, ", \"recommendations\": [1, 9]") + line(2, ""));
  const std::string at = file.string() + ":";
  CHECK(error_of([&] { Catalogue::read(file); }) ==
        at + "2: track 4 is outside 0..3 (4 tracks, whose ids run without gaps)\n" +  //
            at + "3: track 0 is already described in line 1\n" +                      //
            at + "3: \"recommendations\" names track 9, which the catalogue lacks (4 tracks)");
}

TEST_CASE("catalogue: of many faults the first twenty are named and the rest counted", "[recommenders]") {
  const TemporaryDirectory directory;
  std::string text;
  for (int i = 0; i < 50; ++i) text += "oops\n";
  const auto file = directory.write("tracks.json", text);
  try {
    Catalogue::read(file);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == Error::Kind::user);
    REQUIRE(error.faults().size() == 21);
    CHECK(to_string(error.faults()[19]) == file.string() + ":20:1: not JSON from here on");
    CHECK(to_string(error.faults()[20]) == file.string() + ":21: and 30 more");
  }
}

TEST_CASE("catalogue: a file that is missing, empty, a directory or cut short", "[recommenders]") {
  const TemporaryDirectory directory;
  const std::string path = directory.path().string();
  CHECK(error_of([&] { Catalogue::read(directory.path() / "none.json"); }) ==
        path + "/none.json: cannot be opened: No such file or directory");
  CHECK(error_of([&] { Catalogue::read(directory.path()); }) == path + ": is a directory, want a file");
  CHECK(error_of([&] { Catalogue::read(directory.write("empty.json", "\n")); }) ==
        path + "/empty.json: no tracks, want at least one");
  const auto whole = directory.write_gzip("cut.json.gz", kThreeTracks);
  std::filesystem::resize_file(whole, std::filesystem::file_size(whole) - 12);
  CHECK(error_of([&] { Catalogue::read(whole); }) == path + "/cut.json.gz: damaged gzip: unexpected end of file");
}

TEST_CASE("catalogue: tracks out of place and artists that are missing are refused", "[recommenders]") {
  CHECK(error_of([] { Catalogue({{.id = {1}, .title = "", .genres = {}, .recommendations = {}}}, {"a"}); }) ==
        "catalogue: track 0 is not at its id");
  CHECK(error_of([] {
          Catalogue({{.id = {0}, .artist = 1, .title = "", .genres = {}, .recommendations = {}}}, {"a"});
        }) == "catalogue: track 0 has no artist");
}
