// The course's real lists (see ORIGIN.md beside them for their sizes).
#include <catch2/catch.hpp>

#include "recommenders/files.h"
#include "tests/recommenders/support.h"

using namespace crossfade;
using namespace crossfade::recommenders;
using namespace crossfade::recommenders::test;

TEST_CASE("course files: per-user lists of 2024 and 2025", "[recommenders]") {
  struct Case {
    const char* file;
    std::size_t users;
    std::size_t tracks;
    const char* user;  // one that stands in the file, with the beginning of its list
    std::uint32_t first;
  };
  const auto data = shared_data("course");
  if (data.empty()) return;
  const Catalogue catalogue = plain_catalogue(50'000);
  for (const Case& one : {Case{"2024/recommendations_gcf.json.gz", 10'000, 50, "0", 481},
                          Case{"2024/recommendations_lfm.json.gz", 9'699, 30, "1", 142},
                          Case{"2025/recommendations_gcf.json.gz", 9'988, 50, "0", 30'445},
                          Case{"2025/recommendations_lfm_auth.json.gz", 9'733, 20, "0", 11'933},
                          Case{"2025/recommendations_lfm_dpp.json.gz", 9'733, 20, "1", 16'131},
                          Case{"2025/recommendations_svd.json.gz", 9'919, 50, "6314", 27'642},
                          Case{"2025/recommendations_svd_ips.json.gz", 9'919, 50, "975", 34'886}}) {
    INFO(one.file);
    const UserLists lists = read_user_lists(data / one.file, catalogue);
    CHECK(lists.size() == one.users);
    REQUIRE(lists.of({one.user}).size() == one.tracks);
    CHECK(lists.of({one.user})[0].value == one.first);
  }
}

TEST_CASE("course files: per-user lists of 2026 are there for a third of the users", "[recommenders]") {
  const auto data = shared_data("course");
  if (data.empty()) return;
  const UserLists lists = read_user_lists(data / "2026/hstu_recommendations.json.gz", plain_catalogue(16'198));
  CHECK(lists.size() == 3'308);
  CHECK(lists.of({"1"}).size() == 100);
  CHECK(lists.of({"0"}).empty());
}

TEST_CASE("course files: per-track lists of 2026", "[recommenders]") {
  const auto data = shared_data("course");
  if (data.empty()) return;
  const Catalogue catalogue = plain_catalogue(16'198);
  for (const char* const file : {"2026/lightfm_i2i.jsonl.gz", "2026/sasrec_i2i.jsonl.gz"}) {
    INFO(file);
    const TrackRows rows = read_track_lists(data / file, catalogue);
    std::size_t lists = 0;
    for (std::size_t track = 0; track < rows.size(); ++track) {
      lists += rows[track].empty() ? 0 : 1;
      CHECK((rows[track].empty() || rows[track].size() == 10));
    }
    CHECK(lists == 15'000);
  }
}

TEST_CASE("course files: top tracks", "[recommenders]") {
  const auto data = shared_data("course");
  if (data.empty()) return;
  const Catalogue catalogue = plain_catalogue(50'000);
  CHECK(read_top_tracks(data / "2023/top_tracks.json.gz", catalogue).size() == 37'175);
  CHECK(read_top_tracks(data / "2024/top_tracks.json.gz", catalogue).size() == 38'310);
  const auto top = read_top_tracks(data / "2025/top_tracks.json.gz", catalogue);
  CHECK(top.size() == 44'355);
  CHECK(top[0].value == 28'549);
}

TEST_CASE("course files: a catalogue that is too small is said, with how many", "[recommenders]") {
  const auto data = shared_data("course");
  if (data.empty()) return;
  const auto file = data / "2024/top_tracks.json.gz";
  CHECK(error_of([&] { read_top_tracks(file, plain_catalogue(20'000)); }) ==
        file.string() +
            ": 21926 of 38310 tracks of the file are not in the catalogue of 20000 tracks, the first is "
            "22970");
}

TEST_CASE("course files: the lists of 2026 and 2025 serve", "[recommenders]") {
  const auto data = shared_data("course");
  if (data.empty()) return;
  const auto answered = [&](const std::string& file, const std::string& type, std::size_t tracks) {
    const std::vector<RecommenderSpec> specs = {
        {.name = "it", .type = type, .fallback = "", .options = {{"file", (data / file).string()}}}};
    const Catalogue catalogue = plain_catalogue(tracks);
    const RecommenderSet set(specs, catalogue, data, true);
    int own = 0;
    for (std::uint32_t i = 0; i < 1'000; ++i) {
      const UnitId unit{std::to_string(i)};
      const std::vector<Listen> heard = {{.track = {i}, .fraction = 1}};
      Random random{i};
      const Recommended answer =
          set.answer("it", {.unit = unit, .previous = {i}, .fraction = 1, .heard = heard, .history = heard}, random);
      own += answer.recommender == "it" ? 1 : 0;
      CHECK((answer.recommender != "it" || type == "user_lists" || answer.track != TrackId{i}));
    }
    return own;
  };
  // 15 000 of 16 198 tracks have a list, 9 988 of 10 000 users.
  for (const char* const type : {"item_to_item", "history_item_to_item", "rank_fusion"}) {
    INFO(type);
    CHECK(answered("2026/lightfm_i2i.jsonl.gz", type, 16'198) > 850);
    CHECK(answered("2026/sasrec_i2i.jsonl.gz", type, 16'198) > 850);
  }
  for (const char* const type : {"user_lists", "sequential"}) {
    INFO(type);
    CHECK(answered("2025/recommendations_gcf.json.gz", type, 50'000) > 990);
  }
}
